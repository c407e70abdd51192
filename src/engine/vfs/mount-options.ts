import { Errno } from '../base/errno.ts';
import type { IdMap } from './user-namespace.ts';

/** Takes the data string of mount(2) apart: `a=b,c` → [[a, b], [c, undefined]]. A comma or backslash is escaped by a backslash. */
export function parseMountOptions(text: string): [name: string, value: string | undefined][] {
  const options: [string, string | undefined][] = [];
  for (const part of text.match(/(?:\\.|[^,\\])+/gs) ?? []) {
    const equals = part.indexOf('=');
    if (equals === -1) options.push([part, undefined]);
    else options.push([part.slice(0, equals), part.slice(equals + 1)]);
  }
  return options;
}

/** A whole number in the base given, or EINVAL. */
export function numericOption(value: string | undefined, base: 8 | 10 = 10): number {
  const digits = base === 8 ? /^[0-7]+$/ : /^[0-9]+$/;
  if (value === undefined || !digits.test(value)) throw new Errno('EINVAL');
  return Number.parseInt(value, base);
}

/** A size with the suffixes k, m, g (memparse in the kernel), or EINVAL. */
export function sizeOption(value: string | undefined): number {
  const match = /^(\d+)([kmgt]?)$/i.exec(value ?? '');
  if (match === null) throw new Errno('EINVAL');
  return Number(match[1]) * 1024 ** ' kmgt'.indexOf(match[2] === '' ? ' ' : match[2]!.toLowerCase());
}

/** A user or group id as the mounter's user namespace numbers it; EINVAL where it is not mapped. */
export function idOption(value: string | undefined, ids: IdMap): number {
  const id = ids.toGlobal(numericOption(value));
  if (id === undefined) throw new Errno('EINVAL');
  return id;
}
