import type { NamespaceKind, ResourceLimit } from '../kernel/syscalls.ts';

/** An OCI bundle's config.json (runtime-spec config.md, config-linux.md): the part that is modelled. */
export interface RuntimeSpec {
  ociVersion: string;
  process: ProcessSpec;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  mounts: MountSpec[];
  linux: LinuxSpec;
  annotations?: Record<string, string>;
}

export interface ProcessSpec {
  terminal?: boolean;
  consoleSize?: { height: number; width: number };
  user: { uid: number; gid: number; additionalGids?: number[]; umask?: number };
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: CapabilitySpec;
  rlimits?: { type: string; soft: number; hard: number }[];
  noNewPrivileges?: boolean;
  oomScoreAdj?: number;
}

/** Capability names as the specification has them, `CAP_CHOWN`. */
export interface CapabilitySpec {
  bounding?: string[];
  effective?: string[];
  inheritable?: string[];
  permitted?: string[];
  ambient?: string[];
}

export interface MountSpec {
  destination: string;
  type: string;
  source: string;
  options?: string[];
}

export interface LinuxSpec {
  namespaces: { type: SpecNamespace; path?: string }[];
  /** Relative to the root of the cgroup hierarchy. */
  cgroupsPath?: string;
  resources?: ResourcesSpec;
  devices?: DeviceSpec[];
  maskedPaths?: string[];
  readonlyPaths?: string[];
  sysctl?: Record<string, string>;
  seccomp?: SeccompSpec;
}

/** Which system calls there are (config-linux.md, "Seccomp"). */
export interface SeccompSpec {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: readonly string[];
  syscalls?: readonly {
    names: readonly string[];
    action: string;
    errnoRet?: number;
    args?: readonly { index: number; value: number; valueTwo?: number; op: string }[];
  }[];
}

export interface DeviceSpec {
  path: string;
  type: 'c' | 'b';
  major: number;
  minor: number;
  fileMode?: number;
  uid?: number;
  gid?: number;
}

/** What is left out is any: all types, all numbers, all access. */
export interface DeviceRuleSpec {
  allow: boolean;
  type?: 'a' | 'b' | 'c';
  major?: number;
  minor?: number;
  /** Letters of `rwm`. */
  access?: string;
}

export interface ResourcesSpec {
  devices?: readonly DeviceRuleSpec[];
  memory?: {
    limit?: number;
    reservation?: number;
    swap?: number;
    swappiness?: number;
    disableOOMKiller?: boolean;
  };
  cpu?: { shares?: number; quota?: number; period?: number; cpus?: string; mems?: string };
  pids?: { limit: number };
  blockIO?: {
    weight?: number;
    throttleReadBpsDevice?: readonly ThrottleSpec[];
    throttleWriteBpsDevice?: readonly ThrottleSpec[];
    throttleReadIOPSDevice?: readonly ThrottleSpec[];
    throttleWriteIOPSDevice?: readonly ThrottleSpec[];
  };
}

/** How much of a block device's time, in bytes or operations a second. */
export interface ThrottleSpec {
  major: number;
  minor: number;
  rate: number;
}

/** The names of the runtime specification for what the kernel calls `mnt`, `net`, … */
export type SpecNamespace = 'mount' | 'pid' | 'network' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';

export const KERNEL_NAMESPACE: Readonly<Record<SpecNamespace, NamespaceKind>> = {
  mount: 'mnt',
  pid: 'pid',
  network: 'net',
  ipc: 'ipc',
  uts: 'uts',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

/** `RLIMIT_NOFILE` → `nofile`. */
export const resourceLimit = (type: string): ResourceLimit =>
  type.replace(/^RLIMIT_/, '').toLowerCase() as ResourceLimit;
