import { isErrno } from '../../base/errno.ts';
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
} from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { dirname, mkdirAll } from '../files.ts';
import { legacyMounts } from './legacy-mounts.ts';

const PROTECTED = MS_NOEXEC | MS_NOSUID | MS_NODEV;

/**
 * What stands in a container where the host has its hierarchies of version 1: a tmpfs with a directory for each, in which the container's cgroup is
 * bound, or with a cgroup namespace of its own the hierarchy as seen from there. Models runc libcontainer/rootfs_linux.go, mountCgroupV1().
 */
export async function mountLegacyCgroups(
  sys: Syscalls,
  target: string,
  flags: number,
  ownNamespace: boolean,
): Promise<void> {
  // Asked before anything covers the host's.
  const mounts = await legacyMounts(sys);
  const { mode } = await sys.stat(target);
  await sys.mount('tmpfs', target, 'tmpfs', PROTECTED, 'mode=755');
  await sys.chmod(target, mode & 0o7777);
  for (const { mountPoint, root, controllers, own } of mounts) {
    const name = mountPoint.slice(dirname(mountPoint).length + 1);
    const at = `${target}/${name}`;
    await mkdirAll(sys, at);
    if (ownNamespace) {
      const options = name === 'systemd' ? 'name=systemd' : name;
      const source = name === 'systemd' ? 'systemd' : 'cgroup';
      await sys.mount(source, at, 'cgroup', PROTECTED | (flags & MS_RDONLY), options);
    } else {
      const source = `${mountPoint}${own.slice(root === '/' ? 0 : root.length)}`.replace(/\/$/, '');
      await sys.mount(source, at, 'bind', MS_BIND | MS_REC);
      await sys.mount(source, at, 'bind', flags | MS_BIND | MS_REMOUNT);
    }
    // `cpu,cpuacct` can also be reached as `cpu` and as `cpuacct`.
    if (name.includes(',')) for (const one of controllers) await link(sys, name, `${target}/${one}`);
  }
}

async function link(sys: Syscalls, to: string, path: string): Promise<void> {
  try {
    await sys.symlink(to, path);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
