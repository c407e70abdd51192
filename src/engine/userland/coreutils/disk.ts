import { isErrno } from '../../base/errno.ts';
import type { Stat } from '../../vfs/inode.ts';
import { isDirectory, join, namesIn } from '../files.ts';
import { parseCount } from '../lib/count.ts';
import { fnmatch } from '../lib/glob.ts';
import { type MountLine, mountOf, readMounts } from '../mounts.ts';
import { busyboxSize, humanSize } from '../sizes.ts';
import { Given, quoteName, type Utility } from '../utility.ts';

/** File systems that hold no files of anybody's: df leaves them out. */
const PSEUDO = new Set([
  'proc',
  'sysfs',
  'cgroup',
  'cgroup2',
  'devpts',
  'mqueue',
  'nsfs',
  'debugfs',
  'tracefs',
  'securityfs',
  'bpf',
  'pstore',
  'autofs',
  'sockfs',
  'pipefs',
]);

/** df(1) */
export const df: Utility = {
  name: 'df',
  usage: '[OPTION]... [FILE]...',
  summary:
    'Show information about the file system on which each FILE resides, or all file systems by default.',
  options: {
    short: 'aB:hHiklmPTt:vx:',
    long: {
      all: 'a',
      'block-size': 'B:',
      'human-readable': 'h',
      si: 'H',
      inodes: 'i',
      local: 'l',
      output: 'output::',
      portability: 'P',
      sync: 'sync',
      'print-type': 'T',
      type: 't:',
      'exclude-type': 'x:',
      total: 'total',
    },
  },
  busybox: { options: { short: 'kmhiPaTB:t:' }, usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    let status = 0;
    const mounts: { mount: MountLine | undefined; file: string }[] = [];
    if (parsed.operands.length === 0) {
      const seen = new Set<string>();
      for (const mount of await readMounts(io.sys)) {
        if (!given.has('a') && PSEUDO.has(mount.type)) continue;
        // One line a file system: bind mounts of the same are left out.
        if (!given.has('a') && seen.has(mount.device) && gnu) continue;
        seen.add(mount.device);
        mounts.push({ mount, file: '-' });
      }
    } else
      for (const path of parsed.operands) {
        try {
          const found = (await readMounts(io.sys)).find(
            ({ source, type }) => source === path && !PSEUDO.has(type),
          );
          const mount = found ?? (await mountOf(io.sys, path));
          if (mount) mounts.push({ mount, file: path });
        } catch (error) {
          if (!isErrno(error)) throw error;
          status = 1;
          if (gnu) await io.fail(`${path}: ${error.message}`);
          else mounts.push({ mount: undefined, file: path });
        }
      }
    const rows: string[][] = [];
    const block = given.has('B')
      ? (parseCount(given.value('B')!.replace(/^([A-Z])/, '1$1')) ?? 1024)
      : given.has('m')
        ? 1 << 20
        : 1024;
    const human = given.has('h', 'H');
    const size = (bytes: number) =>
      given.has('h')
        ? gnu
          ? humanSize(bytes)
          : busyboxSize(bytes)
        : given.has('H')
          ? gnu
            ? humanSize(bytes, 1000, 'kMGTPE')
            : busyboxSize(bytes)
          : String(Math.ceil(bytes / block));
    const failures: string[] = [];
    const types = given.values('t');
    const excluded = given.values('x');
    for (const { mount, file } of mounts) {
      if (mount === undefined) {
        failures.push(`${file}: can't find mount point`);
        continue;
      }
      if (types.length > 0 && !types.includes(mount.type)) continue;
      if (excluded.includes(mount.type)) continue;
      const found = await io.sys.statfs(mount.target).catch(() => undefined);
      if (!found || (parsed.operands.length === 0 && found.blocks === 0 && !given.has('a'))) continue;
      const [total, used, free] = given.has('i')
        ? [found.files, found.files - found.ffree, found.ffree]
        : [
            found.blocks * found.bsize,
            (found.blocks - found.bfree) * found.bsize,
            found.bavail * found.bsize,
          ];
      const share = used + free === 0 ? '-' : `${Math.ceil((used / (used + free)) * 100)}%`;
      const number = (value: number) =>
        given.has('i') ? (human ? humanSize(value) : String(value)) : size(value);
      rows.push([
        mount.source,
        ...(given.has('T') ? [mount.type] : []),
        number(total),
        number(used),
        number(free),
        share,
        mount.target,
      ]);
    }
    const blocks = human
      ? 'Size'
      : given.has('P') && block === 1024
        ? '1024-blocks'
        : block === 1024
          ? '1K-blocks'
          : block === 1 << 20
            ? '1M-blocks'
            : `${block}-blocks`;
    const type = given.has('T') ? ['Type'] : [];
    if (gnu) {
      const header = given.has('i')
        ? ['Filesystem', ...type, 'Inodes', 'IUsed', 'IFree', 'IUse%', 'Mounted on']
        : [
            'Filesystem',
            ...type,
            blocks,
            'Used',
            human ? 'Avail' : 'Available',
            given.has('P') ? 'Capacity' : 'Use%',
            'Mounted on',
          ];
      if (rows.length === 0) {
        if (status === 0) await io.fail('no file systems processed');
        return 1;
      }
      const table = [header, ...rows];
      const left = given.has('T') ? 2 : 1;
      const widths = header.map((_, column) =>
        Math.max(
          column === 0 ? 14 : column > left - 1 && column < header.length - 2 ? 5 : 0,
          ...table.map((row) => row[column]!.length),
        ),
      );
      for (const row of table)
        io.stdout.write(
          `${row.map((cell, column) => (column === row.length - 1 ? cell : column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' ')}\n`,
        );
      return status;
    }
    const capacity = given.has('P') ? 'Capacity' : 'Use%';
    const middle = `${(given.has('i') ? 'Inodes' : blocks).padStart(9)}      Used Available`;
    io.stdout.write(
      `${'Filesystem'.padEnd(20)} ${given.has('T') ? 'Type       ' : ''}${middle} ${capacity} Mounted on\n`,
    );
    for (const row of rows) {
      const [source, ...rest] = row as [string, ...string[]];
      const kind = given.has('T') ? `${rest.shift()!.padEnd(10)} ` : '';
      const [total, used, free, share, target] = rest as [string, string, string, string, string];
      const name = source.length > 20 && !given.has('P') ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
      io.stdout.write(
        `${name} ${kind}${total.padStart(9)} ${used.padStart(9)} ${free.padStart(9)} ${share.padStart(given.has('P') ? 8 : 4)} ${target}\n`,
      );
    }
    for (const failure of failures) await io.fail(failure);
    return status;
  },
};

/** du(1) */
export const du: Utility = {
  name: 'du',
  usage: '[OPTION]... [FILE]...',
  summary: 'Summarize device usage of the set of FILEs, recursively for directories.',
  options: {
    short: 'abB:cd:DhHklLmPsSxX:t:0',
    long: {
      all: 'a',
      'apparent-size': 'apparent',
      'block-size': 'B:',
      bytes: 'b',
      total: 'c',
      'max-depth': 'd:',
      'human-readable': 'h',
      si: 'si',
      'count-links': 'l',
      dereference: 'L',
      'separate-dirs': 'S',
      summarize: 's',
      'one-file-system': 'x',
      exclude: 'exclude:',
    },
  },
  busybox: { options: { short: 'aHkLsxd:lchmb' }, usage: '[-aHLdclsxhmkb] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const bytes = given.has('b');
    const apparent = bytes || given.has('apparent');
    const depth = given.has('s') ? 0 : Number(given.value('d') ?? Number.POSITIVE_INFINITY);
    const block = given.has('B')
      ? (parseCount(given.value('B')!.replace(/^([A-Z])/, '1$1')) ?? 1024)
      : given.last('k', 'm', 'b') === 'm'
        ? 1 << 20
        : bytes
          ? 1
          : 1024;
    const show = (size: number) =>
      given.has('h')
        ? gnu
          ? humanSize(size)
          : busyboxSize(size)
        : given.has('si')
          ? humanSize(size, 1000, 'kMGTPE')
          : String(Math.ceil(size / block));
    const seen = new Set<string>();
    const excluded = given.values('exclude');
    let status = 0;
    let total = 0;

    const weigh = async (path: string, level: number, device: number | undefined): Promise<number> => {
      let stat: Stat;
      try {
        stat = await (given.has('L') ? io.sys.stat(path) : io.sys.lstat(path));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu ? `cannot access ${quoteName(path)}: ${error.message}` : `${path}: ${error.message}`,
        );
        return 0;
      }
      if (given.has('x') && device !== undefined && stat.dev !== device) return 0;
      const key = `${stat.dev}:${stat.ino}`;
      const directory = isDirectory(stat);
      if (stat.nlink > 1 && !directory && !given.has('l')) {
        if (seen.has(key)) return 0;
        seen.add(key);
      }
      let size = apparent ? stat.size : stat.blocks * 512;
      if (directory) {
        let names: string[] = [];
        try {
          names = await namesIn(io.sys, path);
        } catch (error) {
          if (!isErrno(error)) throw error;
          status = await io.fail(
            gnu
              ? `cannot read directory ${quoteName(path)}: ${error.message}`
              : `can't open '${path}': ${error.message}`,
          );
        }
        for (const name of names) {
          if (excluded.some((pattern) => fnmatch(pattern, name))) continue;
          size += await weigh(join(path, name), level + 1, device ?? stat.dev);
        }
      }
      if ((directory || given.has('a') || level === 0) && level <= depth)
        io.stdout.write(`${show(size)}\t${path}\n`);
      return size;
    };
    for (const path of parsed.operands.length === 0 ? ['.'] : parsed.operands)
      total += await weigh(path, 0, undefined);
    if (given.has('c')) io.stdout.write(`${show(total)}\ttotal\n`);
    return status;
  },
};
