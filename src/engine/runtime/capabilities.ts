import { CAPABILITIES, type Capability } from '../vfs/capabilities.ts';

/** What a container has unless told otherwise (moby oci/caps/defaults.go): mask a80425fb. */
export const DEFAULT_CAPABILITIES: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
]; // prettier-ignore

const KNOWN: ReadonlySet<string> = new Set(CAPABILITIES);

/** The capability that a user names, with or without `CAP_`, in any case; undefined if there is none. */
export function parseCapability(text: string): Capability | undefined {
  const name = text.toUpperCase().replace(/^CAP_/, '');
  return KNOWN.has(name) ? (name as Capability) : undefined;
}

export const specCapability = (capability: Capability): string => `CAP_${capability}`;
