import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import type { InotifyEvent } from '../../vfs/inotify.ts';
import { parseCount } from '../lib/count.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { type Flavour, Given, quote, type Utility } from '../utility.ts';

/** A file whose end is shown and may be followed. */
interface Followed {
  name: string;
  fd: number;
  stat: Stat | undefined;
  size: number;
}

/** tail(1). Following looks at the files when inotify tells of them, where it is GNU's, and once a second, where it is BusyBox'. */
export const tail: Utility = {
  name: 'tail',
  usage: '[OPTION]... [FILE]...',
  summary: 'Print the last 10 lines of each FILE to standard output.',
  options: {
    short: 'c:fFn:qs:vz0123456789',
    long: {
      bytes: 'c:',
      follow: 'follow::',
      lines: 'n:',
      pid: 'pid:',
      quiet: 'q',
      silent: 'q',
      retry: 'retry',
      'sleep-interval': 's:',
      verbose: 'v',
      'max-unchanged-stats': 'max-unchanged-stats:',
      'zero-terminated': 'z',
    },
    // How often a name is looked up matters only to who follows descriptors by looking; names are looked up each time.
    inert: ['max-unchanged-stats'],
  },
  busybox: { options: { short: 'fc:n:qs:vF0123456789' }, usage: '[OPTIONS] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const operands = [...parsed.operands];
    let digits = '';
    for (const { name } of parsed.options) if (/^\d$/.test(name)) digits += name;
    let amount = digits || '10';
    // The old form `tail +5`.
    if (/^\+\d+$/.test(operands[0] ?? '')) amount = operands.shift()!;
    const bytes = given.last('n', 'c') === 'c';
    amount = given.value('n', 'c') ?? amount;
    const count = parseCount(amount);
    if (count === undefined)
      return io.fail(
        flavour === 'busybox'
          ? `invalid number '${amount}'`
          : `invalid number of ${bytes ? 'bytes' : 'lines'}: ${quote(io, amount)}`,
      );
    const fromStart = amount.startsWith('+');
    const names = operands.length === 0 ? ['-'] : operands;
    // What shows nothing reads nothing.
    if (count === 0 && !fromStart && !given.has('f', 'F', 'follow') && flavour === 'gnu') return 0;
    const title = (name: string) => (name === '-' ? 'standard input' : name);
    const titles = given.last('q', 'v') === 'v' || (names.length > 1 && !given.has('q'));
    const follow = given.has('f', 'F', 'follow');
    const pid = given.value('pid');
    if (pid !== undefined && !/^\d+$/.test(pid)) return io.fail(`invalid PID: ${quote(io, pid)}`);
    if (!follow && given.has('retry'))
      await io.fail('warning: --retry ignored; --retry is useful only when following');
    if (!follow && pid !== undefined)
      await io.fail('warning: PID ignored; --pid=PID is useful only when following');
    const ending = bytes ? undefined : given.has('z') ? 0 : NEWLINE;
    const byName = given.has('F', 'retry') || given.value('follow') === 'name';
    const files: Followed[] = [];
    let status = 0;
    let shown: Followed | undefined;
    for (const name of names) {
      const file: Followed = { name, fd: 0, stat: undefined, size: 0 };
      try {
        if (name !== '-') file.fd = await io.sys.open(name, 0);
        file.stat = await io.sys.fstat(file.fd);
        files.push(file);
        if (titles) await io.stdout.write(`${shown ? '\n' : ''}==> ${title(name)} <==\n`);
        shown = file;
        file.size = await showEnd(io, file, Math.abs(count), ending, fromStart);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          file.stat
            ? flavour === 'busybox'
              ? `read error: ${error.message}`
              : `error reading ${quote(io, name)}: ${error.message}`
            : flavour === 'busybox'
              ? `can't open '${name}': ${error.message}`
              : `cannot open ${quote(io, name)} for reading: ${error.message}`,
        );
        if (!file.stat && byName) files.push({ ...file, fd: -1 });
      }
    }
    if (files.length === 0) {
      if (flavour === 'busybox' || follow)
        return io.fail(flavour === 'busybox' ? 'no files' : 'no files remaining');
      return status;
    }
    if (!follow) return status;
    await io.stdout.flush();
    const regular = files.filter(({ fd, stat }) => fd === -1 || (stat!.mode & S_IFMT) === S_IFREG);
    // A pipe on standard input has been read to its end: nothing more can come.
    if (regular.length === 0) {
      if (files.every(({ name }) => name === '-')) return status;
      await io.sys.pause();
    }
    const interval = Number(given.value('s') ?? 1) * 1000;
    const watch = flavour === 'gnu' ? await Watch.open(io, regular, byName) : undefined;
    for (let going = true; going; ) {
      if (watch) await watch.wait(pid === undefined ? undefined : interval);
      else await io.sys.nanosleep(interval);
      // What a process wrote before it died is shown still.
      going = pid === undefined || (await isAlive(io, Number(pid)));
      for (const file of regular) {
        const say = async () => {
          if (titles && shown !== file) await io.stdout.write(`\n==> ${title(file.name)} <==\n`);
          shown = file;
        };
        // What came before the name went elsewhere is shown first.
        if (byName && file.fd !== -1) await showNew(io, file, say);
        if (byName && (await reopen(io, file, flavour))) await watch?.add(file);
        if (file.fd !== -1) await showNew(io, file, say);
      }
      await io.stdout.flush();
    }
    return status;
  },
};

/** What tells GNU's tail that there is something to look at: of each file, and of its directory where the name is followed. */
class Watch {
  readonly #io: Stdio;
  readonly #fd: number;

  private constructor(io: Stdio, fd: number) {
    this.#io = io;
    this.#fd = fd;
  }

  static async open(io: Stdio, files: readonly Followed[], byName: boolean): Promise<Watch> {
    const watch = new Watch(io, await io.sys.inotify_init(true));
    for (const file of files) {
      if (byName)
        await watch.#add(file.name.replace(/[^/]*$/, '') || '.', [
          'IN_CREATE',
          'IN_DELETE',
          'IN_MOVED_TO',
          'IN_MOVED_FROM',
        ]);
      if (file.fd !== -1) await watch.add(file);
    }
    return watch;
  }

  /** The file itself, as it is open: standard input has no name. */
  async add({ fd }: Followed): Promise<void> {
    await this.#add(`/proc/self/fd/${fd}`, ['IN_MODIFY', 'IN_ATTRIB', 'IN_DELETE_SELF', 'IN_MOVE_SELF']);
  }

  async #add(path: string, events: readonly InotifyEvent[]): Promise<void> {
    try {
      await this.#io.sys.inotify_add_watch(this.#fd, path, events);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  /** Waits for an event, `interval` ms at most, and takes all that are there. */
  async wait(interval: number | undefined): Promise<void> {
    const { sys } = this.#io;
    await sys.poll([{ fd: this.#fd, read: true }], interval);
    try {
      for (;;) await sys.read(this.#fd, 65536);
    } catch (error) {
      if (!isErrno(error, 'EAGAIN') && !isErrno(error, 'EINTR')) throw error;
    }
  }
}

/** Whether there is a process with a number. */
async function isAlive({ sys }: Stdio, pid: number): Promise<boolean> {
  try {
    await sys.kill(pid, 0);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code === 'EPERM';
  }
}

/** Prints the end of a file; gives how far it has been read. */
async function showEnd(
  io: Stdio,
  file: Followed,
  count: number,
  ending: number | undefined,
  fromStart: boolean,
): Promise<number> {
  const input = file.fd === 0 ? io.stdin : new Input(io.sys, file.fd);
  let read = 0;
  if (fromStart) {
    let skip = Math.max(0, count - 1);
    for (;;) {
      const chunk = await input.read();
      if (chunk.length === 0) return read;
      read += chunk.length;
      let at = 0;
      if (ending === undefined) {
        at = Math.min(skip, chunk.length);
        skip -= at;
      } else
        while (skip > 0 && at < chunk.length) {
          const newline = chunk.indexOf(ending, at);
          at = newline === -1 ? chunk.length : newline + 1;
          if (newline !== -1) skip--;
        }
      if (at < chunk.length) await io.stdout.write(chunk.subarray(at));
    }
  }
  if (file.fd !== 0 && file.stat !== undefined && (file.stat.mode & S_IFMT) === S_IFREG)
    return showEndOf(io, file.fd, file.stat.size, count, ending);
  // Only as much is kept as may be the end: a line without an end is all kept, and counts as memory.
  const kept: { chunk: Uint8Array; units: number }[] = [];
  let length = 0;
  let units = 0;
  let declared = 0;
  for (;;) {
    const chunk = await input.read();
    if (chunk.length === 0) break;
    read += chunk.length;
    kept.push({ chunk, units: ending === undefined ? chunk.length : linesIn(chunk, ending) });
    length += chunk.length;
    units += kept.at(-1)!.units;
    while (units - kept[0]!.units > count) {
      const gone = kept.shift()!;
      length -= gone.chunk.length;
      units -= gone.units;
    }
    if (length >= declared + DECLARED_STEP) {
      declared = length;
      await io.sys.brk(length);
    }
  }
  const all = concat(kept.map(({ chunk }) => chunk));
  await io.stdout.write(all.subarray(endFrom(all, count, ending)));
  return read;
}

/** The end of a file that can be read from any place: however long it is, only its last blocks are looked at. */
async function showEndOf(
  io: Stdio,
  fd: number,
  size: number,
  count: number,
  ending: number | undefined,
): Promise<number> {
  const { sys } = io;
  let from = ending === undefined ? Math.max(0, size - count) : size;
  // A line's end at the very end does not begin another line.
  let left = count + 1;
  if (size > 0 && (await sys.pread(fd, 1, size - 1))[0] !== ending) left--;
  while (ending !== undefined && from > 0) {
    const at = Math.max(0, from - BLOCK);
    const block = await sys.pread(fd, from - at, at);
    let newline = block.length;
    while (left > 0) {
      newline = newline === 0 ? -1 : block.lastIndexOf(ending, newline - 1);
      if (newline === -1) break;
      left--;
    }
    if (left === 0) {
      from = at + newline + 1;
      break;
    }
    from = at;
  }
  await sys.lseek(fd, from, 'set');
  let end = from;
  for (;;) {
    const chunk = await sys.read(fd, BLOCK);
    if (chunk.length === 0) return end;
    end += chunk.length;
    await io.stdout.write(chunk);
  }
}

const NEWLINE = 10;
const BLOCK = 65536;

/** How much more memory is used before the kernel is told. */
const DECLARED_STEP = 1 << 20;

function linesIn(chunk: Uint8Array, ending: number): number {
  let count = 0;
  for (let at = chunk.indexOf(ending); at !== -1; at = chunk.indexOf(ending, at + 1)) count++;
  return count;
}

function endFrom(all: Uint8Array, count: number, ending: number | undefined): number {
  if (ending === undefined) return Math.max(0, all.length - count);
  if (count === 0) return all.length;
  let at = all.length;
  if (all[at - 1] === ending) at--;
  for (let left = count; left > 0; left--) {
    at = at === 0 ? -1 : all.lastIndexOf(ending, at - 1);
    if (at === -1) return 0;
  }
  return at + 1;
}

async function showNew(io: Stdio, file: Followed, say: () => Promise<void>): Promise<void> {
  const { size } = await io.sys.fstat(file.fd);
  if (size < file.size) {
    await io.fail(`${file.name}: file truncated`);
    await io.sys.lseek(file.fd, 0, 'set');
    file.size = 0;
  }
  if (size === file.size) return;
  await say();
  for (;;) {
    const chunk = await io.sys.read(file.fd, 65536);
    if (chunk.length === 0) return;
    file.size += chunk.length;
    await io.stdout.write(chunk);
  }
}

/** Follows a name to the file that has it now (`tail -F`); whether that is another. */
async function reopen(io: Stdio, file: Followed, flavour: Flavour): Promise<boolean> {
  try {
    const stat = await io.sys.stat(file.name);
    if (file.fd !== -1 && file.stat?.ino === stat.ino && file.stat.dev === stat.dev) return false;
    const fd = await io.sys.open(file.name, 0);
    if (flavour === 'gnu')
      await io.fail(
        file.fd === -1
          ? `${quote(io, file.name)} has appeared;  following new file`
          : `${quote(io, file.name)} has been replaced;  following new file`,
      );
    if (file.fd > 0) await io.sys.close(file.fd);
    Object.assign(file, { fd, stat, size: 0 });
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (file.fd <= 0) return false;
    if (flavour === 'gnu') await io.fail(`${quote(io, file.name)} has become inaccessible: ${error.message}`);
    await io.sys.close(file.fd);
    file.fd = -1;
    return false;
  }
}
