/** Durations in Go's notation (`1h2m3.5s`). */
import { quote } from './go-quote.ts';

const UNITS: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds. Throws in the words of Go's time.ParseDuration. */
export function parseDuration(text: string): number {
  const fail = (why: string) => new Error(`time: ${why} ${quote(text)}`);
  const signed = /^([+-]?)(.*)$/s.exec(text)!;
  let rest = signed[2]!;
  if (rest === '0') return 0;
  if (rest === '') throw fail('invalid duration');
  let total = 0;
  while (rest !== '') {
    const number = /^(\d*)(\.\d*)?/.exec(rest)![0];
    if (number === '' || number === '.') throw fail('invalid duration');
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)![0];
    if (unit === '') throw fail('missing unit in duration');
    const scale = UNITS[unit];
    if (scale === undefined) throw new Error(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    total += Number(number) * scale;
    rest = rest.slice(unit.length);
  }
  return Math.round(signed[1] === '-' ? -total : total);
}
