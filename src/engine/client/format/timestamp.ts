/** Times as people give them to `--since` and `--until`. Models moby `api/types/time`. */
import { instant } from '../../base/calendar.ts';
import { parseDuration } from '../../base/go-duration.ts';

/** Seconds since the epoch as the API takes them, nanoseconds after a point. Throws when the text is no time. */
export function apiTimestamp(text: string, now: number): string {
  try {
    return String(Math.floor((now * 1e6 - parseDuration(text)) / 1e9));
  } catch {
    // Not a duration.
  }
  const date =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
      text,
    );
  if (date !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = date;
    let ms = instant(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
    if (zone !== 'Z') {
      const [hours = '0', minutes = '0'] = zone.slice(1).split(':');
      ms -= (zone[0] === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    }
    return `${ms / 1000}.${fraction.padEnd(9, '0')}`;
  }
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  throw new Error(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
}
