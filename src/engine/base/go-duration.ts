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

/** Nanoseconds as Go's Duration.String prints them: `1h2m3.5s`, `1.5ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const all = Math.abs(nanoseconds);
  if (all < 1e3) return `${sign}${all}ns`;
  if (all < 1e6) return `${sign}${all / 1e3}µs`;
  if (all < 1e9) return `${sign}${all / 1e6}ms`;
  const hours = Math.floor(all / 3600e9);
  const minutes = Math.floor((all % 3600e9) / 60e9);
  const seconds = `${(all % 60e9) / 1e9}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
