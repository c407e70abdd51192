import { calendar, instant } from '../../base/calendar.ts';
import { parseDate, strftime } from '../lib/strftime.ts';
import { strptime } from '../lib/strptime.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** date(1). The machines' time zone is UTC; the clock cannot be set. */
export const date: Utility = {
  name: 'date',
  usage: '[OPTION]... [+FORMAT]',
  summary: 'Display date and time in the given FORMAT.',
  options: {
    short: 'd:f:I::r:Rs:u',
    // The time zone is UTC.
    inert: ['u'],
    long: {
      date: 'd:',
      file: 'f:',
      'iso-8601': 'I::',
      reference: 'r:',
      'rfc-email': 'R',
      'rfc-2822': 'R',
      'rfc-3339': '3:',
      set: 's:',
      utc: 'u',
      universal: 'u',
    },
  },
  busybox: {
    options: {
      short: 'd:uI::D:r:Rs:',
      long: { date: 'd:', utc: 'u', set: 's:', reference: 'r:' },
      inert: ['u'],
    },
    usage: '[OPTIONS] [+FMT] [[-s] TIME]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const now = io.sys.clock_gettime('realtime');
    let at = now;
    const bad = (text: string) => io.fail(`invalid date ${gnu ? quote(io, text) : `'${text}'`}`);
    if (given.has('s'))
      return io.fail(
        gnu ? 'cannot set date: Operation not permitted' : "can't set date: Operation not permitted",
      );
    const reference = given.value('r');
    if (reference !== undefined) at = (await io.sys.stat(reference)).mtime;
    const format = parsed.operands.find((text) => text.startsWith('+'))?.slice(1);
    const other = parsed.operands.find((text) => !text.startsWith('+'));
    if (other !== undefined)
      if (!gnu) return bad(other);
      else if (/^\d{8,12}(\.\d\d)?$/.test(other)) return io.fail('cannot set date: Operation not permitted');
      else return bad(other);
    if (parsed.operands.length > 1) throw new Misuse(`extra operand ${quote(io, parsed.operands[1]!)}`);
    const pattern =
      format ??
      (given.has('R')
        ? '%a, %d %b %Y %H:%M:%S %z'
        : given.has('I')
          ? iso(given.value('I') ?? 'date')
          : given.has('3')
            ? { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' }[
                given.value('3')!
              ]
            : /^(C|POSIX|)$/.test(io.env.get('LC_ALL') || io.env.get('LANG') || '') ||
                !gnu ||
                /^C\./.test(io.env.get('LC_ALL') || io.env.get('LANG') || '')
              ? '%a %b %e %H:%M:%S %Z %Y'
              : '%a %b %e %r %Z %Y');
    if (pattern === undefined)
      throw new Misuse(
        `invalid argument ${quote(io, given.value('I') ?? given.value('3') ?? '')} for ${quote(io, given.has('3') ? '--rfc-3339' : '--iso-8601')}`,
      );
    const show = (ms: number) => io.stdout.write(`${strftime(pattern, ms)}\n`);
    const file = given.value('f');
    if (file !== undefined)
      return eachInput(
        io,
        [file],
        flavour,
        async (input) => {
          for await (const line of input.lines()) {
            const parsedTime = parseDate(line, now);
            if (parsedTime === undefined) await bad(line);
            else await show(parsedTime);
          }
        },
        plainReport,
      );
    const text = given.value('d');
    if (text !== undefined) {
      const form = given.value('D');
      const parsedTime = gnu
        ? parseDate(text, at)
        : form !== undefined
          ? strptime(text, form, at)
          : (parseBusybox(text, at) ?? parseDate(text, at));
      if (parsedTime === undefined) return bad(text);
      at = parsedTime;
    }
    await show(at);
    return 0;
  },
};

function iso(what: string): string | undefined {
  return {
    date: '%Y-%m-%d',
    hours: `%Y-%m-%dT%H%:z`,
    minutes: `%Y-%m-%dT%H:%M%:z`,
    seconds: `%Y-%m-%dT%H:%M:%S%:z`,
    ns: `%Y-%m-%dT%H:%M:%S,%N%:z`,
  }[what];
}

/** BusyBox' own forms: `hh:mm[:ss]`, `MM.DD-hh:mm`, `MMDDhhmm[[YY]YY][.ss]`. */
function parseBusybox(text: string, now: number): number | undefined {
  const c = calendar(now);
  const packed = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d{4})?(?:\.(\d\d))?$/.exec(text);
  if (packed) {
    const [, month, day, hour, minute, year, second] = packed;
    return instant(
      Number(year ?? c.year),
      Number(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second ?? 0),
    );
  }
  return undefined;
}
