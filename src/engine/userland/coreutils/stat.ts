import { isErrno } from '../../base/errno.ts';
import { major, minor } from '../../vfs/device-number.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from '../../vfs/inode.ts';
import { isLink } from '../files.ts';
import { modeString } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { mountOf } from '../mounts.ts';
import { choiceOf, Given, Misuse, quoteName, type Utility } from '../utility.ts';

const TYPES = new Map([
  [S_IFREG, 'regular file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symbolic link'],
  [S_IFCHR, 'character special file'],
  [S_IFBLK, 'block special file'],
  [S_IFIFO, 'fifo'],
  [S_IFSOCK, 'socket'],
]);

/** stat(1) */
export const stat: Utility = {
  name: 'stat',
  usage: '[OPTION]... FILE...',
  summary: 'Display file or file system status.',
  options: {
    short: 'c:fLt',
    long: {
      format: 'c:',
      printf: 'printf:',
      'file-system': 'f',
      dereference: 'L',
      terse: 't',
      cached: 'cached:',
    },
  },
  busybox: { options: { short: 'ftLc:' }, usage: '[-ltf] [-c FMT] FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    // Nothing is kept that could be out of date: all modes are the same.
    if (given.has('cached')) choiceOf(io, given.value('cached')!, ['default', 'never', 'always'], '--cached');
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    const accounts = await readAccounts(io.sys);
    let status = 0;
    for (const path of parsed.operands) {
      try {
        if (given.has('f')) {
          await showFileSystem(io, path, given.value('c'));
          continue;
        }
        const found = await (given.has('L') ? io.sys.stat(path) : io.sys.lstat(path));
        const target = isLink(found) ? await io.sys.readlink(path) : undefined;
        const context: Shown = { io, path, stat: found, target, accounts, gnu };
        const format = given.value('c') ?? given.value('printf');
        if (format !== undefined) {
          const raw = given.last('c', 'printf') === 'printf';
          const text = await fill(raw ? withEscapes(format) : format, context);
          io.stdout.write(raw ? text : `${text}\n`);
        } else if (given.has('t'))
          io.stdout.write(`${await fill('%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o', context)}\n`);
        else io.stdout.write(await fill(usual(context), context));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu
            ? given.has('f')
              ? `cannot read file system information for ${quoteName(path)}: ${error.message}`
              : `cannot statx ${quoteName(path)}: ${error.message}`
            : given.has('f')
              ? `can't read file system information for '${path}': ${error.message}`
              : `can't stat '${path}': ${error.message}`,
        );
      }
    }
    return status;
  },
};

interface Shown {
  io: Stdio;
  path: string;
  stat: Stat;
  target: string | undefined;
  accounts: Accounts;
  gnu: boolean;
}

/** What is shown when nothing else is asked for. */
function usual({ stat: found, gnu }: Shown): string {
  const type = found.mode & S_IFMT;
  const device = type === S_IFCHR || type === S_IFBLK;
  const identity = gnu ? 'Device: %Hd,%Ld' : 'Device: %Dh/%dd';
  const links = device
    ? gnu
      ? `Links: %-5h Device type: %Hr,%Lr`
      : 'Links: %-5h Device type: %t,%T'
    : gnu
      ? 'Links: %h'
      : 'Links: %-5h';
  return (
    `  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n` +
    `${identity}\tInode: %-10i  ${links}\n` +
    'Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n' +
    `Access: %x\nModify: %y\nChange: %z\n${gnu ? ' Birth: -\n' : ''}`
  );
}

const withEscapes = (text: string): string =>
  text.replace(
    /\\(n|t|r|\\|0|")/g,
    (_, char: string) => ({ n: '\n', t: '\t', r: '\r', '\\': '\\', '0': '\0', '"': '"' })[char]!,
  );

async function fill(format: string, shown: Shown): Promise<string> {
  const { io, path, stat: found, target, accounts, gnu } = shown;
  const type = found.mode & S_IFMT;
  const time = (ms: number) => strftime('%Y-%m-%d %H:%M:%S.%N %z', ms);
  const hex = (value: number) => value.toString(16);
  const values: Record<string, () => string | Promise<string>> = {
    a: () => (found.mode & 0o7777).toString(8),
    A: () => modeString(found.mode),
    b: () => String(found.blocks),
    B: () => '512',
    d: () => String(found.dev),
    D: () => hex(found.dev),
    Hd: () => String(major(found.dev)),
    Ld: () => String(minor(found.dev)),
    Hr: () => String(major(found.rdev)),
    Lr: () => String(minor(found.rdev)),
    f: () => hex(found.mode),
    F: () =>
      type === S_IFREG && found.size === 0 ? 'regular empty file' : (TYPES.get(type) ?? 'weird file'),
    g: () => String(found.gid),
    G: () => accounts.group(found.gid)?.name ?? 'UNKNOWN',
    h: () => String(found.nlink),
    i: () => String(found.ino),
    m: () => mountPoint(io, path),
    n: () => path,
    N: () =>
      gnu
        ? quoted(path) + (target === undefined ? '' : ` -> ${quoted(target)}`)
        : target === undefined
          ? path
          : `'${path}' -> '${target}'`,
    o: () => String(found.blksize),
    r: () => String(found.rdev),
    R: () => hex(found.rdev),
    s: () => String(found.size),
    t: () => hex(major(found.rdev)),
    T: () => hex(minor(found.rdev)),
    u: () => String(found.uid),
    U: () => accounts.user(found.uid)?.name ?? 'UNKNOWN',
    w: () => '-',
    W: () => '0',
    x: () => time(found.atime),
    X: () => String(Math.floor(found.atime / 1000)),
    y: () => time(found.mtime),
    Y: () => String(Math.floor(found.mtime / 1000)),
    z: () => time(found.ctime),
    Z: () => String(Math.floor(found.ctime / 1000)),
  };
  let out = '';
  let at = 0;
  for (const match of format.matchAll(/%([-0 +#]*)(\d*)(?:\.(\d+))?([HL][dr]|[A-Za-z%])/g)) {
    out += format.slice(at, match.index);
    at = match.index + match[0].length;
    const [, flags, width, precision, letter] = match;
    if (letter === '%') {
      out += '%';
      continue;
    }
    let text = letter! in values ? await values[letter!]!() : '?';
    if (precision !== undefined && /[A-Zn]/.test(letter!)) text = text.slice(0, Number(precision));
    const cells = Number(width || 0);
    out += flags!.includes('-') ? text.padEnd(cells) : text.padStart(cells, flags!.includes('0') ? '0' : ' ');
  }
  return out + format.slice(at);
}

/** Names are quoted in the usual output only where a shell would need it. */
const quoted = (name: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(name) ? name : quoteName(name));

async function mountPoint(io: Stdio, path: string): Promise<string> {
  return (await mountOf(io.sys, path))?.target ?? '/';
}

/** What the magic number of a file system is called (statfs(2)). */
const FILE_SYSTEMS: Readonly<Record<string, readonly [name: string, magic: string]>> = {
  cgroup: ['cgroupfs', '27e0eb'],
  cgroup2: ['cgroup2fs', '63677270'],
  devpts: ['devpts', '1cd1'],
  devtmpfs: ['tmpfs', '1021994'],
  ext4: ['ext2/ext3', 'ef53'],
  mqueue: ['mqueue', '19800202'],
  nsfs: ['nsfs', '6e736673'],
  overlay: ['overlayfs', '794c7630'],
  proc: ['proc', '9fa0'],
  ramfs: ['ramfs', '858458f6'],
  sysfs: ['sysfs', '62656572'],
  tmpfs: ['tmpfs', '1021994'],
};

async function showFileSystem(io: Stdio, path: string, format: string | undefined): Promise<void> {
  const found = await io.sys.statfs(path);
  const [name, magic] = FILE_SYSTEMS[found.type] ?? ['UNKNOWN', '0'];
  const values: Record<string, string> = {
    a: String(found.bavail),
    b: String(found.blocks),
    c: String(found.files),
    d: String(found.ffree),
    f: String(found.bfree),
    i: '0',
    l: '255',
    n: path,
    s: String(found.bsize),
    S: String(found.bsize),
    t: magic,
    T: name,
  };
  const text =
    format ??
    '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\nBlocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d';
  io.stdout.write(
    `${text.replace(/%(-?)(\d*)([a-zA-Z])/g, (_, minus: string, width: string, letter: string) => {
      const value = values[letter] ?? '?';
      return minus ? value.padEnd(Number(width)) : value.padStart(Number(width || 0));
    })}\n`,
  );
}
