import { rfc3339Nano } from '../base/calendar.ts';
import { isErrno } from '../base/errno.ts';
import { O_CLOEXEC, O_RDWR, O_WRONLY } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { S_IFIFO } from '../vfs/inode.ts';
import { type CgroupManager, cgroupManager } from './cgroup/manager.ts';
import { type ContainerState, execFifo, loadState, saveState } from './container-state.ts';
import { mkdirAll, readText, removeAll, statOf, writeFile } from './files.ts';
import { fail, wrapped } from './go-error.ts';
import { decodeFirst } from './go-json.ts';
import { containerInit, execInit } from './init.ts';
import { launch } from './launch.ts';
import { enterNamespaces, namespacePlan } from './namespaces.ts';
import { checkSeccomp } from './seccomp.ts';
import type { ProcessSpec, RuntimeSpec } from './spec.ts';

export interface CreateOptions {
  root: string;
  id: string;
  bundle: string;
  pidFile?: string | undefined;
  consoleSocket?: string | undefined;
}

/** `runc create`: all is made, PID 1 stands before its exec and waits. */
export async function createContainer(sys: Syscalls, options: CreateOptions): Promise<ContainerState> {
  const { root, id, bundle } = options;
  const spec = await readSpec(sys, bundle);
  if ((await statOf(sys, `${root}/${id}`)) !== undefined) fail('container with given ID already exists');
  const rootfs = spec.root.path.startsWith('/') ? spec.root.path : `${bundle}/${spec.root.path}`;
  checkSysctls(spec);
  checkSeccomp(spec.linux.seccomp);
  const cgroupPath = spec.linux.cgroupsPath ?? `/${id}`;
  const cgroup = await cgroupManager(sys, cgroupPath);
  await mkdirAll(sys, `${root}/${id}`, 0o711);
  await sys.mknod(execFifo(root, id), S_IFIFO | 0o622);
  try {
    const pid = await wrapped('unable to start container process', async () => {
      await cgroup.create();
      const { resources = {} } = spec.linux;
      await wrapped('error during container init: error setting cgroup config for procHooks process', () =>
        cgroup.set(resources),
      );
      return startInit(sys, spec, rootfs, cgroup, options);
    });
    const state: ContainerState = {
      id,
      init_process_pid: pid,
      created: rfc3339Nano(sys.clock_gettime()),
      bundle,
      rootfs,
      cgroup_path: cgroupPath,
      oom_score_adj: spec.process.oomScoreAdj,
      seccomp: spec.linux.seccomp,
      oci_version: spec.ociVersion,
      owner: '',
    };
    await saveState(sys, root, state);
    if (options.pidFile !== undefined) await writeFile(sys, options.pidFile, String(pid));
    return state;
  } catch (error) {
    await cgroup.remove();
    await removeAll(sys, `${root}/${id}`);
    throw error;
  }
}

/** A bundle's config.json. Throws where it is no JSON. */
export async function readSpec(sys: Syscalls, bundle: string): Promise<RuntimeSpec> {
  return decodeFirst(await readText(sys, `${bundle}/config.json`)) as RuntimeSpec;
}

/** Kernel parameters that no namespace has which the container makes or joins would change the host (runc libcontainer/configs/validate). */
function checkSysctls(spec: RuntimeSpec): void {
  const owns = (kind: string) => spec.linux.namespaces.some(({ type }) => type === kind);
  for (const key of Object.keys(spec.linux.sysctl ?? {})) {
    const name = key.replaceAll('/', '.');
    const namespace = /^net\./.test(name)
      ? 'network'
      : /^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/.test(name)
        ? 'ipc'
        : /^kernel\.domainname$/.test(name)
          ? 'uts'
          : undefined;
    if (name === 'kernel.hostname')
      fail(`sysctl "${key}" is not allowed as it conflicts with the OCI "hostname" field`);
    if (namespace === 'network' && !owns(namespace))
      fail(`sysctl "${key}" not allowed in host network namespace`);
    if (namespace === 'ipc' && !owns(namespace))
      fail(`sysctl "${key}" is not allowed in the hosts ipc namespace`);
    if (namespace === undefined || !owns(namespace))
      fail(`sysctl "${key}" is not in a separate kernel namespace`);
  }
}

async function startInit(
  sys: Syscalls,
  spec: RuntimeSpec,
  rootfs: string,
  cgroup: CgroupManager,
  options: CreateOptions,
): Promise<number> {
  const { fresh, joined } = namespacePlan(spec);
  // A process enters the PID namespace of others only by being born there: the parent goes first.
  await enterNamespaces(
    sys,
    joined.filter(([kind]) => kind === 'pid'),
  );
  const fifo = await sys.open(execFifo(options.root, options.id), O_RDWR | O_CLOEXEC);
  return launch(
    sys,
    async (process, fds) => {
      await cgroup.join(process.sys);
      await adjustOomScore(process.sys, spec.process.oomScoreAdj);
      await enterNamespaces(
        process.sys,
        joined.filter(([kind]) => kind !== 'pid'),
      );
      // After joining the cgroup, which so becomes the root of the new namespace (cgroup_namespaces(7)).
      if (fresh.includes('cgroup')) await process.sys.unshare(['cgroup']);
      return containerInit(process, spec, rootfs, { ...fds, execFifo: fifo });
    },
    { namespaces: fresh.filter((kind) => kind !== 'cgroup') },
    options.consoleSocket,
  );
}

/** Left out, that of the runtime stays. */
async function adjustOomScore(sys: Syscalls, score: number | undefined): Promise<void> {
  if (score !== undefined) await writeFile(sys, '/proc/self/oom_score_adj', String(score));
}

/** `runc start`: lets the created container's process go. */
export async function startContainer(sys: Syscalls, root: string, id: string): Promise<void> {
  await loadState(sys, root, id);
  let fd: number;
  try {
    fd = await sys.open(execFifo(root, id), O_WRONLY | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return fail('cannot start an already running container');
    throw error;
  }
  await sys.write(fd, new Uint8Array(1));
  await sys.close(fd);
  await sys.unlink(execFifo(root, id));
}

export interface ExecOptions {
  root: string;
  id: string;
  process: ProcessSpec;
  pidFile?: string | undefined;
  consoleSocket?: string | undefined;
}

/** `runc exec`: one more process in a running container. Gives its pid. */
export async function execInContainer(sys: Syscalls, options: ExecOptions): Promise<number> {
  const { root, id, process: spec } = options;
  const { init_process_pid: init, cgroup_path, oom_score_adj, seccomp } = await loadState(sys, root, id);
  const cgroup = await cgroupManager(sys, cgroup_path);
  if (!spec.cwd.startsWith('/')) fail('Cwd must be an absolute path');
  const namespace = (kind: string) => `/proc/${init}/ns/${kind}`;
  await enterNamespaces(sys, [['pid', namespace('pid')]]);
  const pid = await wrapped('unable to start container process', () =>
    launch(
      sys,
      async (process, fds) => {
        await cgroup.join(process.sys);
        await adjustOomScore(process.sys, oom_score_adj);
        await enterNamespaces(
          process.sys,
          (['cgroup', 'ipc', 'uts', 'net', 'mnt'] as const).map((kind) => [kind, namespace(kind)]),
        );
        return execInit(process, spec, fds, seccomp);
      },
      {},
      options.consoleSocket,
    ),
  );
  if (options.pidFile !== undefined) await writeFile(sys, options.pidFile, String(pid));
  return pid;
}

/** `runc delete`: what is left of a container that has ended. Who has its cgroup at hand gives it. */
export async function deleteContainer(
  sys: Syscalls,
  root: string,
  id: string,
  { force = false, cgroup }: { force?: boolean; cgroup?: CgroupManager } = {},
): Promise<void> {
  const state = await loadState(sys, root, id);
  if (force) await sys.kill(state.init_process_pid, 'SIGKILL').catch(() => undefined);
  await (cgroup ?? (await cgroupManager(sys, state.cgroup_path))).remove();
  await removeAll(sys, `${root}/${id}`);
}
