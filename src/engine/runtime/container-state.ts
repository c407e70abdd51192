import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { cgroupManager } from './cgroup/manager.ts';
import { namesIn, readText, writeFile } from './files.ts';
import { fail } from './go-error.ts';
import type { SeccompSpec } from './spec.ts';

/** What runc remembers of a container between its runs: `<root>/<id>/state.json` (libcontainer State, narrowed). */
export interface ContainerState {
  readonly id: string;
  readonly init_process_pid: number;
  readonly created: string;
  readonly bundle: string;
  readonly rootfs: string;
  readonly cgroup_path: string;
  readonly oom_score_adj?: number | undefined;
  readonly seccomp?: SeccompSpec | undefined;
  readonly oci_version: string;
  readonly owner: string;
}

export const DEFAULT_ROOT = '/run/runc';

export const stateFile = (root: string, id: string): string => `${root}/${id}/state.json`;
export const execFifo = (root: string, id: string): string => `${root}/${id}/exec.fifo`;

export async function loadState(sys: Syscalls, root: string, id: string): Promise<ContainerState> {
  try {
    return parsed(await readText(sys, stateFile(root, id)));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return fail('container does not exist');
    throw error;
  }
}

/** One run of a container writes a text and reads it several times over. */
let latest: { text: string; state: ContainerState } | undefined;

function parsed(text: string): ContainerState {
  if (latest?.text !== text) latest = { text, state: JSON.parse(text) as ContainerState };
  return latest.state;
}

export async function saveState(sys: Syscalls, root: string, state: ContainerState): Promise<void> {
  const text = JSON.stringify(state);
  latest = { text, state };
  await writeFile(sys, stateFile(root, state.id), text, 0o600);
}

export async function listStates(sys: Syscalls, root: string): Promise<ContainerState[]> {
  let ids: string[];
  try {
    ids = await namesIn(sys, root);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
  return Promise.all(ids.sort().map((id) => loadState(sys, root, id)));
}

/** `created` until the FIFO is opened, then `running`, `paused` or `stopped`. */
export async function statusOf(
  sys: Syscalls,
  root: string,
  state: ContainerState,
): Promise<'created' | 'running' | 'paused' | 'stopped'> {
  try {
    await sys.kill(state.init_process_pid, 0);
  } catch {
    return 'stopped';
  }
  try {
    if (await (await cgroupManager(sys, state.cgroup_path)).isFrozen()) return 'paused';
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  try {
    await sys.lstat(execFifo(root, state.id));
    return 'created';
  } catch {
    return 'running';
  }
}
