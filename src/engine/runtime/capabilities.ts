import { CAPABILITIES, type Capability, CapabilitySet } from '../vfs/capabilities.ts';

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

const BY_SPEC_NAME: ReadonlyMap<string, Capability> = new Map(
  CAPABILITIES.map((capability) => [specCapability(capability), capability]),
);

/** The set that a specification names; names it does not know are passed over, as runc does with a warning. */
export function specCapabilities(names: readonly string[] = []): CapabilitySet {
  return CapabilitySet.of(names.map((name) => BY_SPEC_NAME.get(name)).filter((c) => c !== undefined));
}
