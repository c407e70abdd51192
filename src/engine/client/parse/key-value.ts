/**
 * Environment files, label files and the flags that go with them.
 * Models docker/cli `opts/file.go`, `opts/parse.go` and `opts/env.go`.
 */

import { decode } from '../../base/bytes.ts';

/** Lines of `KEY=value`, of `KEY` (taken from `lookup`, else dropped), comments and blank lines. */
export function parseKeyValueFile(
  bytes: Uint8Array,
  filename: string,
  lookup: (name: string) => string | undefined = () => undefined,
): string[] {
  const lines: string[] = [];
  const all = decode(bytes)
    .replace(/^\uFEFF/, '')
    .split('\n');
  const broken = brokenLine(bytes);
  if (broken !== undefined) throw new Error(`invalid env file (${filename}): ${broken}`);
  if (all.at(-1) === '') all.pop();
  for (const raw of all) {
    const line = raw.replace(/\r$/, '').replace(/^[ \t\n\v\f\r\u0085\u00a0]+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key === '') throw new Error(`invalid env file (${filename}): no variable name on line '${line}'`);
    if (/[ \t\n\v\f\r]/.test(key))
      throw new Error(`invalid env file (${filename}): variable '${key}' contains whitespaces`);
    if (equals >= 0) lines.push(`${key}=${line.slice(equals + 1)}`);
    else {
      const value = lookup(line);
      if (value !== undefined) lines.push(`${line}=${value}`);
    }
  }
  return lines;
}

/** The first line that is not UTF-8, as it is complained of. */
function brokenLine(bytes: Uint8Array): string | undefined {
  for (let from = 0, number = 1; from < bytes.length; number++) {
    const end = bytes.indexOf(10, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (!isUtf8(line)) return `invalid utf8 bytes at line ${number}: [${[...line].join(' ')}]`;
    from += line.length + 1;
  }
  return undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** `--env NAME` takes the value of the client's own environment; without one there the variable stays as it is. */
export function environmentFlag(value: string, lookup: (name: string) => string | undefined): string {
  const equals = value.indexOf('=');
  if (value === '' || equals === 0) throw new Error(`invalid environment variable: ${value}`);
  if (equals > 0) return value;
  const found = lookup(value);
  return found === undefined ? value : `${value}=${found}`;
}

/** `key=value` strings as an object; the last one of a key counts. */
export function toMap(entries: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals < 0) map[entry] = '';
    else map[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return map;
}
