/** Linux capabilities (capabilities(7)), by their names without `CAP_`, in the order of their bits (linux/capability.h). */
export const CAPABILITIES = [
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
] as const;

export type Capability = (typeof CAPABILITIES)[number];

const BITS: ReadonlyMap<string, number> = new Map(CAPABILITIES.map((capability, bit) => [capability, bit]));
const WORD = 32;

/** A set of capabilities, which never changes: the kernel's `kernel_cap_t`, its 41 bits in two words. */
export class CapabilitySet {
  static readonly NONE = new CapabilitySet(0, 0);
  static readonly ALL = CapabilitySet.of(CAPABILITIES);
  readonly #low: number;
  readonly #high: number;

  private constructor(low: number, high: number) {
    this.#low = low;
    this.#high = high;
  }

  static of(capabilities: Iterable<Capability>): CapabilitySet {
    let low = 0;
    let high = 0;
    for (const capability of capabilities) {
      const bit = BITS.get(capability)!;
      if (bit < WORD) low |= 1 << bit;
      else high |= 1 << (bit - WORD);
    }
    return new CapabilitySet(low, high);
  }

  get isEmpty(): boolean {
    return this.#low === 0 && this.#high === 0;
  }

  has(capability: Capability): boolean {
    const bit = BITS.get(capability)!;
    return ((bit < WORD ? this.#low >> bit : this.#high >> (bit - WORD)) & 1) !== 0;
  }

  hasAny(of: CapabilitySet): boolean {
    return (this.#low & of.#low) !== 0 || (this.#high & of.#high) !== 0;
  }

  and(other: CapabilitySet): CapabilitySet {
    return new CapabilitySet(this.#low & other.#low, this.#high & other.#high);
  }

  or(other: CapabilitySet): CapabilitySet {
    return new CapabilitySet(this.#low | other.#low, this.#high | other.#high);
  }

  without(other: CapabilitySet): CapabilitySet {
    return new CapabilitySet(this.#low & ~other.#low, this.#high & ~other.#high);
  }

  isWithin(limit: CapabilitySet): boolean {
    return this.without(limit).isEmpty;
  }

  /** As /proc/PID/status prints it: 16 hexadecimal digits. */
  toString(): string {
    const word = (bits: number) => (bits >>> 0).toString(16).padStart(8, '0');
    return word(this.#high) + word(this.#low);
  }
}
