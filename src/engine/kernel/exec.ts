import { decode } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import { decodeExecutable, EXECUTABLE_HEAD, FOREIGN_BINARY, isForeignBinary } from '../base/executable.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { S_ISGID, S_ISUID } from '../vfs/inode.ts';
import { walk } from '../vfs/namei.ts';
import { beginExecution, endExecution, requireExecutable } from '../vfs/open.ts';
import { drop, grab, type Path } from '../vfs/path.ts';
import { INITIAL_USER_NAMESPACE } from '../vfs/user-namespace.ts';
import { freeMemory, useMemory } from './cgroup/oom.ts';
import { afterExec } from './credentials.ts';
import { Image } from './image.ts';
import type { Program } from './program.ts';
import type { Disposition } from './signal-delivery.ts';
import type { Signal } from './signals.ts';
import type { Task } from './task.ts';

/** Virtual CPU time of execve(2), in µs: mapping, linking and starting the program. */
const EXEC_COST = 400;
/** ARG_MAX of the default 8 MiB stack. */
const ARGUMENTS_MAX = 2 * 1024 * 1024;
/** BINPRM_BUF_SIZE: how much of the first line of a script counts. */
const SCRIPT_HEAD = 256;
/** How many interpreters may stand between a script and a binary. */
const INTERPRETERS_MAX = 5;

/** What execve(2) found: the binary, the name of the program in it, and the arguments with those that `#!` lines put before them. */
interface Executable {
  binary: Path;
  name: string;
  args: readonly string[];
}

/** execve(2): the task becomes another program; what it ran before is never heard of again. Waits only where the code must be fetched. */
export function exec(
  task: Task,
  path: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): MaybePromise<void> {
  const executable = find(task, path, argv);
  let size = 0;
  for (const arg of executable.args) size += arg.length + 1;
  for (const [name, value] of env) size += name.length + value.length + 2;
  if (size > ARGUMENTS_MAX) throw new Errno('E2BIG');
  const program = task.kernel.programs.get(executable.name);
  return program instanceof Promise
    ? fetched(task, path, executable, env, program)
    : become(task, path, executable, env, program);
}

async function fetched(
  task: Task,
  path: string,
  executable: Executable,
  env: ReadonlyMap<string, string>,
  fetching: Promise<Program | undefined>,
): Promise<void> {
  const { image } = task;
  const { binary } = executable;
  grab(binary);
  try {
    const program = await fetching;
    if (!image.gone) become(task, path, executable, env, program);
  } finally {
    drop(binary);
  }
}

/** The point of no return: everything of the old program that does not outlive it goes. */
function become(
  task: Task,
  path: string,
  { binary, args }: Executable,
  env: ReadonlyMap<string, string>,
  program: Program | undefined,
): void {
  if (program === undefined) throw new Errno('ENOEXEC');
  task.abandonImage();
  task.fds.closeOnExec();
  task.dispositions = withoutHandlers(task.dispositions);
  task.cred = credentialsFor(task, binary);
  task.comm = commandName(path);
  beginExecution(binary);
  if (task.exe) endExecution(task.exe);
  task.exe = binary;
  task.hasExecuted = true;
  enterTimeOfChildren(task);
  task.image = new Image(task, args, new Map(env));
  task.spendSystem(EXEC_COST);
  if (task.tracing?.options.exec) void task.tracing.stop({ signal: 'SIGTRAP', trace: 'PTRACE_EVENT_EXEC' });
  task.kernel.start(task, program);
  // What it used was charged wherever it was then; the new program begins here.
  freeMemory(task);
  useMemory(task, 0);
}

/** A new program runs in the time namespace that was made for the process's children (exec_task_namespaces, since Linux 6.1). */
function enterTimeOfChildren(task: Task): void {
  const { time, timeForChildren } = task.namespaces;
  if (time === timeForChildren) return;
  timeForChildren.hold().frozen = true;
  task.namespaces = { ...task.namespaces, time: timeForChildren };
  time.drop();
}

/** What runs when `path` is executed: through `#!` lines to a binary (binfmt_script, binfmt_elf). */
function find(task: Task, path: string, argv: readonly string[]): Executable {
  let file = path;
  let args = argv;
  for (let depth = 0; depth < INTERPRETERS_MAX; depth++) {
    const binary = findExecutable(task, file);
    const head = binary.dentry.inode.read(0, EXECUTABLE_HEAD);
    const name = decodeExecutable(head) ?? (isForeignBinary(head) ? FOREIGN_BINARY : undefined);
    if (name !== undefined) return { binary, name, args };
    const interpreter = interpreterOf(head);
    if (interpreter === undefined) throw new Errno('ENOEXEC');
    const [command, option] = interpreter;
    args = [command, ...(option === undefined ? [] : [option]), file, ...args.slice(1)];
    file = command;
  }
  throw new Errno('ELOOP');
}

/** The interpreter that the `#!` line names, with its one optional argument (execve(2), "Interpreter scripts"). */
export function interpreterOf(head: Uint8Array): [command: string, option?: string] | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const text = decode(head.subarray(2, SCRIPT_HEAD));
  const end = text.indexOf('\n');
  const line = (end === -1 ? text : text.slice(0, end)).replace(/^[ \t]+|[ \t]+$/g, '');
  const gap = line.search(/[ \t]/);
  // A command that fills the whole buffer may have been cut off.
  if (line === '' || (gap === -1 && end === -1 && head.length >= SCRIPT_HEAD)) return undefined;
  if (gap === -1) return [line];
  return [line.slice(0, gap), line.slice(gap).replace(/^[ \t]+/, '')];
}

function findExecutable(task: Task, path: string): Path {
  const found = walk(task, path);
  requireExecutable(task, found);
  return found;
}

function credentialsFor(task: Task, binary: Path) {
  const { mode, uid, gid } = binary.dentry.inode.stat();
  const { mount } = binary;
  const { userns } = task.cred;
  // Only on mounts of one's own namespace, of file systems mounted by those who rule over one, for ids that one can have.
  const honoured =
    !mount.flags.nosuid &&
    !task.noNewPrivileges &&
    mount.namespace === task.namespace &&
    userns.isWithin(mount.fs.userns ?? INITIAL_USER_NAMESPACE) &&
    userns.uids.toLocal(uid) !== undefined &&
    userns.gids.toLocal(gid) !== undefined;
  return afterExec(
    task.cred,
    honoured && mode & S_ISUID ? uid : undefined,
    // Without group execute permission the bit once meant mandatory locking.
    honoured && (mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010) ? gid : undefined,
  );
}

/** Handlers go with the program; ignored signals stay ignored. */
function withoutHandlers(dispositions: ReadonlyMap<Signal, Disposition>): Map<Signal, Disposition> {
  const kept = new Map<Signal, Disposition>();
  for (const [signal, disposition] of dispositions)
    if (disposition.action === 'ignore') kept.set(signal, disposition);
  return kept;
}

export const commandName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
