import { isErrno } from '../../base/errno.ts';
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  O_RDONLY,
} from '../../kernel/fcntl.ts';
import { NAMESPACE_FACTS } from '../../kernel/namespace-kinds.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import { execFailureStatus, execProgram, shellStatus, waitFor } from '../lib/spawn.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { type Given, Misuse } from '../utility.ts';
import { afterSignal, must, quit, writeKernelFile } from './steps.ts';

/** BusyBox' forms of unshare and nsenter: without cgroup and time namespaces, and in its own words. */

const UNSHARED: readonly (readonly [letter: string, kind: NamespaceKind])[] = [
  ['m', 'mnt'],
  ['u', 'uts'],
  ['i', 'ipc'],
  ['n', 'net'],
  ['p', 'pid'],
  ['U', 'user'],
];

const ENTERED: typeof UNSHARED = [
  ['U', 'user'],
  ['i', 'ipc'],
  ['u', 'uts'],
  ['n', 'net'],
  ['p', 'pid'],
  ['m', 'mnt'],
];

const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS_REC | MS_PRIVATE,
  unchanged: 0,
  shared: MS_REC | MS_SHARED,
  slave: MS_REC | MS_SLAVE,
};

export async function busyboxUnshare(io: Stdio, given: Given, command: readonly string[]): Promise<number> {
  const { sys } = io;
  const maps = given.has('r');
  const setgroups = given.value('setgroups');
  if (setgroups === 'allow' && maps)
    return quit(io, '--setgroups=allow and --map-root-user are mutually exclusive');
  if (setgroups !== undefined && setgroups !== 'allow' && setgroups !== 'deny')
    return quit(io, `unrecognized: --setgroups=${setgroups}`);
  const kinds = UNSHARED.filter(([letter]) => given.has(letter)).map(([, kind]) => kind);
  if (maps && !kinds.includes('user')) kinds.push('user');
  if (given.has('mount-proc') && !kinds.includes('mnt')) kinds.push('mnt');
  const propagation = given.value('propagation') ?? 'private';
  if (kinds.includes('mnt') && !(propagation in PROPAGATION))
    return quit(io, `unrecognized: --propagation=${propagation}`);
  const files = UNSHARED.flatMap(([letter, kind]) => {
    const file = given.value(letter);
    return file === undefined ? [] : [[kind, file] as const];
  });
  const [euid, egid, self] = [sys.geteuid(), sys.getegid(), sys.getpid()];
  const bind = async (own: Stdio) => {
    for (const [kind, file] of files) await mountOrDie(own, `/proc/${self}/ns/${kind}`, file, '', MS_BIND);
    return 0;
  };
  const later = files.length > 0 && kinds.includes('mnt') ? await afterSignal(io, bind) : undefined;
  const flags = kinds.reduce((sum, kind) => sum | NAMESPACE_FACTS[kind].value, 0);
  await must(io, `unshare(0x${flags.toString(16)})`, () => sys.unshare(kinds));
  await (later?.() ?? bind(io));
  const rest = async (own: Stdio) => {
    if (maps) {
      await writeOrDie(own, 'setgroups', 'deny');
      await writeOrDie(own, 'uid_map', `0 ${euid} 1`);
      await writeOrDie(own, 'gid_map', `0 ${egid} 1`);
    } else if (setgroups !== undefined) await writeOrDie(own, 'setgroups', setgroups);
    if (kinds.includes('mnt')) await mountOrDie(own, 'none', '/', '', PROPAGATION[propagation]!);
    if (given.has('mount-proc')) {
      const at = given.value('mount-proc') ?? '/proc';
      await mountOrDie(own, 'none', at, '', MS_PRIVATE | MS_REC);
      await mountOrDie(own, 'proc', at, 'proc', MS_NOSUID | MS_NOEXEC | MS_NODEV);
    }
    return becomeOrShell(own, command);
  };
  return given.has('f') ? inChild(io, rest) : rest(io);
}

export async function busyboxNsenter(io: Stdio, given: Given, command: readonly string[]): Promise<number> {
  const { sys } = io;
  const id = async (option: string) => {
    const text = given.value(option);
    if (text !== undefined && !/^\d+$/.test(text)) return quit(io, `invalid number '${text}'`);
    return text === undefined ? undefined : Number(text);
  };
  const target = (await id('t')) ?? 0;
  let [uid, gid] = [await id('S'), await id('G')];
  const openTarget = (file: string | undefined, entry: string) => {
    if (file === undefined && target === 0) throw new Misuse('');
    const path = file ?? `/proc/${target}/${entry}`;
    return must(io, `can't open '${path}'`, () => sys.open(path, O_RDONLY));
  };
  const root = given.has('r') ? await openTarget(given.value('r'), 'root') : undefined;
  let directory = given.has('w') ? await openTarget(given.value('w'), 'cwd') : undefined;
  const wanted: [NamespaceKind, number][] = [];
  for (const [letter, kind] of ENTERED)
    if (given.has(letter)) wanted.push([kind, await openTarget(given.value(letter), `ns/${kind}`)]);
  let groupsFailed = false;
  if (given.has('U') && !given.has('preserve-credentials')) {
    uid ??= 0;
    gid ??= 0;
    groupsFailed = !(await clearsGroups(io));
  }
  for (const [kind, fd] of wanted) {
    await must(io, `setns(): can't reassociate to namespace '${kind}'`, () => sys.setns(fd, kind));
    await sys.close(fd);
  }
  if (root !== undefined) {
    directory ??= await must(io, "can't open '.'", () => sys.open('.', O_RDONLY));
    await must(io, "can't change directory", () => sys.fchdir(root));
    await must(io, "can't change root directory to '.'", () => sys.chroot('.'));
  }
  if (directory !== undefined) {
    const fd = directory;
    await must(io, "can't change directory", () => sys.fchdir(fd));
  }
  const rest = async (own: Stdio) => {
    if (gid !== undefined) {
      const group = gid;
      if (!(await clearsGroups(own)) && groupsFailed)
        await must(own, 'setgroups', () => own.sys.setgroups([]));
      await must(own, 'setgid', () => own.sys.setgid(group));
    }
    if (uid !== undefined) {
      const user = uid;
      await must(own, 'setuid', () => own.sys.setuid(user));
    }
    return becomeOrShell(own, command);
  };
  return given.has('p') && !given.has('F') ? inChild(io, rest) : rest(io);
}

async function clearsGroups({ sys }: Stdio): Promise<boolean> {
  try {
    await sys.setgroups([]);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return false;
  }
}

async function inChild(io: Stdio, body: (child: Stdio) => Promise<number>): Promise<number> {
  const { sys } = io;
  const status = await waitFor(sys, await sys.fork(utility(body)));
  if (status.kind === 'signaled') await sys.kill(sys.getpid(), status.signal);
  return shellStatus(status);
}

const mountOrDie = (io: Stdio, source: string, target: string, type: string, flags: number) =>
  must(io, `can't mount ${source} on ${target} (flags:0x${flags.toString(16)})`, () =>
    io.sys.mount(source, target, type, flags),
  );

const writeOrDie = (io: Stdio, file: string, text: string) =>
  must(io, 'short write', () => writeKernelFile(io.sys, `/proc/self/${file}`, text));

async function becomeOrShell(io: Stdio, command: readonly string[]): Promise<number> {
  const shell = io.env.get('SHELL') || '/bin/sh';
  try {
    if (command.length > 0) return await execProgram(io.process, command);
    return await io.sys.execve(shell, [`-${shell.replace(/^.*\//, '')}`], io.env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`can't execute '${command[0] ?? shell}': ${error.message}`, execFailureStatus(error));
  }
}
