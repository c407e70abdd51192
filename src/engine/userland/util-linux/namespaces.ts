import { isErrno } from '../../base/errno.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_REC } from '../../kernel/fcntl.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import { namesIn } from '../files.ts';
import { execFailureStatus, execProgram, shellStatus, waitFor } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import { commandOf, processes } from '../procps/processes.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

const KINDS: Record<string, NamespaceKind> = {
  m: 'mnt',
  u: 'uts',
  i: 'ipc',
  n: 'net',
  p: 'pid',
  U: 'user',
  C: 'cgroup',
  T: 'time',
};

/** Runs what is asked for, or a shell. */
async function become(io: Stdio, process: Stdio['process'], command: readonly string[]): Promise<number> {
  const argv = command.length > 0 ? command : [io.env.get('SHELL') || '/bin/sh'];
  try {
    return await execProgram(process, argv);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`failed to execute ${argv[0]}: ${error.message}`);
    return execFailureStatus(error);
  }
}

/** Forks, runs, waits: so the child is the first in a new PID namespace. */
async function inChild(
  io: Stdio,
  prepare: (process: Stdio['process']) => Promise<void>,
  command: readonly string[],
): Promise<number> {
  const pid = await io.sys.fork(async (child) => {
    await prepare(child);
    return become(io, child, command);
  });
  return shellStatus(await waitFor(io.sys, pid));
}

/** unshare(1) */
export const unshare: Utility = {
  name: 'unshare',
  usage: '[options] [<program> [<argument>...]]',
  summary: 'Run a program with some namespaces unshared from the parent.',
  options: {
    short: '+m::u::i::n::p::U::C::T::frcR:w:S:G:',
    long: {
      mount: 'm::',
      uts: 'u::',
      ipc: 'i::',
      net: 'n::',
      pid: 'p::',
      user: 'U::',
      cgroup: 'C::',
      time: 'T::',
      fork: 'f',
      'map-root-user': 'r',
      'mount-proc': 'mount-proc::',
      'kill-child': 'kill-child::',
      propagation: 'propagation:',
      root: 'R:',
      wd: 'w:',
    },
  },
  busybox: {
    options: {
      short: '+muinpUfr',
      long: {
        mount: 'm',
        uts: 'u',
        ipc: 'i',
        net: 'n',
        pid: 'p',
        user: 'U',
        fork: 'f',
        'map-root-user': 'r',
        'mount-proc': 'mount-proc::',
      },
    },
    usage: '[OPTIONS] [PROG ARGS]',
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (given.has('r', 'U')) return io.fail('user namespaces are not simulated in Drydock');
    const kinds = Object.entries(KINDS)
      .filter(([letter]) => given.has(letter))
      .map(([, kind]) => kind);
    if (given.has('mount-proc') && !kinds.includes('mnt')) kinds.push('mnt');
    try {
      await io.sys.unshare(kinds);
      if (kinds.includes('mnt') && given.value('propagation') !== 'unchanged')
        await io.sys.mount('none', '/', 'none', MS_REC | MS_PRIVATE);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`unshare failed: ${error.message}`);
    }
    const prepare = async ({ sys }: Stdio['process']) => {
      if (given.value('R') !== undefined) {
        await sys.chroot(given.value('R')!);
        await sys.chdir('/');
      }
      if (given.has('mount-proc'))
        await sys.mount(
          'proc',
          given.value('mount-proc') ?? '/proc',
          'proc',
          MS_NOSUID | MS_NODEV | MS_NOEXEC,
        );
      if (given.value('w') !== undefined) await sys.chdir(given.value('w')!);
    };
    if (given.has('f', 'kill-child')) return inChild(io, prepare, parsed.operands);
    await prepare(io.process);
    return become(io, io.process, parsed.operands);
  },
};

/** nsenter(1) */
export const nsenter: Utility = {
  name: 'nsenter',
  usage: '[options] [<program> [<argument>...]]',
  summary: 'Run a program with namespaces of other processes.',
  options: {
    short: '+at:m::u::i::n::p::C::U::T::S:G:r::w::F',
    long: {
      all: 'a',
      target: 't:',
      mount: 'm::',
      uts: 'u::',
      ipc: 'i::',
      net: 'n::',
      pid: 'p::',
      cgroup: 'C::',
      user: 'U::',
      time: 'T::',
      setuid: 'S:',
      setgid: 'G:',
      root: 'r::',
      wd: 'w::',
      'no-fork': 'F',
      'preserve-credentials': 'keep',
    },
  },
  busybox: { usage: '[OPTIONS] [PROG ARGS]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const target = given.value('t');
    const chosen = Object.entries(KINDS).filter(([letter]) => given.has(letter) || given.has('a'));
    const entered: NamespaceKind[] = [];
    const fds: [NamespaceKind, number][] = [];
    for (const [letter, kind] of chosen) {
      if (given.has('a') && !given.has(letter) && kind === 'user') continue;
      const path =
        given.value(letter)?.replace(/^=/, '') ??
        (target === undefined ? undefined : `/proc/${target}/ns/${kind}`);
      if (path === undefined)
        return io.fail(
          flavour === 'gnu'
            ? `neither filename nor target pid supplied for ns/${kind}`
            : `can't open '/proc/0/ns/${kind}': No such file or directory`,
        );
      try {
        fds.push([kind, await io.sys.open(path, 0)]);
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (given.has('a') && !given.has(letter)) continue;
        return io.fail(
          flavour === 'gnu'
            ? `cannot open ${path}: ${error.message}`
            : `can't open '${path}': ${error.message}`,
        );
      }
    }
    // Root and working directory of the target must be opened before its mounts are entered.
    for (const [kind, fd] of fds) {
      try {
        await io.sys.setns(fd, kind);
        entered.push(kind);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return io.fail(
          flavour === 'gnu'
            ? `reassociate to namespace 'ns/${kind}' failed: ${error.message}`
            : `setns(${kind}): ${error.message}`,
        );
      }
      await io.sys.close(fd);
    }
    const prepare = async ({ sys }: Stdio['process']) => {
      if (entered.includes('mnt')) await sys.chdir('/').catch(() => {});
      if (given.value('G') !== undefined) await sys.setgid(Number(given.value('G')));
      if (given.value('S') !== undefined) await sys.setuid(Number(given.value('S')));
    };
    if (entered.includes('pid') && !given.has('F')) return inChild(io, prepare, parsed.operands);
    await prepare(io.process);
    return become(io, io.process, parsed.operands);
  },
};

/** lsns(8): the namespaces that the processes seen here are in. */
export const lsns: Utility = {
  name: 'lsns',
  usage: '[options] [<namespace>]',
  summary: 'List system namespaces.',
  options: {
    short: 'lnp:t:ro:W',
    long: { task: 'p:', type: 't:', noheadings: 'n', list: 'l', output: 'o:' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const accounts = await readAccounts(io.sys);
    const found = new Map<
      string,
      { type: string; count: number; pid: number; user: string; command: string }
    >();
    for (const info of await processes(io.sys)) {
      if (given.has('p') && info.pid !== Number(given.value('p'))) continue;
      let kinds: string[] = [];
      try {
        kinds = await namesIn(io.sys, `/proc/${info.pid}/ns`);
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
      for (const kind of kinds) {
        if (kind.endsWith('_for_children') || (given.has('t') && given.value('t') !== kind)) continue;
        const link = await io.sys.readlink(`/proc/${info.pid}/ns/${kind}`).catch(() => undefined);
        const id = link === undefined ? undefined : /\[(\d+)\]/.exec(link)?.[1];
        if (id === undefined || (parsed.operands.length > 0 && !parsed.operands.includes(id))) continue;
        const known = found.get(id);
        if (known) known.count++;
        else
          found.set(id, {
            type: kind,
            count: 1,
            pid: info.pid,
            user: accounts.userName(info.euid),
            command: commandOf(info),
          });
      }
    }
    const rows = [...found]
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([id, one]) => [id, one.type, String(one.count), String(one.pid), one.user, one.command]);
    const table = [['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'COMMAND'], ...rows];
    const widths = [10, 0, 0, 0, 0, 0].map((least, i) =>
      Math.max(least, ...table.map((row) => row[i]!.length)),
    );
    const right = [true, false, true, true, false, false];
    for (const row of given.has('n') ? rows : table)
      io.stdout.write(
        `${row.map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : i === 5 ? cell : cell.padEnd(widths[i]!))).join(' ')}\n`,
      );
    return 0;
  },
};

/** setsid(1) */
export const setsid: Utility = {
  name: 'setsid',
  usage: '[options] <program> [arguments ...]',
  summary: 'Run a program in a new session.',
  options: { short: '+cfw', long: { ctty: 'c', fork: 'f', wait: 'w' } },
  busybox: { options: { short: '+c' }, usage: '[-c] PROG ARGS' },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('no command specified');
    const enter = async (process: Stdio['process']) => {
      await process.sys.setsid();
      if (given.has('c')) await process.sys.ioctl(0, { request: 'TIOCSCTTY' });
    };
    // A group's leader cannot begin a session: a child does.
    if (given.has('f') || (await io.sys.getpgid()) === io.sys.getpid()) {
      const pid = await io.sys.fork(async (child) => {
        await enter(child);
        return become(io, child, parsed.operands);
      });
      return given.has('w') ? shellStatus(await waitFor(io.sys, pid)) : 0;
    }
    await enter(io.process);
    return become(io, io.process, parsed.operands);
  },
};
