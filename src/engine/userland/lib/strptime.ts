import { calendar, instant } from '../../base/calendar.ts';

/**
 * Reads a time as a format says (strptime(3)); undefined if the text does not fit. What the format leaves out is taken from
 * `now`, but that a time of day that is not given is midnight's.
 */
export function strptime(text: string, format: string, now: number): number | undefined {
  const c = calendar(now);
  const fields = { year: c.year, month: c.month, day: c.day, hour: 0, minute: 0, second: 0 };
  let at = 0;
  let afternoon = 0;
  let seconds: number | undefined;
  const number = (most: number): number => {
    const [digits] = new RegExp(`^\\s*\\d{1,${most}}`).exec(text.slice(at)) ?? [''];
    at += digits.length;
    return digits === '' ? Number.NaN : Number(digits);
  };
  const name = (names: readonly string[]): number => {
    const rest = text.slice(at).toLowerCase();
    const index = names.findIndex((each) => rest.startsWith(each.slice(0, 3)));
    if (index === -1) return Number.NaN;
    at += rest.startsWith(names[index]!) ? names[index]!.length : 3;
    return index;
  };
  let bad = false;
  const read = (letter: string): void => {
    if (letter === 'Y') fields.year = number(4);
    else if (letter === 'y') {
      const two = number(2);
      fields.year = two + (two < 69 ? 2000 : 1900);
    } else if (letter === 'm') fields.month = number(2);
    else if (letter === 'd' || letter === 'e') fields.day = number(2);
    else if (letter === 'H' || letter === 'I' || letter === 'k' || letter === 'l') fields.hour = number(2);
    else if (letter === 'M') fields.minute = number(2);
    else if (letter === 'S') fields.second = number(2);
    else if (letter === 's') seconds = number(12);
    else if (letter === 'b' || letter === 'B' || letter === 'h') fields.month = name(MONTHS) + 1;
    else if (letter === 'a' || letter === 'A') bad ||= Number.isNaN(name(DAYS));
    else if (letter === 'p') {
      const half = /^([ap])m/i.exec(text.slice(at))?.[1]?.toLowerCase();
      bad ||= half === undefined;
      at += 2;
      fields.hour %= 12;
      afternoon = half === 'p' ? 12 : 0;
    } else if (letter in SHORT) for (const each of SHORT[letter as 'T'].match(/%?./g)!) step(each);
    else bad ||= letter !== '%' || text[at++] !== '%';
  };
  const step = (piece: string): void => {
    if (piece.startsWith('%')) read(piece.slice(1));
    else if (/\s/.test(piece)) at += /^\s*/.exec(text.slice(at))![0].length;
    else if (text[at++] !== piece) bad = true;
  };
  for (const piece of format.match(/%[\s\S]|[\s\S]/g) ?? []) step(piece);
  if (bad || at < text.length || Object.values(fields).some(Number.isNaN)) return undefined;
  if (seconds !== undefined) return seconds * 1000;
  const { year, month, day, hour, minute, second } = fields;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  return instant(year, month, day, hour + afternoon, minute, second);
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Formats that stand for several. */
const SHORT = { T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y', F: '%Y-%m-%d', n: ' ', t: ' ' };
