import { Errno } from '../../base/errno.ts';
import { AnonymousFileSystem, type AnonymousInode } from '../../vfs/anonymous-inode.ts';
import type { Capability } from '../../vfs/capabilities.ts';
import { capableIn } from '../../vfs/permission.ts';
import { INITIAL_USER_NAMESPACE } from '../../vfs/user-namespace.ts';
import { install } from '../calls/descriptors.ts';
import type { Cgroup } from '../cgroup/cgroup.ts';
import { cgroupOf } from '../cgroup/cgroupfs.ts';
import { Description } from '../fd-table.ts';
import type { Kernel } from '../kernel.ts';
import type { BpfCommand } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { attachProgram, detachProgram } from './attachment.ts';
import { BpfProgram } from './program.ts';
import { BpfProgramFile } from './program-file.ts';

/** bpf(2), of which there is what decides about a cgroup's devices: programs of the type BPF_PROG_TYPE_CGROUP_DEVICE. */
export class Bpf {
  readonly #inode: AnonymousInode;
  readonly #programs = new Map<number, BpfProgram>();
  #lastId = 0;

  constructor({ vfs }: Kernel) {
    const label = 'anon_inode';
    const fs = new AnonymousFileSystem(
      `${label}fs`,
      label,
      vfs.anonymousDev(),
      vfs.clock,
      vfs.mountIds,
      () => 1,
    );
    this.#inode = fs.inode(0o600, { uid: 0, gid: 0 });
  }

  call(task: Task, command: BpfCommand): number | number[] | undefined {
    // As with unprivileged_bpf_disabled, which Debian has on.
    require(task, 'BPF');
    switch (command.command) {
      case 'BPF_PROG_LOAD':
        require(task, 'NET_ADMIN');
        return this.#load(task, command.instructions);
      case 'BPF_PROG_ATTACH': {
        const { program, target, flags, replaces } = command;
        const old = replaces === undefined ? undefined : programOf(task, replaces);
        attachProgram(targetOf(task, target), programOf(task, program), flags, old);
        return undefined;
      }
      case 'BPF_PROG_DETACH':
        require(task, 'NET_ADMIN');
        detachProgram(targetOf(task, command.target), programOf(task, command.program));
        return undefined;
      case 'BPF_PROG_QUERY':
        require(task, 'NET_ADMIN');
        return (targetOf(task, command.target).devicePrograms?.programs ?? []).map(({ id }) => id);
      case 'BPF_PROG_GET_FD_BY_ID': {
        require(task, 'SYS_ADMIN');
        const program = this.#programs.get(command.id);
        if (!program) throw new Errno('ENOENT');
        return this.#open(task, program);
      }
    }
  }

  #load(task: Task, code: Uint8Array): number {
    const program = new BpfProgram(this.#lastId + 1, code, ({ id }) => this.#programs.delete(id));
    this.#lastId++;
    this.#programs.set(program.id, program);
    return this.#open(task, program);
  }

  #open(task: Task, program: BpfProgram): number {
    return install(task, new Description(new BpfProgramFile(this.#inode, program)), true);
  }
}

/** Rights in the machine's own user namespace; CAP_SYS_ADMIN has them all. */
function require({ cred }: Task, capability: Capability): void {
  const has = (one: Capability) => capableIn(INITIAL_USER_NAMESPACE, cred, one);
  if (!has(capability) && !has('SYS_ADMIN')) throw new Errno('EPERM');
}

function programOf({ fds }: Task, fd: number): BpfProgram {
  const file = fds.get(fd);
  if (!(file instanceof BpfProgramFile)) throw new Errno('EINVAL');
  return file.program;
}

/** The cgroup of version 2 that a descriptor is the directory of: EBADF. */
function targetOf({ fds }: Task, fd: number): Cgroup {
  const cgroup = cgroupOf(fds.get(fd).inode);
  if (cgroup?.hierarchy.version !== 2) throw new Errno('EBADF');
  return cgroup;
}
