import type { NamespaceKind } from './syscalls.ts';

/** What is known of a kind of namespace: clone(2), namespaces(7), and the releases of Linux that brought it. */
export interface NamespaceKindFacts {
  /** The flag of clone(2), unshare(2) and setns(2), and its value. */
  readonly flag: string;
  readonly value: number;
  /** What is its own in each. */
  readonly isolates: string;
  /** The release that first had the flag, and where that was not yet all, the one that completed it. */
  readonly since: KernelRelease;
  readonly complete?: KernelRelease;
  /** Inode number of a machine's first (include/linux/proc_ns.h; net and mnt are numbered as they are made). */
  readonly initialInode: number;
}

export interface KernelRelease {
  readonly version: string;
  /** The day of the release, YYYY-MM-DD. */
  readonly date: string;
}

const release = (version: string, date: string): KernelRelease => ({ version, date });

/** The eight kinds, in the order in which `ls /proc/PID/ns` shows them. */
export const NAMESPACE_FACTS: Readonly<Record<NamespaceKind, NamespaceKindFacts>> = {
  cgroup: {
    flag: 'CLONE_NEWCGROUP',
    value: 0x02000000,
    isolates: 'cgroup root directory',
    since: release('4.6', '2016-05-15'),
    initialInode: 4026531835,
  },
  ipc: {
    flag: 'CLONE_NEWIPC',
    value: 0x08000000,
    isolates: 'System V IPC, POSIX message queues',
    since: release('2.6.19', '2006-11-29'),
    initialInode: 4026531839,
  },
  mnt: {
    flag: 'CLONE_NEWNS',
    value: 0x00020000,
    isolates: 'mount points',
    since: release('2.4.19', '2002-08-03'),
    initialInode: 4026531841,
  },
  net: {
    flag: 'CLONE_NEWNET',
    value: 0x40000000,
    isolates: 'network devices, stacks, ports',
    since: release('2.6.24', '2008-01-24'),
    complete: release('2.6.29', '2009-03-23'),
    initialInode: 4026531840,
  },
  pid: {
    flag: 'CLONE_NEWPID',
    value: 0x20000000,
    isolates: 'process IDs',
    since: release('2.6.24', '2008-01-24'),
    initialInode: 4026531836,
  },
  time: {
    flag: 'CLONE_NEWTIME',
    value: 0x00000080,
    isolates: 'boot and monotonic clocks',
    since: release('5.6', '2020-03-29'),
    initialInode: 4026531834,
  },
  user: {
    flag: 'CLONE_NEWUSER',
    value: 0x10000000,
    isolates: 'user and group IDs',
    since: release('2.6.23', '2007-10-09'),
    complete: release('3.8', '2013-02-18'),
    initialInode: 4026531837,
  },
  uts: {
    flag: 'CLONE_NEWUTS',
    value: 0x04000000,
    isolates: 'hostname and NIS domain name',
    since: release('2.6.19', '2006-11-29'),
    initialInode: 4026531838,
  },
};

export const NAMESPACE_KINDS = Object.keys(NAMESPACE_FACTS) as readonly NamespaceKind[];
