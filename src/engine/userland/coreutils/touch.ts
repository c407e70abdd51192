import { calendar, instant } from '../../base/calendar.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Stdio } from '../lib/stdio.ts';
import { parseDate } from '../lib/strftime.ts';
import { Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';

/** touch(1) */
export const touch: Utility = {
  name: 'touch',
  usage: '[OPTION]... FILE...',
  summary: 'Update the access and modification times of each FILE to the current time.',
  options: {
    short: 'acd:fhmr:t:',
    long: { 'no-create': 'c', date: 'd:', 'no-dereference': 'h', reference: 'r:', time: 'time:' },
    // For what BSD's touch did with it.
    inert: ['f'],
  },
  busybox: {
    options: {
      short: 'acd:fhmr:t:',
      long: { 'no-create': 'c', date: 'd:', reference: 'r:' },
      inert: ['f'],
    },
    usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    if (parsed.operands.length === 0) throw new Misuse('missing file operand');
    const now = io.sys.clock_gettime('realtime');
    let [atime, mtime] = [now, now];
    const reference = given.value('r');
    if (reference !== undefined) {
      try {
        ({ atime, mtime } = await io.sys.stat(reference));
      } catch (error) {
        if (!isErrno(error)) throw error;
        return io.fail(
          gnu
            ? `failed to get attributes of ${quoteName(reference)}: ${error.message}`
            : `${reference}: ${error.message}`,
        );
      }
    }
    const [date, stamp] = [given.value('d'), given.value('t')];
    if (date !== undefined || stamp !== undefined) {
      const parsedTime = date !== undefined ? parseDate(date, mtime) : parseStamp(stamp!, now);
      if (parsedTime === undefined)
        return io.fail(
          gnu ? `invalid date format ${quote(io, date ?? stamp!)}` : `invalid date '${date ?? stamp}'`,
        );
      atime = mtime = parsedTime;
    }
    const which = given.value('time');
    const access = given.has('a') || /^(access|atime|use)$/.test(which ?? '');
    const modify = given.has('m') || /^(modify|mtime)$/.test(which ?? '');
    const times = {
      ...(access || !modify ? { atime } : {}),
      ...(modify || !access ? { mtime } : {}),
    };
    let status = 0;
    for (const path of parsed.operands) {
      const makes = !given.has('c') && !given.has('h');
      const failure = makes ? await makeFile(io, path) : undefined;
      try {
        await io.sys.utimens(path, times, !given.has('h'));
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (given.has('c') && error.code === 'ENOENT') continue;
        const text = (failure ?? error).message;
        if (!gnu) status = await io.fail(`${path}: ${text}`);
        else if (failure === undefined)
          status = await io.fail(`setting times of ${quoteName(path)}: ${text}`);
        else status = await io.fail(`cannot touch ${quoteName(path)}: ${text}`);
      }
    }
    return status;
  },
};

/** Makes the file if it is not there, by opening it; gives why not, where that tells more than setting its times will. */
async function makeFile(io: Stdio, path: string): Promise<Errno | undefined> {
  try {
    await io.sys.close(await io.sys.open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o666));
  } catch (error) {
    if (!isErrno(error)) throw error;
    return isErrno(error, 'EISDIR', 'EINVAL', 'EPERM') ? undefined : error;
  }
  return undefined;
}

/** [[CC]YY]MMDDhhmm[.ss] */
function parseStamp(text: string, now: number): number | undefined {
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [, first, second, month, day, hour, minute, seconds] = match;
  const year =
    first && second
      ? Number(first + second)
      : first
        ? Number(first) + (Number(first) < 69 ? 2000 : 1900)
        : calendar(now).year;
  return instant(year, Number(month), Number(day), Number(hour), Number(minute), Number(seconds ?? 0));
}
