/** What may be done with a device, as bits: make its node, read it, write it (DEVCG_ACC_*, BPF_DEVCG_ACC_*). */
export const DEVICE_MAKE = 1;
export const DEVICE_READ = 2;
export const DEVICE_WRITE = 4;

/** Devices of a type and of numbers, undefined for any, and what access to them is meant. */
export interface DeviceRule {
  readonly type: 'c' | 'b';
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: number;
}

/** A program that decides about devices: what version 2 has for the controller. */
export interface DeviceProgram {
  readonly id: number;
  permits(asked: DeviceRule): boolean;
}

/** The programs that bpf(2) has attached to a cgroup. */
export interface AttachedPrograms {
  readonly programs: readonly DeviceProgram[];
  /** BPF_F_ALLOW_MULTI: they decide too where cgroups below have their own. */
  readonly multi: boolean;
  /** BPF_F_ALLOW_OVERRIDE: cgroups below may have one in their place. */
  readonly override: boolean;
  /** The cgroup is gone. */
  release(): void;
}

const sameDevices = (one: DeviceRule, other: DeviceRule) =>
  one.type === other.type && one.major === other.major && one.minor === other.minor;

/** What devices the processes of a cgroup may use (Documentation/admin-guide/cgroup-v1/devices.rst): all or none, with exceptions. */
export class DevicesGroup {
  readonly parent: DevicesGroup | undefined;
  allowsAll: boolean;
  exceptions: DeviceRule[];

  constructor(parent?: DevicesGroup) {
    this.parent = parent;
    this.allowsAll = parent?.allowsAll ?? true;
    this.exceptions = [...(parent?.exceptions ?? [])];
  }

  reset(allowsAll: boolean): void {
    this.allowsAll = allowsAll;
    this.exceptions = [];
  }

  /** Whether all that is asked is allowed. */
  permits(asked: DeviceRule): boolean {
    const matches = this.exceptions.filter(
      ({ type, major, minor }) =>
        type === asked.type &&
        (major === undefined || major === asked.major) &&
        (minor === undefined || minor === asked.minor),
    );
    if (this.allowsAll) return !matches.some(({ access }) => (access & asked.access) !== 0);
    return matches.some(({ access }) => (asked.access & ~access) === 0);
  }

  /** Adds an exception, or adds to one for the same devices. */
  except(rule: DeviceRule): void {
    const index = this.exceptions.findIndex((one) => sameDevices(one, rule));
    if (index === -1) this.exceptions.push(rule);
    else this.exceptions[index] = { ...rule, access: rule.access | this.exceptions[index]!.access };
  }

  /** Takes an exception, or a part of one, away. */
  retract(rule: DeviceRule): void {
    this.exceptions = this.exceptions
      .map((one) => (sameDevices(one, rule) ? { ...one, access: one.access & ~rule.access } : one))
      .filter(({ access }) => access !== 0);
  }
}
