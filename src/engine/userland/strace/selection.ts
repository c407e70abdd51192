import { parseSignal, SIGNALS, type Signal } from '../../kernel/signals.ts';
import { CALL_NUMBERS, groupOf } from './call-names.ts';

/** What `-e` selects: which calls, signals, statuses and messages are shown. */
export interface Selection {
  calls: (name: string) => boolean;
  signals: (signal: Signal) => boolean;
  statuses: ReadonlySet<string>;
  quiet: ReadonlySet<string>;
  verbose: boolean;
  files: boolean;
}

const STATUSES = ['successful', 'failed', 'unfinished', 'unavailable', 'detached'];
const MESSAGES = ['attach', 'exit', 'path-resolution', 'personality', 'thread-execve'];

export const everything: Selection = {
  calls: () => true,
  signals: () => true,
  statuses: new Set(STATUSES),
  quiet: new Set(),
  verbose: false,
  files: false,
};

/** A mistake in an expression; `message` is what strace prints after its name. */
export class BadExpression extends Error {}

/** The keys of `-e KEY=SET`, with their other spellings. */
const KEYS: Readonly<Record<string, string>> = {
  ...spellings('trace', 't'),
  ...spellings('signal', 'signals', 's'),
  ...spellings('status'),
  ...spellings('quiet', 'silent', 'silence', 'q'),
  ...spellings('abbrev', 'a'),
  ...spellings('verbose', 'v'),
  ...spellings('decode-fds', 'decode-fd'),
  ...spellings('raw', 'x'),
  ...spellings('read', 'reads', 'r'),
  ...spellings('write', 'writes', 'w'),
  ...spellings('fault'),
  ...spellings('inject'),
  ...spellings('kvm'),
};

function spellings(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, names[0]!]));
}

/** `-e EXPR`: narrows a selection; without a known key before `=` it is a set of calls. */
export function select(selection: Selection, expression: string): Selection {
  const equals = expression.indexOf('=');
  const key = equals === -1 ? undefined : KEYS[expression.slice(0, equals)];
  const set = key === undefined ? expression : expression.slice(equals + 1);
  switch (key ?? 'trace') {
    case 'trace':
      return { ...selection, calls: callSet(set) };
    case 'signal':
      return { ...selection, signals: signalSet(set) };
    case 'status':
      return { ...selection, statuses: wordSet(set, STATUSES, 'status') };
    case 'quiet':
      return { ...selection, quiet: wordSet(set, MESSAGES, 'quiet') };
    case 'abbrev':
      callSet(set);
      if (set !== 'none') throw new BadExpression(`-e abbrev=${set}: only 'none' is simulated in Drydock`);
      return { ...selection, verbose: true };
    case 'decode-fds':
      if (set !== 'path')
        throw new BadExpression(`-e decode-fds=${set}: only 'path' is simulated in Drydock`);
      return { ...selection, files: true };
    default:
      throw new BadExpression(`-e ${key}=${set}: not simulated in Drydock`);
  }
}

/** Members separated by commas, `!` in front for all others, `all` or `none`. */
function members(set: string): { negated: boolean; names: string[] } {
  const negated = set.startsWith('!');
  const names = (negated ? set.slice(1) : set).split(',');
  if (names.length === 1 && names[0] === 'all') return { negated: !negated, names: [] };
  if (names.length === 1 && names[0] === 'none') return { negated, names: [] };
  return { negated, names };
}

function callSet(set: string): Selection['calls'] {
  const { negated, names } = members(set);
  const chosen = names.map(callPredicate);
  return (name) => chosen.some((test) => test(name)) !== negated;
}

/** One member: a call by name or number, `%group` (or its old name without `%`), `/regex`; `?` excuses what is not known. */
function callPredicate(member: string): (name: string) => boolean {
  const excused = member.startsWith('?');
  const word = (excused ? member.slice(1) : member).replace(/@(64|32|x32)$/, '');
  if (word.startsWith('/')) {
    const pattern = new RegExp(word.slice(1));
    return (name) => pattern.test(name);
  }
  const group = groupOf(word.replace(/^%/, ''));
  if (group && (word.startsWith('%') || !CALL_NUMBERS.has(word))) return (name) => group.includes(name);
  if (CALL_NUMBERS.has(word)) return (name) => name === word;
  if (/^\d+$/.test(word)) return (name) => CALL_NUMBERS.get(name) === Number(word);
  if (excused) return () => false;
  throw new BadExpression(`invalid system call '${member}'`);
}

function signalSet(set: string): Selection['signals'] {
  const { negated, names } = members(set);
  const chosen = new Set<Signal>();
  for (const name of names) {
    const signal = parseSignal(name);
    if (!signal || !(signal in SIGNALS)) throw new BadExpression(`invalid signal '${name}'`);
    chosen.add(signal);
  }
  return (signal) => chosen.has(signal) !== negated;
}

function wordSet(set: string, known: readonly string[], what: string): ReadonlySet<string> {
  const { negated, names } = members(set);
  for (const name of names) if (!known.includes(name)) throw new BadExpression(`invalid ${what} '${name}'`);
  return new Set(known.filter((name) => names.includes(name) !== negated));
}
