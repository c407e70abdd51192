import { isErrno } from '../base/errno.ts';
import {
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_SLAVE,
  O_CREAT,
  O_DIRECTORY,
  O_RDONLY,
  O_WRONLY,
} from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { makedev } from '../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, type Stat } from '../vfs/inode.ts';
import { isUnified } from './cgroup/files.ts';
import { mountLegacyCgroups } from './cgroup/mount.ts';
import { dirname, mkdirAll, statOf } from './files.ts';
import { errorText, fail, GoError } from './go-error.ts';
import { parseMountOptions } from './mount-options.ts';
import type { DeviceSpec, MountSpec, RuntimeSpec } from './spec.ts';

/** The container's view of files, made inside its new mount namespace. Models runc libcontainer/rootfs_linux.go. */
export async function prepareRootfs(sys: Syscalls, spec: RuntimeSpec, rootfs: string): Promise<void> {
  await sys.mount('', '/', '', MS_SLAVE | MS_REC);
  await sys.mount(rootfs, rootfs, 'bind', MS_BIND | MS_REC);
  // The specification says `cgroup` for both versions.
  const unified = await isUnified(sys);
  for (const mount of spec.mounts)
    if (mount.type === 'cgroup' && !unified) await mountCgroups(sys, rootfs, mount, spec);
    else await mountInto(sys, rootfs, mount);
  if (!spec.mounts.some(({ destination, type }) => destination === '/dev' && type === 'bind')) {
    await createDevices(sys, spec, rootfs);
    await linkDevices(sys, rootfs);
  }
}

/** Makes `rootfs` the root, without a trace of the old one (pivot_root(2), "pivot_root(".", ".")"). */
export async function pivotRoot(sys: Syscalls, rootfs: string): Promise<void> {
  const old = await sys.open('/', O_RDONLY | O_DIRECTORY);
  try {
    await sys.chdir(rootfs);
    await sys.pivot_root('.', '.');
    await sys.fchdir(old);
    await sys.mount('', '.', '', MS_SLAVE | MS_REC);
    await sys.umount('.', MNT_DETACH);
    await sys.chdir('/');
  } finally {
    await sys.close(old);
  }
}

/** What comes after the pivot: the read-only root, read-only and masked paths. */
export async function finalizeRootfs(sys: Syscalls, spec: RuntimeSpec): Promise<void> {
  if (spec.root.readonly) await remountReadonly(sys, '/');
  for (const path of spec.linux.readonlyPaths ?? []) await readonlyPath(sys, path);
  for (const path of spec.linux.maskedPaths ?? []) await maskPath(sys, path);
}

/** Mounts one of a specification's mounts where it belongs below `rootfs`. */
export async function mountInto(sys: Syscalls, rootfs: string, mount: MountSpec): Promise<void> {
  const { flags, propagation, data } = parseMountOptions(mount.options);
  const { path: target, stat: found } = await locate(sys, rootfs, mount.destination);
  const bind = mount.type === 'bind' || (flags & MS_BIND) !== 0;
  try {
    if (bind) await bindInto(sys, mount, target, found, flags);
    else {
      if (!isDirectory(found)) await mkdirAll(sys, target);
      await sys.mount(mount.source, target, mount.type === 'cgroup' ? 'cgroup2' : mount.type, flags, data);
    }
    for (const kind of propagation) await sys.mount('', target, '', kind);
  } catch (error) {
    const at = `"${mount.source}" to rootfs at "${mount.destination}"`;
    const cause =
      error instanceof GoError
        ? error.message
        : `mount ${mount.source}:${mount.destination} (via /proc/self/fd/6), flags: 0x${flags.toString(16)}${
            data === '' ? '' : `, data: ${data}`
          }: ${errorText(error)}`;
    fail(`error mounting ${at}: ${cause}`);
  }
}

async function mountCgroups(
  sys: Syscalls,
  rootfs: string,
  { destination, options }: MountSpec,
  { linux: { namespaces } }: RuntimeSpec,
): Promise<void> {
  const { flags } = parseMountOptions(options);
  const { path, stat } = await locate(sys, rootfs, destination);
  if (!isDirectory(stat)) await mkdirAll(sys, path);
  await mountLegacyCgroups(
    sys,
    path,
    flags,
    namespaces.some(({ type }) => type === 'cgroup'),
  );
}

async function bindInto(
  sys: Syscalls,
  mount: MountSpec,
  target: string,
  found: Stat | undefined,
  flags: number,
): Promise<void> {
  const source = await statOf(sys, mount.source);
  if (source === undefined) fail(`stat ${mount.source}: no such file or directory`);
  if (isDirectory(source)) {
    if (found === undefined) await mkdirAll(sys, target);
  } else if (found === undefined) {
    await mkdirAll(sys, dirname(target));
    await sys.close(await sys.open(target, O_CREAT | O_WRONLY, 0o755));
  }
  await sys.mount(mount.source, target, 'bind', flags & (MS_BIND | MS_REC));
  // A bind mount takes its other flags from a remount (mount(2), "Remounting an existing mount").
  if ((flags & ~(MS_BIND | MS_REC)) !== 0)
    await sys.mount(mount.source, target, 'bind', (flags & ~MS_REC) | MS_BIND | MS_REMOUNT);
}

/**
 * Where a path of the container is on the host, following links inside the root only (securejoin).
 * What does not exist yet is taken as it stands.
 */
export async function resolveInRoot(sys: Syscalls, rootfs: string, path: string): Promise<string> {
  return (await locate(sys, rootfs, path)).path;
}

/** The same, and what is there. */
async function locate(
  sys: Syscalls,
  rootfs: string,
  path: string,
): Promise<{ path: string; stat: Stat | undefined }> {
  let stat: Stat | undefined;
  let looked = false;
  let left = path.split('/');
  let here = rootfs;
  for (let links = 0; left.length > 0; ) {
    const part = left.shift()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (here !== rootfs) here = dirname(here);
      looked = false;
      continue;
    }
    const next = `${here}/${part}`;
    stat = await statOf(sys, next, false);
    looked = true;
    if (stat === undefined || (stat.mode & S_IFMT) !== S_IFLNK) {
      here = next;
      continue;
    }
    if (++links > 255) fail(`too many links in ${path}`);
    looked = false;
    const link = await sys.readlink(next);
    if (link.startsWith('/')) here = rootfs;
    left = [...link.split('/'), ...left];
  }
  return { path: here, stat: looked ? stat : await statOf(sys, here) };
}

const isDirectory = (stat: Stat | undefined): boolean =>
  stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;

const DEVICES: readonly DeviceSpec[] = [
  { path: '/dev/null', type: 'c', major: 1, minor: 3, fileMode: 0o666 },
  { path: '/dev/random', type: 'c', major: 1, minor: 8, fileMode: 0o666 },
  { path: '/dev/full', type: 'c', major: 1, minor: 7, fileMode: 0o666 },
  { path: '/dev/tty', type: 'c', major: 5, minor: 0, fileMode: 0o666 },
  { path: '/dev/zero', type: 'c', major: 1, minor: 5, fileMode: 0o666 },
  { path: '/dev/urandom', type: 'c', major: 1, minor: 9, fileMode: 0o666 },
];

const LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
] as const;

async function createDevices(sys: Syscalls, spec: RuntimeSpec, rootfs: string): Promise<void> {
  const mask = await sys.umask(0);
  // /dev/ptmx is a link to the container's own.
  const asked = (spec.linux.devices ?? []).filter(({ path }) => path !== '/dev/ptmx');
  // What is asked for takes the place of a default.
  const devices = [...DEVICES.filter(({ path }) => !asked.some((one) => one.path === path)), ...asked];
  for (const directory of new Set(devices.map(({ path }) => dirname(path))))
    await mkdirAll(sys, `${rootfs}${directory}`);
  for (const { path, type, major, minor, fileMode = 0o666, uid = 0, gid = 0 } of devices) {
    const kind = type === 'c' ? S_IFCHR : S_IFBLK;
    try {
      await sys.mknod(`${rootfs}${path}`, kind | fileMode, makedev(major, minor));
      await sys.chown(`${rootfs}${path}`, uid, gid);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  await sys.umask(mask);
}

async function linkDevices(sys: Syscalls, rootfs: string): Promise<void> {
  const links: (readonly [string, string])[] = [...LINKS, ['pts/ptmx', '/dev/ptmx']];
  for (const [target, path] of links) {
    try {
      await sys.symlink(target, `${rootfs}${path}`);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}

async function remountReadonly(sys: Syscalls, path: string): Promise<void> {
  await sys.mount('', path, '', MS_BIND | MS_REMOUNT | MS_RDONLY | MS_REC);
}

async function readonlyPath(sys: Syscalls, path: string): Promise<void> {
  try {
    await sys.mount(path, path, '', MS_BIND | MS_REC);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  // A remount states all flags anew: those of /proc and /sys stay.
  const kept = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  await sys.mount(path, path, '', MS_BIND | MS_REMOUNT | MS_RDONLY | MS_REC | kept);
}

/** Files are covered by /dev/null, directories by an empty read-only tmpfs. */
async function maskPath(sys: Syscalls, path: string): Promise<void> {
  const stat = await statOf(sys, path);
  if (stat === undefined) return;
  if ((stat.mode & S_IFMT) === S_IFDIR) await sys.mount('tmpfs', path, 'tmpfs', MS_RDONLY);
  else await sys.mount('/dev/null', path, '', MS_BIND);
}

/** The tty of PID 1 also shows as /dev/console. */
export async function bindConsole(sys: Syscalls, slave: string): Promise<void> {
  if ((await statOf(sys, '/dev/console')) === undefined)
    await sys.close(await sys.open('/dev/console', O_CREAT | O_WRONLY, 0o666));
  await sys.mount(slave, '/dev/console', 'bind', MS_BIND);
}
