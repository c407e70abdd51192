import { parseRfc3339, rfc3339Nano } from '../base/calendar.ts';

/** Go's zero time, as its JSON has it. */
export const NEVER = '0001-01-01T00:00:00Z';

/** A time in ms as Go's JSON has it; what has never been is the zero time. */
export const goTime = (time: number | undefined): string => (time === undefined ? NEVER : rfc3339Nano(time));

/** The time that Go's JSON means, in ms; undefined for the zero time. */
export const fromGoTime = (text: string): number | undefined =>
  text === NEVER ? undefined : parseRfc3339(text);
