import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import { statOf } from '../files.ts';
import { Exit, type Stdio, utility } from '../lib/stdio.ts';
import { Given, type Utility } from '../utility.ts';
import { busyboxNsenter } from './busybox-namespaces.ts';
import { KINDS_BY_LETTER, LONG_BY_LETTER } from './namespace-files.ts';
import { become, must, quit, wholeNumber } from './steps.ts';

/** nsenter(1) */
export const nsenter: Utility = {
  name: 'nsenter',
  usage: '[options] [<program> [<argument>...]]',
  summary: 'Run a program with namespaces of other processes.',
  options: {
    short: '+ahVt:m::u::i::n::p::C::U::T::S:G:r::w::W:F',
    long: {
      ...LONG_BY_LETTER,
      all: 'a',
      target: 't:',
      setuid: 'S:',
      setgid: 'G:',
      root: 'r::',
      wd: 'w::',
      wdns: 'W:',
      'no-fork': 'F',
      'preserve-credentials': 'preserve-credentials',
    },
    about: { help: 'h', version: 'V' },
  },
  busybox: {
    options: {
      short: '+U::i::u::n::p::m::t:S:G:r::w::F',
      long: {
        user: 'U::',
        ipc: 'i::',
        uts: 'u::',
        net: 'n::',
        pid: 'p::',
        mount: 'm::',
        target: 't:',
        setuid: 'S:',
        setgid: 'G:',
        root: 'r::',
        wd: 'w::',
        'no-fork': 'F',
        'preserve-credentials': 'preserve-credentials',
      },
    },
    usage: '[OPTIONS] [PROG ARGS]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (flavour === 'busybox') return busyboxNsenter(io, given, parsed.operands);
    if (given.has('W') && given.has('w')) return quit(io, 'mutually exclusive arguments: --wdns --wd');
    const number = async (option: string, what: string) => {
      const text = given.value(option);
      return text === undefined ? undefined : wholeNumber(io, text, `failed to parse ${what}`);
    };
    const target = (await number('t', 'pid')) || undefined;
    let uid = await number('S', 'uid');
    let gid = await number('G', 'gid');
    if (given.has('a') && target === undefined) return quit(io, 'no target PID specified for --all');
    const wanted = await openAll(io, given, target);
    const root = given.has('r') ? await openTarget(io, given.value('r'), target, 'root') : undefined;
    let directory = given.has('w') ? await openTarget(io, given.value('w'), target, 'cwd') : undefined;
    const { sys } = io;
    let groupsFailed = false;
    if (wanted.some(({ kind }) => kind === 'user') && !given.has('preserve-credentials')) {
      uid ??= 0;
      gid ??= 0;
      // Before or after, one of the two will have the right.
      groupsFailed = !(await clearGroups(io));
    }
    await enterAll(io, wanted);
    if (root !== undefined) {
      if (!given.has('w', 'W')) directory = await openDirectory(io, '.');
      await must(io, 'change directory by root file descriptor failed', () => sys.fchdir(root));
      await must(io, 'chroot failed', () => sys.chroot('.'));
      await must(io, 'cannot change directory to /', () => sys.chdir('/'));
    }
    const inside = given.value('W');
    if (inside !== undefined) directory = await openDirectory(io, inside);
    if (directory !== undefined) {
      const fd = directory;
      await must(io, 'change directory by working directory file descriptor failed', () => sys.fchdir(fd));
      await sys.close(fd);
    }
    const rest = async (own: Stdio) => {
      if (gid !== undefined) {
        const id = gid;
        if (groupsFailed) await must(own, 'setgroups failed', () => own.sys.setgroups([]));
        else await clearGroups(own);
        await must(own, 'setgid failed', () => own.sys.setgid(id));
      }
      if (uid !== undefined) {
        const id = uid;
        await must(own, 'setuid failed', () => own.sys.setuid(id));
      }
      return become(own, parsed.operands);
    };
    const forks = wanted.some(({ kind }) => kind === 'pid') && !given.has('F');
    return forks ? continueAsChild(io, rest) : rest(io);
  },
};

/** Says whether it could. */
async function clearGroups({ sys }: Stdio): Promise<boolean> {
  try {
    await sys.setgroups([]);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return false;
  }
}

interface Wanted {
  kind: NamespaceKind;
  fd: number;
}

/** Opens what is to be entered: all before any is entered, for paths may mean something else then. */
async function openAll(io: Stdio, given: Given, target: number | undefined): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const [letter, kind] of KINDS_BY_LETTER) {
    const asked = given.has(letter);
    if (!asked && !(given.has('a') && (await isUsable(io, target!, kind)))) continue;
    wanted.push({ kind, fd: await openTarget(io, given.value(letter), target, `ns/${kind}`) });
  }
  return wanted;
}

/** One's own user namespace cannot be entered. */
async function isUsable(io: Stdio, target: number, kind: NamespaceKind): Promise<boolean> {
  const { sys } = io;
  const own = await statOf(sys, `/proc/${sys.getpid()}/ns/${kind}`);
  if (own === undefined || kind !== 'user') return own !== undefined;
  const path = `/proc/${target}/ns/${kind}`;
  const other = await must(io, `stat of ${path} failed`, () => sys.stat(path));
  return own.ino !== other.ino;
}

async function openTarget(
  io: Stdio,
  file: string | undefined,
  target: number | undefined,
  entry: string,
): Promise<number> {
  const path = file ?? (target === undefined ? undefined : `/proc/${target}/${entry}`);
  if (path === undefined) return quit(io, `neither filename nor target pid supplied for ${entry}`);
  return must(io, `cannot open ${path}`, () => io.sys.open(path, O_RDONLY));
}

const openDirectory = (io: Stdio, path: string) =>
  must(io, 'cannot open current working directory', () => io.sys.open(path, O_RDONLY));

/**
 * Enters them in two passes, the user namespace last in the first: whoever gives rights up needs them for the others, and whoever
 * gains rights there cannot enter the others before.
 */
async function enterAll(io: Stdio, wanted: readonly Wanted[]): Promise<void> {
  const { sys } = io;
  const user = wanted.filter(({ kind }) => kind === 'user');
  let left: Wanted[] = [];
  for (const one of wanted.filter(({ kind }) => kind !== 'user')) {
    try {
      await sys.setns(one.fd, one.kind);
      await sys.close(one.fd);
    } catch (error) {
      if (!isErrno(error)) throw error;
      left = [...left, one];
    }
  }
  for (const { kind, fd } of [...user, ...left]) {
    await must(io, `reassociate to namespace 'ns/${kind}' failed`, () => sys.setns(fd, kind));
    await sys.close(fd);
  }
}

/** Only a child is born into the PID namespace. Its parent stops, goes on and ends as it does. */
async function continueAsChild(io: Stdio, body: (child: Stdio) => Promise<number>): Promise<number> {
  const { sys } = io;
  await sys.sigaction('SIGCHLD', 'default');
  const pid = await must(io, 'fork failed', () => sys.fork(utility(body)));
  for (;;) {
    const { status } = (await sys.wait(pid, { untraced: true }))!;
    if (status.kind === 'exited') throw new Exit(status.code);
    if (status.kind === 'signaled') {
      await sys.kill(sys.getpid(), status.signal);
      return 1;
    }
    await sys.kill(sys.getpid(), 'SIGSTOP');
    await sys.kill(pid, 'SIGCONT');
  }
}
