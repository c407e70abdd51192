import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_RDWR } from '../../kernel/fcntl.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO } from '../../vfs/inode.ts';
import { join, statOf } from '../files.ts';
import { parseMode } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';

/** Random letters for names; /dev/urandom is the machine's source of chance. */
async function randomLetters(io: Stdio, count: number): Promise<string> {
  const fd = await io.sys.open('/dev/urandom', 0);
  const bytes = await io.sys.read(fd, count);
  await io.sys.close(fd);
  return [...bytes]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[byte % 62])
    .join('');
}

export const mktemp: Utility = {
  name: 'mktemp',
  usage: '[OPTION]... [TEMPLATE]',
  summary: 'Create a temporary file or directory, safely, and print its name.',
  options: {
    short: 'dp:qtuV',
    about: { version: 'V' },
    long: { directory: 'd', 'dry-run': 'u', quiet: 'q', suffix: 'suffix:', tmpdir: 'tmpdir::' },
  },
  busybox: { options: { short: 'dqtp:u' }, usage: '[-dt] [-p DIR] [TEMPLATE]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [template = 'tmp.XXXXXXXXXX', extra] = parsed.operands;
    if (extra !== undefined) throw new Misuse('too many templates');
    const suffix = given.value('suffix') ?? '';
    const match = /X+(?=[^X]*$)/.exec(template);
    const least = flavour === 'gnu' ? 3 : 6;
    if (!match || match[0].length < least) {
      return io.fail(
        flavour === 'gnu' ? `too few X's in template ${quote(io, template)}` : '(null): Invalid argument',
      );
    }
    const directory =
      given.has('p', 't', 'tmpdir') || parsed.operands.length === 0
        ? (given.value('p') ?? given.value('tmpdir') ?? (io.env.get('TMPDIR') || '/tmp'))
        : '';
    for (;;) {
      const name =
        template.slice(0, match.index) +
        (await randomLetters(io, match[0].length)) +
        template.slice(match.index + match[0].length) +
        suffix;
      const path = directory === '' ? name : join(directory, name);
      try {
        if (given.has('u')) {
          if (await statOf(io.sys, path, false)) continue;
        } else if (given.has('d')) await io.sys.mkdir(path, 0o700);
        else await io.sys.close(await io.sys.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
        io.stdout.write(`${path}\n`);
        return 0;
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (error.code === 'EEXIST') continue;
        if (given.has('q')) return 1;
        const shown = directory === '' ? template : join(directory, template);
        return io.fail(
          flavour === 'gnu'
            ? `failed to create ${given.has('d') ? 'directory' : 'file'} via template ${quote(io, shown)}: ${error.message}`
            : `(null): ${error.message}`,
        );
      }
    }
  },
};

async function makeNode(
  io: Stdio,
  given: Given,
  path: string,
  type: number,
  rdev: number,
  report: (text: string) => string,
): Promise<number> {
  const text = given.value('m');
  const change = text === undefined ? undefined : parseMode(text);
  if (text !== undefined && !change) return io.fail('invalid mode');
  try {
    await io.sys.mknod(path, type | 0o666, rdev);
    if (change) await io.sys.chmod(path, change(0o666, false, 0));
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(report(error.message));
  }
}

export const mkfifo: Utility = {
  name: 'mkfifo',
  usage: '[OPTION]... NAME...',
  summary: 'Create named pipes (FIFOs) with the given NAMEs.',
  // There is no SELinux here, and without it -Z is passed over in silence.
  options: { short: 'm:Z', long: { mode: 'm:' }, inert: ['Z'] },
  busybox: { options: { short: 'm:' }, usage: '[-m MODE] NAME' },
  async run(io, parsed, flavour) {
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    let status = 0;
    for (const path of parsed.operands)
      status ||= await makeNode(io, new Given(parsed), path, S_IFIFO, 0, (text) =>
        flavour === 'gnu' ? `cannot create fifo ${quoteName(path)}: ${text}` : `${path}: ${text}`,
      );
    return status;
  },
};

export const mknod: Utility = {
  name: 'mknod',
  usage: '[OPTION]... NAME TYPE [MAJOR MINOR]',
  summary: 'Create the special file NAME of the given TYPE.',
  // There is no SELinux here, and without it -Z is passed over in silence.
  options: { short: 'm:Z', long: { mode: 'm:' }, inert: ['Z'] },
  busybox: { options: { short: 'm:' }, usage: '[-m MODE] NAME TYPE [MAJOR MINOR]' },
  async run(io, parsed) {
    const [path, type, major, minor] = parsed.operands;
    if (path === undefined) throw new Misuse('missing operand');
    if (type === undefined) throw new Misuse(`missing operand after ${quote(io, path)}`);
    const kind = { p: S_IFIFO, b: S_IFBLK, c: S_IFCHR, u: S_IFCHR }[type];
    if (kind === undefined) throw new Misuse(`invalid device type ${quote(io, type)}`);
    if (kind === S_IFIFO && major !== undefined)
      throw new Misuse('Fifos do not have major and minor device numbers.');
    if (kind !== S_IFIFO && minor === undefined)
      throw new Misuse(
        `missing operand after ${quote(io, parsed.operands.at(-1)!)}${major === undefined ? '\nSpecial files require major and minor device numbers.' : ''}`,
      );
    const rdev = kind === S_IFIFO ? 0 : makedev(Number(major), Number(minor));
    return makeNode(io, new Given(parsed), path, kind, rdev, (text) => `${path}: ${text}`);
  },
};
