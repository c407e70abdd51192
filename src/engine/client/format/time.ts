/** Instants in the forms that lists show; the simulated machines' time zone is UTC. */
import { calendar } from '../../base/calendar.ts';
import { humanDuration } from './duration.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** Go's `time.Unix(seconds, 0).String()`: `2026-11-21 02:21:49 +0000 UTC`. */
export function unixTime(seconds: number): string {
  const t = calendar(seconds * 1000);
  return `${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000 UTC`;
}

/** RFC 3339 in seconds. */
export const rfc3339 = (seconds: number): string => `${unixTime(seconds).slice(0, 19).replace(' ', 'T')}Z`;

/** `3 minutes ago` */
export const ago = (now: number, seconds: number): string => `${humanDuration(now - seconds * 1000)} ago`;
