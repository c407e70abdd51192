import { calendar, instant, MONTHS, WEEKDAYS } from '../../../base/calendar.ts';
import { strftime } from '../../lib/strftime.ts';
import { isArray, JqError, type Value } from '../value.ts';

/** Times: seconds since the epoch, and "broken down" arrays as gmtime gives them (year, month from 0, day, …). All in UTC. */

/** `gmtime` */
export function brokenDown(seconds: Value): Value {
  if (typeof seconds !== 'number') throw new JqError('gmtime() requires numeric inputs');
  const { year, month, day, hour, minute, second, weekday, yearday } = calendar(Math.floor(seconds) * 1000);
  const fraction = seconds - Math.floor(seconds);
  return [year, month - 1, day, hour, minute, second + fraction, weekday, yearday - 1];
}

/** `mktime` */
export function secondsOf(time: Value): number {
  if (!isArray(time)) throw new JqError('mktime requires array inputs');
  if (!time.slice(0, 6).every((part) => typeof part === 'number'))
    throw new JqError('mktime requires parsed datetime inputs');
  if (time.length < 6) throw new JqError('mktime requires array of 6 numbers');
  const [year, month, day, hour, minute, second] = time as number[];
  return Math.floor(instant(year!, month! + 1, day!, hour, minute, Math.floor(second!)) / 1000);
}

/** `strftime(format)`, of seconds or a broken down time. */
export function formatTime(time: Value, format: Value, name = 'strftime/1'): string {
  const parts = typeof time === 'number' ? brokenDown(time) : time;
  if (!isArray(parts)) throw new JqError(`${name} requires parsed datetime inputs`);
  if (typeof format !== 'string') throw new JqError(`${name} requires a string format`);
  return strftime(format, secondsOf(parts) * 1000);
}

const LONG_MONTHS =
  'january february march april may june july august september october november december'.split(' ');
const LONG_DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** `strptime(format)` */
export function parseTime(text: Value, format: Value): Value {
  if (typeof text !== 'string' || typeof format !== 'string')
    throw new JqError('strptime/1 requires string inputs and arguments');
  const time = {
    year: 1900,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    pm: undefined as boolean | undefined,
  };
  let at = 0;
  const fail = (): never => {
    throw new JqError(`date "${text}" does not match format "${format}"`);
  };
  const number = (digits: number, least: number, most: number): number => {
    const found = new RegExp(`^\\s*([+-]?\\d{1,${digits}})`).exec(text.slice(at)) ?? fail();
    const value = Number(found[1]);
    if (value < least || value > most) fail();
    at += found[0].length;
    return value;
  };
  const word = (long: readonly string[], short: readonly string[]): number => {
    const rest = text.slice(at).toLowerCase();
    for (const names of [long, short])
      for (const [i, name] of names.entries())
        if (rest.startsWith(name.toLowerCase())) {
          at += name.length;
          return i;
        }
    return fail();
  };
  const convert = (letter: string): void => {
    switch (letter) {
      case 'Y':
        time.year = number(4, 0, 9999);
        return;
      case 'y': {
        const year = number(2, 0, 99);
        time.year = year + (year < 69 ? 2000 : 1900);
        return;
      }
      case 'm':
        time.month = number(2, 1, 12) - 1;
        return;
      case 'd':
      case 'e':
        time.day = number(2, 1, 31);
        return;
      case 'H':
      case 'k':
        time.hour = number(2, 0, 23);
        return;
      case 'I':
      case 'l':
        time.hour = number(2, 1, 12) % 12;
        return;
      case 'M':
        time.minute = number(2, 0, 59);
        return;
      case 'S':
        time.second = number(2, 0, 61);
        return;
      case 'j':
        number(3, 1, 366);
        return;
      case 'p':
        time.pm = word(['AM', 'PM'], []) === 1;
        return;
      case 'b':
      case 'B':
      case 'h':
        time.month = word(LONG_MONTHS, MONTHS);
        return;
      case 'a':
      case 'A':
        word(LONG_DAYS, WEEKDAYS);
        return;
      case 's': {
        const { year, month, day, hour, minute, second } = calendar(number(12, 0, 1e12) * 1000);
        Object.assign(time, { year, month: month - 1, day, hour, minute, second });
        return;
      }
      case 'Z':
        at += /^[A-Za-z]*/.exec(text.slice(at))![0].length;
        return;
      case 'z': {
        const zone = /^\s*(?:Z|[+-]\d{2}:?\d{2})/.exec(text.slice(at)) ?? fail();
        at += zone[0].length;
        return;
      }
      case 'T':
        for (const part of 'H:M:S') follow(part);
        return;
      case 'R':
        for (const part of 'H:M') follow(part);
        return;
      case 'F':
        for (const part of 'Y-m-d') follow(part);
        return;
      case 'D':
        for (const part of 'm/d/y') follow(part);
        return;
      case 'n':
      case 't':
        at += /^\s*/.exec(text.slice(at))![0].length;
        return;
      case '%':
        follow('%', true);
        return;
      default:
        fail();
    }
  };
  const follow = (part: string, literal = !/[A-Za-z]/.test(part)): void => {
    if (!literal) convert(part);
    else if (text[at] === part) at++;
    else fail();
  };
  for (let i = 0; i < format.length; i++) {
    const char = format[i]!;
    if (char === '%') convert(format[++i] ?? '');
    else if (/\s/.test(char)) at += /^\s*/.exec(text.slice(at))![0].length;
    else if (text[at] === char) at++;
    else fail();
  }
  if (at < text.length) throw new JqError(`date "${text}" does not match format "${format}"`);
  if (time.pm) time.hour += 12;
  const { year, month, day, hour, minute, second } = time;
  const moment = instant(year, month + 1, day, hour, minute, second);
  const { weekday, yearday } = calendar(moment);
  return [year, month, day, hour, minute, second, weekday, yearday - 1];
}
