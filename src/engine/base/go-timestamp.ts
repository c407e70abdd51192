/** Times as people give them: an age, a date or seconds since the epoch. Models moby api/types/time GetTimestamp. */
import { parseDuration } from './go-duration.ts';
import { parseByLayout } from './go-time-parse.ts';

/** Seconds since the epoch as the API takes them, nanoseconds after a point. Throws when the text is no time. @param now ms */
export function timestamp(text: string, now: number): string {
  const age = text === '0' ? undefined : durationOf(text);
  if (age !== undefined) return String(Math.floor((now * 1e6 - age) / 1e9));
  try {
    const { seconds, nanoseconds } = parseByLayout(layoutOf(text), text);
    return `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  } catch (error) {
    // With a dash it was meant as a date.
    if (text.includes('-')) throw error;
    if (/^\d+(\.\d+)?$/.test(text)) return text;
    throw new Error(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  }
}

function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}

/** By what a text holds it is told how much of a date it is. */
function layoutOf(text: string): string {
  const zone = /[zZ+]/.test(text) || text.split('-').length === 4 ? 'Z07:00' : '';
  if (text.includes('.')) return `2006-01-02T15:04:05.999999999${zone}`;
  if (!text.includes('T')) return `2006-01-02${zone}`;
  const colons =
    text.split(':').length - 1 - (zone !== '' && !/[zZ]/.test(text) && text.includes(':') ? 1 : 0);
  const clock = ['T15', 'T15:04', 'T15:04:05'][colons];
  return clock === undefined ? '' : `2006-01-02${clock}${zone}`;
}
