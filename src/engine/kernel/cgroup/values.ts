import { Errno } from '../../base/errno.ts';
import { CPUS_MAX } from '../sched/cpu.ts';

// What interface files take and show. A value comes without the white space around it.

const UNLIMITED = Number.POSITIVE_INFINITY;

/** A whole number as kstrtoll(3) with base 0 reads it: decimal, 0x…, 0…. EINVAL for anything else, ERANGE beyond the limits. */
export function integer(text: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (!/^[-+]?(0x[\da-f]+|\d+)$/i.test(text)) throw new Errno('EINVAL');
  const value = digits(text);
  if (value < least || value > most) throw new Errno('ERANGE');
  return value;
}

/** The same of a type without a sign: EINVAL for a negative number. */
export function natural(text: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (text.startsWith('-')) throw new Errno('EINVAL');
  return integer(text, least, most);
}

function digits(text: string): number {
  const [, sign, number = ''] = /^([-+]?)(.*)$/.exec(text)!;
  const value = Number.parseInt(number, /^0x/i.test(number) ? 16 : /^0\d/.test(number) ? 8 : 10);
  return sign === '-' ? -value : value;
}

/** 0 or 1; ERANGE for other numbers. */
export const flag = (text: string): boolean => integer(text, 0, 1) === 1;

/** A number or `max`. */
export const orMax = (text: string, parse: (text: string) => number): number =>
  text === 'max' ? UNLIMITED : parse(text);

/** Bytes with a suffix K to E, in whole pages (memparse(), page_counter_memparse()). Nothing is 0. */
export function bytes(text: string): number {
  const [, number = '', unit = ''] = /^(0x[\da-f]+|\d*)([kmgtpe]?)$/i.exec(text) ?? [];
  if (number === '' && (text !== '' || unit !== '')) throw new Errno('EINVAL');
  const value = (number === '' ? 0 : digits(number)) * 1024 ** ' kmgtpe'.indexOf(unit.toLowerCase() || ' ');
  return value >= PAGE_COUNTER_MAX ? UNLIMITED : Math.floor(value / PAGE) * PAGE;
}

export const PAGE = 4096;
/** What version 1 shows for no limit. */
export const PAGE_COUNTER_MAX = 2 ** 63 - PAGE;

/** A list as `0-2,4` in a mask (cpulist_parse()). EINVAL; ERANGE for one that is not among the `count` that there are. */
export function mask(text: string, count: number): number {
  let result = 0;
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    if (part === 'all') {
      result |= 2 ** count - 1;
      continue;
    }
    const [, from, to = from, used, group] = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from)) throw new Errno('EINVAL');
    if (Number(to) >= Math.min(count, CPUS_MAX)) throw new Errno('ERANGE');
    for (let i = Number(from); i <= Number(to); i++)
      if (group === undefined || (i - Number(from)) % Number(group) < Number(used)) result |= 1 << i;
  }
  return result;
}

export const showLimit = (value: number): string => (value === UNLIMITED ? 'max' : String(BigInt(value)));

/** Lines of a key and a number: a flat keyed file. */
export const keyed = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${BigInt(Math.floor(value))}\n`)
    .join('');
