import { calendar, instant, MONTHS, WEEKDAYS } from '../../base/calendar.ts';

/** Times as text (strftime(3)), in UTC, the simulated machines' zone. */
const LONG_MONTHS =
  'January February March April May June July August September October November December'.split(' ');
const LONG_DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const pad = (value: number, width = 2, fill = '0') => String(value).padStart(width, fill);

/** Formats an instant (ms since the epoch); GNU's flags `-`, `_`, `0`, `^` are understood. */
export function strftime(format: string, ms: number): string {
  const c = calendar(Math.floor(ms));
  const hour12 = c.hour % 12 || 12;
  const convert = (letter: string): string | [number, number, string?] => {
    switch (letter) {
      case 'a':
        return WEEKDAYS[c.weekday]!;
      case 'A':
        return LONG_DAYS[c.weekday]!;
      case 'b':
      case 'h':
        return MONTHS[c.month - 1]!;
      case 'B':
        return LONG_MONTHS[c.month - 1]!;
      case 'c':
        return strftime('%a %b %e %H:%M:%S %Y', ms);
      case 'C':
        return [Math.floor(c.year / 100), 2];
      case 'd':
        return [c.day, 2];
      case 'D':
      case 'x':
        return strftime('%m/%d/%y', ms);
      case 'e':
        return [c.day, 2, ' '];
      case 'F':
        return strftime('%Y-%m-%d', ms);
      case 'g':
        return [isoWeek(ms).year % 100, 2];
      case 'G':
        return [isoWeek(ms).year, 4];
      case 'H':
        return [c.hour, 2];
      case 'I':
        return [hour12, 2];
      case 'j':
        return [c.yearday, 3];
      case 'k':
        return [c.hour, 2, ' '];
      case 'l':
        return [hour12, 2, ' '];
      case 'm':
        return [c.month, 2];
      case 'M':
        return [c.minute, 2];
      case 'n':
        return '\n';
      case 'N':
        return pad(Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1e6), 9);
      case 'p':
        return c.hour < 12 ? 'AM' : 'PM';
      case 'P':
        return c.hour < 12 ? 'am' : 'pm';
      case 'q':
        return [Math.ceil(c.month / 3), 1];
      case 'r':
        return strftime('%I:%M:%S %p', ms);
      case 'R':
        return strftime('%H:%M', ms);
      case 's':
        return String(Math.floor(ms / 1000));
      case 'S':
        return [c.second, 2];
      case 't':
        return '\t';
      case 'T':
      case 'X':
        return strftime('%H:%M:%S', ms);
      case 'u':
        return [c.weekday || 7, 1];
      case 'U':
        return [Math.floor((c.yearday + 6 - c.weekday) / 7), 2];
      case 'V':
        return [isoWeek(ms).week, 2];
      case 'w':
        return [c.weekday, 1];
      case 'W':
        return [Math.floor((c.yearday + 6 - ((c.weekday + 6) % 7)) / 7), 2];
      case 'y':
        return [c.year % 100, 2];
      case 'Y':
        return [c.year, 1];
      case 'z':
        return '+0000';
      case ':z':
        return '+00:00';
      case 'Z':
        return 'UTC';
      case '%':
        return '%';
      default:
        return `%${letter}`;
    }
  };
  return format.replace(
    /%([-_0^#]*)(\d*)(:?[A-Za-z%])/g,
    (_, flags: string, width: string, letter: string) => {
      const made = convert(letter);
      let text: string;
      if (typeof made === 'string')
        text =
          letter === 'N' && width !== '' ? made.slice(0, Number(width)) : made.padStart(Number(width) || 0);
      else {
        const [value, digits, fill = '0'] = made;
        const use = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill;
        text = flags.includes('-') ? String(value) : pad(value, Number(width) || digits, use);
      }
      return flags.includes('^') ? text.toUpperCase() : text;
    },
  );
}

/** ISO 8601 week: the one with the year's first Thursday is the first. */
function isoWeek(ms: number): { year: number; week: number } {
  const { weekday } = calendar(ms);
  const thursday = calendar(ms + (4 - (weekday || 7)) * 86_400_000);
  return { year: thursday.year, week: Math.floor((thursday.yearday - 1) / 7) + 1 };
}

const UNITS: Record<string, number> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};

/** What `date -d` understands of times: ISO forms, `@seconds`, `now`, `yesterday`, `2 days ago`, `12:30`. Undefined if it is none. */
export function parseDate(text: string, now: number): number | undefined {
  let rest = ` ${text.trim().toLowerCase()} `;
  let at = Math.floor(now / 1000) * 1000;
  if (rest.trim() === '') return midnight(at);
  const epoch = /^ @(-?\d+(?:\.\d+)?) $/.exec(rest);
  if (epoch) return Number(epoch[1]) * 1000;
  let zone = 0;
  let dayGiven = false;
  let timeGiven = false;
  const take = (pattern: RegExp, use: (match: RegExpExecArray) => void) => {
    const match = pattern.exec(rest);
    if (!match) return;
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    use(match);
  };
  const c = calendar(at);
  let [year, month, day, hour, minute, second] = [c.year, c.month, c.day, c.hour, c.minute, c.second];
  let fraction = 0;
  const months = MONTHS.map((name) => name.toLowerCase());
  const dates: [RegExp, (m: RegExpExecArray) => [string, number, string]][] = [
    [/ (\d{4})-(\d{1,2})-(\d{1,2})(?=[t ])/, (m) => [m[1]!, Number(m[2]), m[3]!]],
    [/ (\d{4})(\d\d)(\d\d) /, (m) => [m[1]!, Number(m[2]), m[3]!]],
    [/ (\d{1,2})\/(\d{1,2})\/(\d{4}) /, (m) => [m[3]!, Number(m[1]), m[2]!]],
    [/ (\d{1,2}) ([a-z]{3})[a-z]*,? (\d{4}) /, (m) => [m[3]!, months.indexOf(m[2]!) + 1, m[1]!]],
    [
      / ([a-z]{3})[a-z]* +(\d{1,2}),? (?:([\d:]{8}) (?:utc )?)?(\d{4}) /,
      (m) => [m[4]!, months.indexOf(m[1]!) + 1, m[2]!],
    ],
  ];
  for (const [pattern, read] of dates)
    if (!dayGiven)
      take(pattern, (match) => {
        const [y, m, d] = read(match);
        [year, month, day] = [Number(y), m, Number(d)];
        dayGiven = true;
        if (match[4] !== undefined && match[3] !== undefined) rest += ` ${match[3]} `;
      });
  if (dayGiven && (month < 1 || month > 12 || day < 1 || day > 31)) return undefined;
  take(
    /[t ](\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?(?: *(am|pm))?(?: ?(z)|([-+])(\d\d):?(\d\d))?(?= )/,
    (match) => {
      hour = Number(match[1]) % (match[5] ? 12 : 100);
      if (match[5] === 'pm') hour += 12;
      [minute, second] = [Number(match[2]), Number(match[3] ?? 0)];
      fraction = Number(match[4] ?? 0) * 1000;
      if (match[7]) zone = (match[7] === '-' ? -1 : 1) * (Number(match[8]) * 60 + Number(match[9]));
      timeGiven = true;
    },
  );
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  if (dayGiven && !timeGiven) [hour, minute, second] = [0, 0, 0];
  at = instant(year, month, day, hour, minute, second) + fraction - zone * 60_000;
  take(/ (utc|gmt|z) /, () => {});
  take(/ (now|today) /, () => {});
  take(/ midnight /, () => {
    at = midnight(at);
  });
  take(/ yesterday /, () => {
    at -= 86_400_000;
  });
  take(/ tomorrow /, () => {
    at += 86_400_000;
  });
  for (let more = true; more; ) {
    more = false;
    take(
      / ([-+]? ?\d+|next|last|an?) *(sec|second|min|minute|hour|day|week|fortnight|month|year)s?( ago)? /,
      (match) => {
        more = true;
        const word = match[1]!.replace(' ', '');
        const amount =
          (word === 'last' ? -1 : /^(next|an?)$/.test(word) ? 1 : Number(word)) * (match[3] ? -1 : 1);
        const unit = match[2]!;
        if (unit in UNITS) at += amount * UNITS[unit]! * 1000;
        else {
          const t = calendar(at);
          const shift = unit === 'month' ? amount : amount * 12;
          at = instant(t.year, t.month + shift, t.day, t.hour, t.minute, t.second);
        }
      },
    );
  }
  take(/ (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /, () => {});
  return rest.trim() === '' ? at : undefined;
}

const midnight = (ms: number): number => Math.floor(ms / 86_400_000) * 86_400_000;
