/**
 * Calendar forms of an instant (ms since the epoch). The only file of the engine that touches `Date`, and only as arithmetic on a
 * given instant.
 */
const pad = (value: number, width = 2) => String(value).padStart(width, '0');

export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;
export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

export interface CalendarTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 is Sunday. */
  weekday: number;
  /** Day of the year from 1. */
  yearday: number;
}

/** Takes an instant apart in UTC; the simulated machines' time zone. */
export function calendar(ms: number): CalendarTime {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearday:
      Math.floor(
        (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000,
      ) + 1,
  };
}

/** The instant of a UTC calendar time; fields may overflow as in mktime(3). */
export function instant(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** RFC 3339 with nanoseconds as Go's RFC3339Nano prints them: trailing zeros dropped. */
export function rfc3339Nano(ms: number): string {
  const { year, month, day, hour, minute, second } = calendar(Math.floor(ms));
  // The clock resolves microseconds; a double holds no more at this distance from the epoch.
  const nanos = Math.round((ms - Math.floor(ms / 1000) * 1000) * 1000) * 1000;
  const fraction = nanos === 0 ? '' : `.${pad(nanos, 9).replace(/0+$/, '')}`;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}Z`;
}

/** The instant of an RFC 3339 text, or undefined if it is not one. */
export function parseRfc3339(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const whole = Date.parse(text.replace(/\.\d+/, ''));
  return Number.isNaN(whole) ? undefined : whole + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000);
}

/** The instant of an IMF-fixdate (RFC 9110 section 5.6.7), or undefined if the text is none. */
export function parseHttpDate(text: string): number | undefined {
  const found = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  const month = MONTHS.indexOf(found?.[2] as (typeof MONTHS)[number]) + 1;
  if (found === null || month === 0) return undefined;
  const [day = 0, year = 0, hour = 0, minute = 0, second = 0] = [1, 3, 4, 5, 6].map((i) => Number(found[i]));
  return instant(year, month, day, hour, minute, second);
}
