/** Times read by a layout, in the words of Go's time.Parse where they are none. */
import { instant } from './calendar.ts';
import { quote } from './go-quote.ts';

/** An instant: whole seconds since the epoch, and nanoseconds beyond. */
export interface GoInstant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const CHUNK = /2006|01|02|15|04|05|\.999999999|Z07:00/;

/**
 * What `text` says by `layout`, of which the parts are those of RFC 3339 (`2006-01-02T15:04:05.999999999Z07:00`); without a zone it is
 * UTC. Throws `Error` with Go's text. Models Go's time.parse, format.go.
 */
export function parseByLayout(layout: string, text: string): GoInstant {
  const at = { month: 1, day: 1, year: 0, hour: 0, minute: 0, second: 0, nanoseconds: 0, zone: 0 };
  let rest = text;
  let left = layout;
  const cannot = (element: string, hold: string) =>
    new Error(
      `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(hold)} as ${quote(element)}`,
    );
  const outOfRange = (what: string) => new Error(`parsing time ${quote(text)}: ${what} out of range`);
  for (;;) {
    const chunk = CHUNK.exec(left);
    const literal = chunk === null ? left : left.slice(0, chunk.index);
    if (!rest.startsWith(literal)) throw cannot(literal, rest);
    rest = rest.slice(literal.length);
    if (chunk === null) break;
    left = left.slice(chunk.index + chunk[0].length);
    const [element] = chunk;
    const take = (pattern: RegExp): string => {
      const found = pattern.exec(rest)?.[0];
      if (found === undefined) throw cannot(element, rest);
      rest = rest.slice(found.length);
      return found;
    };
    const number = (pattern: RegExp, what: string, least: number, most: number): number => {
      const value = Number(take(pattern));
      if (value < least || value > most) throw outOfRange(what);
      return value;
    };
    switch (element) {
      case '2006':
        at.year = Number(take(/^\d\d{3}/));
        break;
      case '01':
        at.month = number(/^\d\d/, 'month', 1, 12);
        break;
      case '02':
        at.day = Number(take(/^\d\d/));
        break;
      case '15':
        at.hour = number(/^\d\d?/, 'hour', 0, 23);
        break;
      case '04':
        at.minute = number(/^\d\d/, 'minute', 0, 59);
        break;
      case '05':
        at.second = number(/^\d\d/, 'second', 0, 59);
        // A fraction may follow, whether the layout has one or not.
        at.nanoseconds = fraction(/^[.,]\d+/.exec(rest)?.[0] ?? '');
        rest = rest.replace(/^[.,]\d+/, '');
        break;
      case 'Z07:00':
        at.zone = offset(take(/^(?:Z|[+-]\d\d:\d\d)/));
        break;
    }
  }
  if (rest !== '') throw new Error(`parsing time ${quote(text)}: extra text: ${quote(rest)}`);
  if (at.day < 1 || at.day > daysIn(at.year, at.month)) throw outOfRange('day');
  const local = instant(at.year, at.month, at.day, at.hour, at.minute, at.second) / 1000;
  return { seconds: local - at.zone, nanoseconds: at.nanoseconds };
}

const fraction = (text: string): number => Number(text.slice(1, 10).padEnd(9, '0'));

const daysIn = (year: number, month: number): number =>
  Math.round(
    (instant(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - instant(year, month, 1)) / 86_400_000,
  );

/** Seconds east of Greenwich. */
function offset(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}
