import { isErrno } from '../../base/errno.ts';
import {
  MNT_DETACH,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_UNBINDABLE,
} from '../../kernel/fcntl.ts';
import { canonical, statOf } from '../files.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type MountLine, readMounts, shownOptions } from '../mounts.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** Mount options that are flags of mount(2): set or cleared. */
const FLAGS: Record<string, number> = {
  ro: MS_RDONLY,
  nosuid: MS_NOSUID,
  nodev: MS_NODEV,
  noexec: MS_NOEXEC,
  noatime: MS_NOATIME,
  relatime: MS_RELATIME,
  strictatime: MS_STRICTATIME,
  remount: MS_REMOUNT,
  bind: MS_BIND,
  rbind: MS_BIND | MS_REC,
  move: MS_MOVE,
};
const CLEARED: Record<string, number> = {
  rw: MS_RDONLY,
  suid: MS_NOSUID,
  dev: MS_NODEV,
  exec: MS_NOEXEC,
  atime: MS_NOATIME,
};
const PROPAGATION: Record<string, number> = {
  private: MS_PRIVATE,
  rprivate: MS_PRIVATE | MS_REC,
  shared: MS_SHARED,
  rshared: MS_SHARED | MS_REC,
  slave: MS_SLAVE,
  rslave: MS_SLAVE | MS_REC,
  unbindable: MS_UNBINDABLE,
  runbindable: MS_UNBINDABLE | MS_REC,
};
const NOTHING = new Set([
  'defaults',
  'auto',
  'noauto',
  'user',
  'nouser',
  'users',
  '_netdev',
  'nofail',
  'async',
]);

function parseOptions(text: string): { flags: number; data: string; propagation: number } {
  let flags = 0;
  let propagation = 0;
  const data: string[] = [];
  for (const option of text.split(',').filter(Boolean)) {
    if (option in FLAGS) flags |= FLAGS[option]!;
    else if (option in CLEARED) flags &= ~CLEARED[option]!;
    else if (option in PROPAGATION) propagation = PROPAGATION[option]!;
    else if (!NOTHING.has(option)) data.push(option);
  }
  return { flags, data: data.join(','), propagation };
}

/** mount(8): lists without operands, else mounts. */
export const mount: Utility = {
  name: 'mount',
  usage: '[-lhV] | -a [options] | [options] [--source] <source> | [options] <source> <directory>',
  summary: 'Mount a filesystem.',
  options: {
    short: 'afFlMno:O:rRsBt:vwL:U:T:',
    long: {
      all: 'a',
      bind: 'B',
      rbind: 'R',
      move: 'M',
      options: 'o:',
      'read-only': 'r',
      rw: 'w',
      types: 't:',
      verbose: 'v',
      fake: 'f',
      'make-private': 'private',
      'make-rprivate': 'rprivate',
      'make-shared': 'shared',
      'make-rshared': 'rshared',
      'make-slave': 'slave',
      'make-rslave': 'rslave',
      'make-unbindable': 'unbindable',
      'make-runbindable': 'runbindable',
      source: 'source:',
      target: 'target:',
    },
  },
  busybox: {
    options: {
      short: 'o:t:rwanvsifO:',
      long: {
        bind: 'B',
        rbind: 'R',
        move: 'M',
        'make-private': 'private',
        'make-rprivate': 'rprivate',
        'make-shared': 'shared',
        'make-rshared': 'rshared',
        'make-slave': 'slave',
        'make-rslave': 'rslave',
      },
    },
    usage: '[OPTIONS] [-o OPT] DEVICE NODE',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const operands = [given.value('source'), given.value('target'), ...parsed.operands].filter(
      (text) => text !== undefined,
    );
    const making = Object.keys(PROPAGATION).find((name) => given.has(name));
    const type = given.value('t');
    if (operands.length === 0 && !given.has('a')) {
      for (const line of await readMounts(io.sys)) {
        if (type !== undefined && !type.split(',').includes(line.type)) continue;
        io.stdout.write(`${line.source} on ${line.target} type ${line.type} (${shownOptions(line)})\n`);
      }
      return 0;
    }
    const own = given.values('o').join(',');
    if (given.has('a')) return mountAll(io, gnu);
    if (operands.length > 2) throw new Misuse('bad usage');
    let [source, target] = operands as [string, string | undefined];
    const options = parseOptions(own);
    let { flags } = options;
    if (given.has('r')) flags |= MS_RDONLY;
    if (given.has('B')) flags |= MS_BIND;
    if (given.has('R')) flags |= MS_BIND | MS_REC;
    if (given.has('M')) flags |= MS_MOVE;
    let fsType = type;
    let { data } = options;
    const propagation = making ? PROPAGATION[making]! : options.propagation;
    if (target === undefined) {
      if (flags & MS_REMOUNT || making || propagation) target = source;
      else {
        // What fstab says.
        const line = (await fstab(io.sys)).find((fields) => fields[0] === source || fields[1] === source);
        if (!line)
          return io.fail(gnu ? `${source}: can't find in /etc/fstab.` : `can't find ${source} in /etc/fstab`);
        [source, target, fsType] = [line[0]!, line[1]!, line[2]!];
        const more = parseOptions(line[3] ?? '');
        flags |= more.flags;
        data = [more.data, data].filter(Boolean).join(',');
      }
    }
    try {
      const quiet = flags & (MS_BIND | MS_MOVE | MS_REMOUNT) || (propagation !== 0 && operands.length === 1);
      if (!quiet && fsType === undefined) {
        const found = await statOf(io.sys, source);
        fsType = found ? 'ext4' : 'none';
        if (found && (found.mode & 0o170000) === 0o040000)
          return await failure(io, gnu, source, target, 'ENOTBLK', fsType);
      }
      // A read-only bind takes two calls, as the kernel ignores the flag on the first.
      if (flags & MS_BIND && !(flags & MS_REMOUNT)) {
        await io.sys.mount(source, target, 'none', flags & (MS_BIND | MS_REC));
        const rest = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME);
        if (rest) await io.sys.mount('none', target, 'none', MS_REMOUNT | MS_BIND | rest);
      } else if (!(propagation !== 0 && operands.length === 1))
        await io.sys.mount(source, target, fsType ?? 'none', flags, data);
      if (propagation) await io.sys.mount('none', target, 'none', propagation);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return failure(io, gnu, source, target, error.code, fsType);
    }
  },
};

async function failure(
  io: Parameters<Utility['run']>[0],
  gnu: boolean,
  source: string,
  target: string,
  code: string,
  type: string | undefined,
): Promise<number> {
  const text =
    {
      EPERM: 'Operation not permitted',
      ENOENT: 'No such file or directory',
      ENODEV: 'No such device',
      EBUSY: 'Device or resource busy',
      EINVAL: 'Invalid argument',
      ENOTDIR: 'Not a directory',
      ENOTBLK: 'Block device required',
      EACCES: 'Permission denied',
      ELOOP: 'Too many levels of symbolic links',
    }[code] ?? code;
  if (!gnu) {
    if (code === 'EPERM') return io.fail('permission denied (are you root?)');
    return io.fail(`mounting ${source} on ${target} failed: ${text}`, code === 'EPERM' ? 1 : 255);
  }
  const there = await statOf(io.sys, target);
  if (!there) return io.fail(`${target}: mount point does not exist.`, 32);
  const hint = '\n       dmesg(1) may have more information after failed mount system call.';
  const said: Record<string, string> = {
    EPERM: io.sys.geteuid() === 0 ? 'permission denied.' : 'must be superuser to use mount.',
    ENOENT: `special device ${source} does not exist.`,
    ENODEV: `unknown filesystem type '${type}'.`,
    EBUSY: `${source} already mounted or mount point busy.`,
    EINVAL: `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.`,
    ENOTDIR: 'mount point is not a directory.',
    ENOTBLK: `${source} is not a block device.`,
  };
  return io.fail(`${target}: ${said[code] ?? `mount(2) system call failed: ${text}.`}${hint}`, 32);
}

async function fstab(sys: Parameters<typeof readMounts>[0]): Promise<string[][]> {
  const text = await readFile(sys, '/etc/fstab').then(bytesToText, () => '');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));
}

async function mountAll(io: Parameters<Utility['run']>[0], gnu: boolean): Promise<number> {
  let status = 0;
  const there = new Set((await readMounts(io.sys)).map(({ target }) => target));
  for (const [source, target, type, options = ''] of await fstab(io.sys)) {
    if (there.has(target!) || type === 'swap' || /\bnoauto\b/.test(options)) continue;
    const { flags, data } = parseOptions(options);
    try {
      await io.sys.mount(source!, target!, type!, flags, data);
    } catch (error) {
      if (!isErrno(error)) throw error;
      status = await failure(io, gnu, source!, target!, error.code, type);
    }
  }
  return status;
}

/** umount(8) */
export const umount: Utility = {
  name: 'umount',
  usage: '[-hV] | -a [options] | [options] <source> | <directory>',
  summary: 'Unmount filesystems.',
  options: {
    short: 'aAfldnqrRt:v',
    long: { all: 'a', force: 'f', lazy: 'l', recursive: 'R', quiet: 'q', types: 't:', verbose: 'v' },
  },
  busybox: { options: { short: 'fldnrat:v' }, usage: '[-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    if (parsed.operands.length === 0 && !given.has('a')) throw new Misuse('bad usage');
    const flags = (given.has('f') ? MNT_FORCE : 0) | (given.has('l') ? MNT_DETACH : 0);
    const mounts = await readMounts(io.sys);
    let status = 0;
    const targets = given.has('a') ? mounts.map(({ target }) => target).reverse() : parsed.operands;
    for (const operand of targets) {
      const real = await canonical(io.sys, operand, 'any').catch(() => operand);
      const found = mounts.findLast(({ target, source }) => target === real || source === operand);
      const all = given.has('R')
        ? mounts
            .filter(({ target }) => target === real || target.startsWith(`${real}/`))
            .map(({ target }) => target)
            .reverse()
        : [found?.target ?? operand];
      for (const target of all) {
        try {
          if (gnu && !found) {
            const there = await statOf(io.sys, operand);
            status = await io.fail(`${operand}: ${there ? 'not mounted.' : 'no mount point specified.'}`, 32);
            continue;
          }
          await io.sys.umount(target, flags);
          if (given.has('v'))
            io.stdout.write(gnu ? `umount: ${target} unmounted\n` : `${target} unmounted\n`);
        } catch (error) {
          if (!isErrno(error)) throw error;
          const text =
            (
              {
                EBUSY: 'target is busy.',
                EPERM: 'must be superuser to unmount.',
                EINVAL: 'not mounted.',
                ENOENT: 'no mount point specified.',
              } as Record<string, string>
            )[error.code] ?? error.message;
          status = gnu
            ? await io.fail(`${target}: ${text}`, 32)
            : await io.fail(`can't unmount ${operand}: ${error.message}`);
        }
      }
    }
    return status;
  },
};

/** findmnt(8): as a tree, as a list, or the mount of one path. */
export const findmnt: Utility = {
  name: 'findmnt',
  usage: '[options] <device> | <mountpoint>',
  summary: 'Find a (mounted) filesystem.',
  options: {
    short: 'lno:rt:T:DJ',
    long: { list: 'l', noheadings: 'n', output: 'o:', raw: 'r', types: 't:', target: 'T:' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const mounts = await readMounts(io.sys);
    const wanted = parsed.operands[0] ?? given.value('T');
    const types = given.value('t')?.split(',');
    const names = (given.value('o') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').toUpperCase().split(',');
    const value: Record<string, (line: MountLine) => string> = {
      TARGET: ({ target }) => target,
      SOURCE: ({ source, root }) => (root === '/' ? source : `${source}[${root}]`),
      FSTYPE: ({ type }) => type,
      OPTIONS: shownOptions,
      PROPAGATION: ({ propagation }) =>
        propagation.includes('shared')
          ? propagation.includes('master')
            ? 'shared,slave'
            : 'shared'
          : propagation.includes('master')
            ? 'private,slave'
            : propagation.includes('unbindable')
              ? 'unbindable'
              : 'private',
      ID: ({ id }) => String(id),
      'MAJ:MIN': ({ device }) => device,
    };
    for (const name of names) if (!(name in value)) return io.fail(`unknown column: ${name}`);
    let chosen = mounts.filter(({ type }) => !types || types.includes(type));
    if (wanted !== undefined) {
      const real = await canonical(io.sys, wanted, 'any').catch(() => wanted);
      chosen = given.has('T')
        ? mounts
            .filter(({ target }) => target === '/' || real === target || real.startsWith(`${target}/`))
            .sort((a, b) => a.target.length - b.target.length)
            .slice(-1)
        : chosen.filter(({ target, source }) => target === real || source === wanted);
    }
    if (chosen.length === 0) return 1;
    const tree = wanted === undefined && !types && !given.has('l', 'r');
    const rows = tree ? asTree(chosen) : chosen.map((line) => ({ line, branch: '' }));
    const cells = rows.map(({ line, branch }) =>
      names.map((name) => (name === 'TARGET' ? branch : '') + value[name]!(line)),
    );
    const table = given.has('n') ? cells : [names, ...cells];
    const widths = names.map((_, i) =>
      given.has('r') ? 0 : Math.max(...table.map((row) => row[i]!.length)),
    );
    for (const row of table)
      io.stdout.write(
        `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join(' ')}\n`,
      );
    return 0;
  },
};

function asTree(mounts: readonly MountLine[]): { line: MountLine; branch: string }[] {
  const out: { line: MountLine; branch: string }[] = [];
  const ids = new Set(mounts.map(({ id }) => id));
  const visit = (line: MountLine, indent: string, branch: string) => {
    out.push({ line, branch });
    const children = mounts.filter(({ parent, id }) => parent === line.id && id !== line.id);
    for (const [i, child] of children.entries()) {
      const last = i === children.length - 1;
      visit(child, `${indent}${last ? '  ' : '│ '}`, `${indent}${last ? '└─' : '├─'}`);
    }
  };
  for (const line of mounts) if (!ids.has(line.parent) || line.parent === line.id) visit(line, '', '');
  return out;
}

/** mountpoint(1) */
export const mountpoint: Utility = {
  name: 'mountpoint',
  usage: '[-qd] <path> | -x <device>',
  summary: 'Check whether a directory or file is a mountpoint.',
  options: { short: 'qdxn', long: { quiet: 'q', fs: 'd', 'fs-devno': 'd' } },
  busybox: { options: { short: 'qdxn' }, usage: '[-q] { [-dn] DIR | -x DEVICE }' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [path] = parsed.operands;
    if (path === undefined) throw new Misuse('bad usage');
    const stat = await statOf(io.sys, path);
    if (!stat) return given.has('q') ? 1 : io.fail(`${path}: No such file or directory`);
    const real = await canonical(io.sys, path, 'none');
    const found = (await readMounts(io.sys)).findLast(({ target }) => target === real);
    if (given.has('d')) io.stdout.write(`${found?.device ?? ''}\n`);
    else if (!given.has('q')) io.stdout.write(`${path} is ${found ? '' : 'not '}a mountpoint\n`);
    return found ? 0 : flavour === 'gnu' ? 32 : 1;
  },
};
