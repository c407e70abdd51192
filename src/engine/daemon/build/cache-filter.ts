import type { UsageInfo } from '../../api/buildkit.ts';
import { GoError } from '../../runtime/go-error.ts';

/** Whether a record of the build cache is one of those that are meant. */
export type CacheFilter = (record: UsageInfo) => boolean;

/**
 * Reads filters, of which one must hold; each is a list of conditions between commas, of which all must. Models containerd
 * pkg/filters. Throws `GoError`.
 */
export function parseCacheFilters(texts: readonly string[]): CacheFilter {
  const filters = texts.map(parse);
  return (record) => filters.length === 0 || filters.some((filter) => filter(record));
}

/** A field, or nothing, and how it is compared. */
const FIELD = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /==|!=|~=/y;
/** What begins with a letter or digit may stand as it is, up to a blank or comma; all else stands in quotes. */
const VALUE = /[A-Za-z0-9_][^\s,]*|"(?:[^"\\]|\\.)*"/y;

function parse(text: string): CacheFilter {
  const conditions: CacheFilter[] = [];
  let at = 0;
  const fail = (why: string): never => {
    const rest = text.slice(at);
    const where = rest === '' ? `[${text}]` : `[${text.slice(0, at)} >|${rest[0]}|< ${rest.slice(1)}]`;
    throw new GoError(`filters: parse error: ${where}: ${why}: invalid argument`);
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    const field = take(FIELD) ?? fail('expected field or quoted');
    const operator = take(OPERATOR);
    if (operator === undefined) conditions.push((record) => fieldOf(record, field)[1]);
    else {
      const word = take(VALUE) ?? fail('expected value or quoted');
      const value = word.startsWith('"') ? (JSON.parse(word) as string) : word;
      conditions.push(comparison(field, operator, value));
    }
    if (at < text.length && take(/,/y) === undefined) fail(`unexpected input: ${text[at]}`);
  }
  return (record) => conditions.every((holds) => holds(record));
}

function comparison(field: string, operator: string, value: string): CacheFilter {
  if (operator === '~=') {
    const pattern = new RegExp(value);
    return (record) => {
      const [text, isThere] = fieldOf(record, field);
      return isThere && pattern.test(text);
    };
  }
  return (record) => {
    const [text, isThere] = fieldOf(record, field);
    return operator === '==' ? isThere && text === value : !isThere || text !== value;
  };
}

/** What a filter finds under a name, and whether that is there. Models BuildKit cache/manager.go, adaptUsageInfo. */
function fieldOf(record: UsageInfo, name: string): [text: string, isThere: boolean] {
  const words = (text: string): [string, boolean] => [text, text !== ''];
  switch (name) {
    case 'id':
      return words(record.ID);
    case 'parents':
      return words((record.Parents ?? []).join(';'));
    case 'description':
      return words(record.Description);
    case 'type':
      return words(record.RecordType);
    case 'inuse':
      return ['', record.InUse];
    case 'mutable':
      return ['', record.Mutable];
    case 'immutable':
      return ['', !record.Mutable];
    case 'shared':
      return ['', record.Shared];
    case 'private':
      return ['', !record.Shared];
    default:
      return ['', false];
  }
}
