import { encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_RDWR } from '../kernel/fcntl.ts';
import type { Process } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { writeAll, writeFile } from './files.ts';
import { errorText, fail, wrapped } from './go-error.ts';
import { assumeIdentity, enterDirectory, environment } from './identity.ts';
import { lookPath } from './look-path.ts';
import { bindConsole, finalizeRootfs, pivotRoot, prepareRootfs } from './rootfs.ts';
import { loadSeccomp } from './seccomp.ts';
import type { ProcessSpec, RuntimeSpec, SeccompSpec } from './spec.ts';
import { receive, send, sendError } from './sync-pipe.ts';

/** The descriptors that `runc init` is born with beyond the container's own 0, 1 and 2. */
export interface InitDescriptors {
  /** To the parent. */
  report: number;
  /** From the parent. */
  orders: number;
  /** The FIFO on which `runc start` lets the container's process go; none for exec. */
  execFifo?: number;
}

/** How many threads Go has started beside the first by the time that `runc init` becomes another program: five as a rule, and so the container's second process is the seventh. */
const GO_THREADS = 5;

async function startGoRuntime(sys: Syscalls): Promise<void> {
  for (let i = 0; i < GO_THREADS; i++) await sys.createThread();
}

/**
 * `runc init`: the first life of a container's PID 1, in its new namespaces, up to the moment it becomes the user's program.
 * Models runc libcontainer/standard_init_linux.go.
 */
export async function containerInit(
  { sys }: Process,
  spec: RuntimeSpec,
  rootfs: string,
  fds: InitDescriptors,
): Promise<number> {
  let path: string;
  try {
    await startGoRuntime(sys);
    await sys.setsid();
    await wrapped('error during container init', async () => {
      await prepareRootfs(sys, spec, rootfs);
      if (spec.hostname !== undefined && owns(spec, 'uts'))
        await wrapped('sethostname', () => sys.sethostname(spec.hostname!));
      await pivotRoot(sys, rootfs);
    });
    if (spec.process.terminal) await takeTerminal(sys, fds, spec.process, true);
    await wrapped('error during container init', async () => {
      await writeSysctls(sys, spec);
      await finalizeRootfs(sys, spec);
    });
    path = await prepareProcess(sys, spec.process, spec.linux.seccomp);
    await send(sys, fds.report, { type: 'ready' });
  } catch (error) {
    await sendError(sys, fds.report, error).catch(() => undefined);
    return 1;
  }
  // The real one waits by opening the FIFO for writing through /proc/self/fd; ours holds it open and waits for a byte.
  if (fds.execFifo !== undefined) await sys.read(fds.execFifo, 1);
  return become(sys, path, spec.process, spec.linux.seccomp);
}

/** What joins a running container: `runc exec`'s last step. Models libcontainer/setns_init_linux.go. */
export async function execInit(
  { sys }: Process,
  process: ProcessSpec,
  fds: InitDescriptors,
  seccomp: SeccompSpec | undefined,
): Promise<number> {
  let path: string;
  try {
    await startGoRuntime(sys);
    await sys.setsid();
    if (process.terminal) await takeTerminal(sys, fds, process, false);
    path = await prepareProcess(sys, process, seccomp);
    await send(sys, fds.report, { type: 'ready' });
  } catch (error) {
    await sendError(sys, fds.report, error).catch(() => undefined);
    return 1;
  }
  return become(sys, path, process, seccomp);
}

/** Kernel parameters of the container's own namespaces, while /proc/sys can still be written. */
async function writeSysctls(sys: Syscalls, spec: RuntimeSpec): Promise<void> {
  for (const [key, value] of Object.entries(spec.linux.sysctl ?? {})) {
    const path = `/proc/sys/${key.replaceAll('.', '/')}`;
    try {
      await writeFile(sys, path, value);
    } catch (error) {
      // One that is there opens; what it does not take is refused when it is written.
      fail(`${isErrno(error, 'EINVAL') ? 'write' : 'open'} ${path}: ${errorText(error)}`);
    }
  }
}

const owns = (spec: RuntimeSpec, type: string): boolean =>
  spec.linux.namespaces.some((namespace) => namespace.type === type && namespace.path === undefined);

/** Asks the parent for a terminal in the container's devpts and makes it the controlling one. */
async function takeTerminal(
  sys: Syscalls,
  fds: InitDescriptors,
  process: ProcessSpec,
  console: boolean,
): Promise<void> {
  await send(sys, fds.report, { type: 'console' });
  const answer = await receive(sys, fds.orders);
  if (answer?.type === 'error') fail(answer.message);
  if (answer?.type !== 'pts') return fail('no terminal was given');
  const path = `/dev/pts/${answer.number}`;
  await sys.chown(path, process.user.uid, -1);
  const slave = await sys.open(path, O_RDWR);
  const { width = 0, height = 0 } = process.consoleSize ?? {};
  if (width > 0 && height > 0)
    await sys.ioctl(slave, { request: 'TIOCSWINSZ', size: { columns: width, rows: height } });
  if (console) await bindConsole(sys, path);
  await sys.ioctl(slave, { request: 'TIOCSCTTY' });
  for (const fd of [0, 1, 2]) await sys.dup2(slave, fd);
  if (slave > 2) await sys.close(slave);
}

async function prepareProcess(
  sys: Syscalls,
  process: ProcessSpec,
  seccomp: SeccompSpec | undefined,
): Promise<string> {
  // While there is the capability for it; one who gains no privileges needs none, and is filtered last of all.
  if (seccomp && !process.noNewPrivileges) await loadSeccomp(sys, seccomp);
  // Once as root and once as the user: either may be the one who is let in (runc's finalizeNamespace).
  let entered = true;
  try {
    await sys.chdir(process.cwd);
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM')) await enterDirectory(sys, process.cwd);
    entered = false;
  }
  await assumeIdentity(sys, process);
  if (!entered) await enterDirectory(sys, process.cwd);
  return lookPath(sys, process.args[0]!, process.env);
}

async function become(
  sys: Syscalls,
  path: string,
  process: ProcessSpec,
  seccomp: SeccompSpec | undefined,
): Promise<number> {
  try {
    if (seccomp && process.noNewPrivileges) await loadSeccomp(sys, seccomp);
    return await sys.execve(path, process.args, await environment(sys, process));
  } catch (error) {
    await writeAll(sys, 2, encode(`exec ${path}: ${errorText(error)}\n`));
    return 1;
  }
}
