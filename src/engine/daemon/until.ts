/** The `until` filter of lists and prunes. Models moby `daemon/internal/timestamp` and `filters.GetTimestamp`. */
import type { Filters } from '../api/filters.ts';
import { parseRfc3339 } from '../base/calendar.ts';
import { invalidParameter } from './error.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The instant before which things must have been made, ms; undefined when nobody asks. */
export function untilFilter(filters: Filters, now: number): number | undefined {
  const values = filters.values('until');
  if (values.length > 1) throw invalidParameter('more than one until filter specified');
  const [text] = values;
  if (text === undefined) return undefined;
  const ago = duration(text);
  const instant = ago === undefined ? timestamp(text) : now - ago;
  if (instant === undefined) throw invalidParameter(`failed to parse value as time or duration: "${text}"`);
  return instant;
}

/** Go's durations: `1h30m`, `-1.5s`; undefined for what is none. */
function duration(text: string): number | undefined {
  if (!/^[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * UNITS[unit!]!;
  return text.startsWith('-') ? -sum : sum;
}

/** Seconds since the epoch, or a date whose time and zone may be left out (UTC then). */
function timestamp(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const [, date, hours = '00', minutes = '00', seconds = '00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return date === undefined ? undefined : parseRfc3339(`${date}T${hours}:${minutes}:${seconds}${zone}`);
}
