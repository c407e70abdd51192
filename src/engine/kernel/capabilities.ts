import type { Capability } from '../vfs/caller.ts';

/** The capabilities in the order of their bits (linux/capability.h). */
export const CAPABILITIES: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
];

export const ALL_CAPABILITIES: ReadonlySet<Capability> = new Set(CAPABILITIES);

/** A set as /proc/PID/status prints it: 16 hexadecimal digits. */
export function capabilityMask(set: ReadonlySet<Capability>): string {
  let mask = 0n;
  CAPABILITIES.forEach((capability, bit) => {
    if (set.has(capability)) mask |= 1n << BigInt(bit);
  });
  return mask.toString(16).padStart(16, '0');
}
