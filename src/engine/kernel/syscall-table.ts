import { BPF_CALLS } from './calls/bpf.ts';
import { CREDENTIAL_CALLS } from './calls/credentials.ts';
import { DESCRIPTOR_CALLS } from './calls/descriptors.ts';
import { FILE_CALLS } from './calls/files.ts';
import type { Handlers } from './calls/handlers.ts';
import { IPC_CALLS } from './calls/ipc.ts';
import { LOOKUP_CALLS } from './calls/lookups.ts';
import { MACHINE_CALLS } from './calls/machine.ts';
import { MOUNT_CALLS } from './calls/mounts.ts';
import { NAMESPACE_CALLS } from './calls/namespaces.ts';
import { PROCESS_CALLS } from './calls/processes.ts';
import { PTRACE_CALLS } from './calls/ptrace.ts';
import { SIGNAL_CALLS } from './calls/signals.ts';
import { SOCKET_CALLS } from './calls/sockets.ts';
import { XATTR_CALLS } from './calls/xattrs.ts';
import { defineCall, defineLookup, type Handler } from './door.ts';
import type { Syscalls } from './syscalls.ts';

/** Every system call by name. */
export const SYSTEM_CALLS: Handlers<Exclude<keyof Syscalls, keyof typeof LOOKUP_CALLS>> = {
  ...DESCRIPTOR_CALLS,
  ...FILE_CALLS,
  ...XATTR_CALLS,
  ...MOUNT_CALLS,
  ...PROCESS_CALLS,
  ...SIGNAL_CALLS,
  ...PTRACE_CALLS,
  ...CREDENTIAL_CALLS,
  ...NAMESPACE_CALLS,
  ...MACHINE_CALLS,
  ...IPC_CALLS,
  ...SOCKET_CALLS,
  ...BPF_CALLS,
};

for (const [name, handler] of Object.entries(SYSTEM_CALLS)) defineCall(name, handler as Handler);
for (const [name, handler] of Object.entries(LOOKUP_CALLS)) defineLookup(name, handler as Handler);
