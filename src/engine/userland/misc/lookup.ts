import { isErrno } from '../../base/errno.ts';
import { decodeExecutable, isElf } from '../../base/executable.ts';
import { X_OK } from '../../kernel/fcntl.ts';
import { isGzip } from '../../oci/layer/gzip.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from '../../vfs/inode.ts';
import { SANE } from '../../vfs/tty/attributes.ts';
import { statOf } from '../files.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** which(1) */
export const which: Utility = {
  name: 'which',
  usage: '[-as] args',
  summary: 'Locate a command.',
  hint: (name) => `Usage: /usr/bin/${name} [-as] args`,
  misuse: 2,
  options: { short: 'as' },
  busybox: { options: { short: 'a' }, usage: '[-a] COMMAND...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) {
      if (flavour === 'busybox') throw new Misuse('');
      return 1;
    }
    let status = 0;
    for (const name of parsed.operands) {
      const directories = name.includes('/')
        ? ['']
        : (io.env.get('PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(':');
      let found = false;
      for (const directory of directories) {
        const path = name.includes('/') ? name : `${directory || '.'}/${name}`;
        const stat = await statOf(io.sys, path);
        if (!stat || (stat.mode & S_IFMT) !== S_IFREG) continue;
        if (
          !(await io.sys.access(path, X_OK).then(
            () => true,
            () => false,
          ))
        )
          continue;
        found = true;
        if (!given.has('s')) io.stdout.write(`${path}\n`);
        if (!given.has('a')) break;
      }
      if (!found) status = 1;
    }
    return status;
  },
};

/** clear(1) and reset(1): escape sequences for a terminal of the xterm kind. */
export const clear: Utility = {
  name: 'clear',
  usage: '[options]',
  summary: 'Clear the terminal screen.',
  options: { short: 'T:Vx' },
  busybox: { options: {}, usage: '' },
  async run(io, parsed, flavour) {
    io.stdout.write(
      flavour === 'busybox' ? '\x1b[H\x1b[J' : `\x1b[H\x1b[2J${new Given(parsed).has('x') ? '' : '\x1b[3J'}`,
    );
    return 0;
  },
};

export const reset: Utility = {
  name: 'reset',
  usage: '[options] [terminal]',
  summary: 'Reset the terminal.',
  async run(io) {
    if (await io.sys.isatty(1)) {
      await io.sys.ioctl(1, { request: 'TCSETS', attributes: { ...SANE } });
      io.stdout.write('\x1bc\x1b[H\x1b[J');
    }
    return 0;
  },
};

/** file(1): the kinds of file that turn up here. */
export const file: Utility = {
  name: 'file',
  usage: '[OPTION...] [FILE...]',
  summary: 'Determine type of FILEs.',
  options: { short: 'bihLz', long: { brief: 'b', mime: 'i', 'mime-type': 'mime-type', dereference: 'L' } },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) {
      await io.stderr.write(
        'Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...\n',
      );
      return 1;
    }
    const width = Math.max(...parsed.operands.map((name) => name.length)) + 1;
    for (const name of parsed.operands) {
      const kind = await describe(io, name, given.has('L'));
      io.stdout.write(`${given.has('b') ? '' : `${`${name}:`.padEnd(width)} `}${kind}\n`);
    }
    return 0;
  },
};

async function describe(io: Parameters<Utility['run']>[0], name: string, follow: boolean): Promise<string> {
  const stat = await statOf(io.sys, name, follow);
  if (!stat) return `cannot open \`${name}' (No such file or directory)`;
  switch (stat.mode & S_IFMT) {
    case S_IFDIR:
      return `${stat.mode & 0o1000 ? 'sticky, ' : ''}directory`;
    case S_IFLNK: {
      const target = await io.sys.readlink(name);
      return (await statOf(io.sys, name))
        ? `symbolic link to ${target}`
        : `broken symbolic link to ${target}`;
    }
    case S_IFCHR:
      return 'character special';
    case S_IFBLK:
      return 'block special';
    case S_IFIFO:
      return 'fifo (named pipe)';
    case S_IFSOCK:
      return 'socket';
  }
  let head: Uint8Array;
  try {
    const fd = await io.sys.open(name, 0);
    head = await io.sys.read(fd, 8192);
    await io.sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `regular file, no read permission`;
  }
  if (head.length === 0) return 'empty';
  if (isElf(head)) {
    const machine = head[18] === 183 ? 'ARM aarch64' : 'x86-64';
    const simulated = decodeExecutable(head) ?? decodeExecutable(head, 'aarch64');
    return `ELF 64-bit LSB executable, ${machine}, version 1 (SYSV)${simulated === undefined ? '' : ', statically linked, stripped'}`;
  }
  if (isGzip(head)) return 'gzip compressed data';
  if (bytesToText(head.subarray(257, 262)) === 'ustar') return 'POSIX tar archive';
  const text = bytesToText(head);
  if (text.startsWith('#!')) {
    const interpreter = text.slice(2).split('\n')[0]!.trim();
    const known = /(?:^|\/)(bash|dash|sh)$/.exec(interpreter.split(' ')[0]!)?.[1];
    const shell = known === 'bash' ? 'Bourne-Again shell' : known ? 'POSIX shell' : `a ${interpreter}`;
    return `${shell} script, ASCII text executable`;
  }
  if (/[\0-\x06\x0e-\x1a\x1c-\x1f]/.test(text)) return 'data';
  const lines = `${text.includes('\r\n') ? ', with CRLF line terminators' : text.includes('\n') ? '' : ', with no line terminators'}`;
  const encoding = /[\udc80-\udcff]/.test(text)
    ? 'Non-ISO extended-ASCII text'
    : /[^\x00-\x7f]/.test(text)
      ? 'Unicode text, UTF-8 text'
      : 'ASCII text';
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(text);
      return 'JSON text data';
    } catch {
      // Text like any other.
    }
  }
  return encoding + lines;
}
