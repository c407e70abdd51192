import { calendar, instant } from '../../base/calendar.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } from '../../kernel/fcntl.ts';
import { S_ISGID, S_ISUID } from '../../vfs/inode.ts';
import { isDirectory, isLink, join, namesIn, statOf } from '../files.ts';
import { modeString, parseMode } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { parseDate } from '../lib/strftime.ts';
import { readAccounts } from '../lib/users.ts';
import { type Flavour, Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';

/** Visits a path and, when asked, all below it. Links below are left alone. */
async function everywhere(
  io: Stdio,
  path: string,
  recursive: boolean,
  act: (path: string) => Promise<boolean>,
): Promise<boolean> {
  let fine = await act(path);
  if (!recursive || !isDirectory(await statOf(io.sys, path, false))) return fine;
  try {
    for (const name of await namesIn(io.sys, path))
      fine = (await everywhere(io, join(path, name), true, act)) && fine;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`cannot read directory ${quoteName(path)}: ${error.message}`);
    return false;
  }
  return fine;
}

/** chmod(1) */
export const chmod: Utility = {
  name: 'chmod',
  usage:
    '[OPTION]... MODE[,MODE]... FILE...\n  or:  chmod [OPTION]... OCTAL-MODE FILE...\n  or:  chmod [OPTION]... --reference=RFILE FILE...',
  summary: 'Change the mode of each FILE to MODE.',
  options: {
    short: 'RcfvrwxXstugoa,=',
    long: { changes: 'c', silent: 'f', quiet: 'f', verbose: 'v', recursive: 'R', reference: 'reference:' },
  },
  busybox: { options: { short: 'Rcvfrwxst' }, usage: '[-Rcvf] MODE[,MODE]... FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    // A mode such as `-x` looks like options.
    const dashed = parsed.options
      .filter(({ name }) => 'rwxXstugoa,='.includes(name))
      .map(({ name }) => name)
      .join('');
    const operands = [...parsed.operands];
    const reference = given.value('reference');
    const text = reference !== undefined ? '' : dashed === '' ? operands.shift() : `-${dashed}`;
    if (text === undefined) throw new Misuse('missing operand');
    if (operands.length === 0) throw new Misuse(`missing operand after ${quote(io, text)}`);
    const change = reference === undefined ? parseMode(text) : undefined;
    const copied = reference === undefined ? 0 : (await io.sys.stat(reference)).mode & 0o7777;
    if (reference === undefined && change === undefined)
      if (gnu) throw new Misuse(`invalid mode: ${quote(io, text)}`);
      else return io.fail(`invalid mode '${text}'`);
    const umask = await io.sys.umask(0);
    await io.sys.umask(umask);
    const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0');
    let status = 0;
    for (const operand of operands) {
      const fine = await everywhere(io, operand, given.has('R'), async (path) => {
        try {
          const link = await statOf(io.sys, path, false);
          if (isLink(link) && path !== operand) return true;
          const { mode } = await io.sys.stat(path);
          const directory = (mode & 0o170000) === 0o040000;
          let wanted = change ? change(mode, directory, umask) : copied;
          // GNU's keeps these bits of a directory unless they are spelled out.
          if (gnu && directory && /^[0-7]{1,4}$/.test(text)) wanted |= mode & (S_ISUID | S_ISGID);
          await io.sys.chmod(path, wanted);
          const changed = (mode & 0o7777) !== wanted;
          if (given.has('v') || (given.has('c') && changed))
            io.stdout.write(
              gnu
                ? changed
                  ? `mode of ${quote(io, path)} changed from ${octal(mode)} (${modeString(mode).slice(1)}) to ${octal(wanted)} (${modeString(wanted).slice(1)})\n`
                  : `mode of ${quote(io, path)} retained as ${octal(mode)} (${modeString(mode).slice(1)})\n`
                : `mode of '${path}' changed to ${octal(wanted)} (${modeString(wanted).slice(1)})\n`,
            );
          return true;
        } catch (error) {
          if (!isErrno(error)) throw error;
          if (!given.has('f'))
            await io.fail(
              !gnu
                ? `${path}: ${error.message}`
                : ['EPERM', 'EROFS'].includes(error.code)
                  ? `changing permissions of ${quoteName(path)}: ${error.message}`
                  : `cannot access ${quoteName(path)}: ${error.message}`,
            );
          return false;
        }
      });
      if (!fine) status = 1;
    }
    return status;
  },
};

/** Owner and group of a specification; -1 leaves one as it is. A text says what is wrong. */
async function parseOwner(
  io: Stdio,
  spec: string,
  group: boolean,
  flavour: Flavour,
): Promise<[number, number] | string> {
  const accounts = await readAccounts(io.sys);
  const bad = (kind: string, text: string) =>
    flavour === 'gnu'
      ? `invalid ${kind}: ${quote(io, text)}`
      : `unknown ${kind} ${kind === 'user' && spec.includes(':') ? text.split(':')[0] : text}`;
  const groupId = (text: string) =>
    accounts.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  if (group) {
    const gid = groupId(spec);
    return gid === undefined ? bad('group', spec) : [-1, gid];
  }
  const match = /^([^:]*)(?:([:])(.*))?$/.exec(spec)!;
  const [, name = '', colon, groupName = ''] = match;
  let uid = -1;
  let gid = -1;
  if (name !== '') {
    const user = accounts.user(name) ?? (/^\d+$/.test(name) ? accounts.user(Number(name)) : undefined);
    if (!user && !/^\d+$/.test(name)) return bad('user', spec);
    uid = user?.uid ?? Number(name);
    if (colon && groupName === '') gid = user?.gid ?? -1;
  }
  if (groupName !== '') {
    const found = groupId(groupName);
    if (found === undefined) return bad('group', flavour === 'gnu' ? spec : groupName);
    gid = found;
  }
  return [uid, gid];
}

function owning(name: 'chown' | 'chgrp'): Utility {
  const group = name === 'chgrp';
  return {
    name,
    usage: `[OPTION]... ${group ? 'GROUP' : '[OWNER][:[GROUP]]'} FILE...\n  or:  ${name} [OPTION]... --reference=RFILE FILE...`,
    summary: group
      ? 'Change the group of each FILE to GROUP.'
      : 'Change the owner and/or group of each FILE to OWNER and/or GROUP.',
    options: {
      short: 'cfhRvHLP',
      long: {
        changes: 'c',
        silent: 'f',
        quiet: 'f',
        verbose: 'v',
        dereference: 'deref',
        'no-dereference': 'h',
        recursive: 'R',
        reference: 'reference:',
      },
    },
    busybox: {
      options: { short: 'RhLHPcvf' },
      usage: group ? '[-RhLHPcvf]... GROUP FILE...' : '[-RhLHPcvf]... USER[:[GRP]] FILE...',
    },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
      const gnu = flavour === 'gnu';
      const operands = [...parsed.operands];
      const reference = given.value('reference');
      const spec = reference === undefined ? operands.shift() : '';
      if (spec === undefined) throw new Misuse('missing operand');
      if (operands.length === 0) throw new Misuse(`missing operand after ${quote(io, spec)}`);
      let ids: [number, number] | string;
      if (reference === undefined) ids = await parseOwner(io, spec, group, flavour);
      else {
        const { uid, gid } = await io.sys.stat(reference);
        ids = [group ? -1 : uid, gid];
      }
      if (typeof ids === 'string') return io.fail(ids);
      const [uid, gid] = ids;
      let status = 0;
      for (const operand of operands) {
        const fine = await everywhere(io, operand, given.has('R'), async (path) => {
          try {
            if (given.has('h') || given.has('R')) await io.sys.lchown(path, uid, gid);
            else await io.sys.chown(path, uid, gid);
            if (given.has('v'))
              io.stdout.write(
                gnu
                  ? `changed ${group ? 'group' : 'ownership'} of ${quoteName(path)} to ${spec}\n`
                  : `changed ownership of '${path}' to ${uid}:${gid}\n`,
              );
            return true;
          } catch (error) {
            if (!isErrno(error)) throw error;
            const missing = ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(error.code);
            if (!given.has('f'))
              await io.fail(
                !gnu
                  ? `${path}: ${error.message}`
                  : missing
                    ? `cannot access ${quoteName(path)}: ${error.message}`
                    : `changing ${uid === -1 ? 'group' : 'ownership'} of ${quoteName(path)}: ${error.message}`,
              );
            return false;
          }
        });
        if (!fine) status = 1;
      }
      return status;
    },
  };
}

export const chown: Utility = owning('chown');
export const chgrp: Utility = owning('chgrp');

/** touch(1) */
export const touch: Utility = {
  name: 'touch',
  usage: '[OPTION]... FILE...',
  summary: 'Update the access and modification times of each FILE to the current time.',
  options: {
    short: 'acd:fhmr:t:',
    long: { 'no-create': 'c', date: 'd:', 'no-dereference': 'h', reference: 'r:', time: 'time:' },
  },
  busybox: {
    options: { short: 'acd:fhmr:t:', long: { 'no-create': 'c', date: 'd:', reference: 'r:' } },
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
