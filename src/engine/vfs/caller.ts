import type { WaitQueue } from '../base/wait-queue.ts';
import type { CapabilitySet } from './capabilities.ts';
import type { UserNamespace } from './user-namespace.ts';

/** What the file system looks at when it decides whether a caller may (credentials(7)). */
export interface Credentials {
  /** Effective (file-system) user and group. All ids are the machine's own, whatever `userns` calls them. */
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Effective capabilities: rights in `userns` and the namespaces below it. */
  readonly capabilities: CapabilitySet;
  readonly userns: UserNamespace;
}

/** What is to be done with a device. */
export interface DeviceAccess {
  readonly read?: boolean;
  readonly write?: boolean;
  /** mknod(2) */
  readonly make?: boolean;
}

/** The process behind a call, as far as files may know it. The kernel's tasks implement this. */
export interface Caller {
  readonly credentials: Credentials;
  readonly umask: number;
  /** Process id, process group and session in the initial PID namespace. */
  readonly pid: number;
  readonly processGroup: number;
  readonly session: number;
  /**
   * Sleeps until the queue wakes it. Rejects with EINTR when a handled signal arrives first; never settles
   * when the process is killed. Callers check their condition again after each wake.
   */
  sleep(queue: WaitQueue): Promise<void>;
  /** Sends a signal to every member of a process group (a terminal's Ctrl-C, SIGTTIN to a background reader). */
  signalGroup(processGroup: number, signal: string): void;
  /** Whether the caller may use or make a device: by its cgroup, whatever the node's mode says. Absent: any. */
  mayUseDevice?(type: 'c' | 'b', rdev: number, access: DeviceAccess): boolean;
  /**
   * Whether SIGTTIN or SIGTTOU would stop the caller: false if it ignores or blocks it, or its process group is orphaned.
   * Without it a background reader is stopped and a background writer is not.
   */
  mayStop?(signal: 'SIGTTIN' | 'SIGTTOU'): boolean;
}

/** The user namespace that a caller acts in. */
export const usernsOf = ({ credentials }: Caller): UserNamespace => credentials.userns;
