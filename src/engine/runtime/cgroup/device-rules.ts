import { fail } from '../go-error.ts';
import type { DeviceRuleSpec } from '../spec.ts';

/** Devices of a type and of numbers, -1 for any, and what may be done with them: letters of `rwm`. */
export interface DeviceRule {
  readonly allow: boolean;
  /** `a` is all devices. */
  readonly type: 'a' | 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly access: string;
}

type Exception = Omit<DeviceRule, 'allow'>;

const ANY = -1;
const ALL = { type: 'a', major: ANY, minor: ANY, access: 'rwm' } as const;

/** What runc lets every container do beside what its configuration says, which cannot take it away (specconv.AllowedDevices). */
const ALWAYS_ALLOWED: readonly DeviceRule[] = (
  [
    ['c', ANY, ANY, 'm'],
    ['b', ANY, ANY, 'm'],
    ['c', 1, 3, 'rwm'],
    ['c', 1, 8, 'rwm'],
    ['c', 1, 7, 'rwm'],
    ['c', 5, 0, 'rwm'],
    ['c', 1, 5, 'rwm'],
    ['c', 1, 9, 'rwm'],
    ['c', 136, ANY, 'rwm'],
    ['c', 5, 2, 'rwm'],
    ['c', 10, 200, 'rwm'],
  ] as const
).map(([type, major, minor, access]) => ({ allow: true, type, major, minor, access }));

/** A configuration's rules, in which what is left out is any, with runc's own behind them. */
export const deviceRules = (rules: readonly DeviceRuleSpec[]): DeviceRule[] => [
  ...rules.map(({ allow, type = 'a', major = ANY, minor = ANY, access = 'rwm' }) => ({
    allow,
    type,
    major,
    minor,
    access,
  })),
  ...ALWAYS_ALLOWED,
];

const letters = (test: (letter: string) => boolean): string => [...'rwm'].filter(test).join('');
const difference = (one: string, other: string) => letters((l) => one.includes(l) && !other.includes(l));
const intersection = (one: string, other: string) => letters((l) => one.includes(l) && other.includes(l));
const union = (one: string, other: string) => letters((l) => one.includes(l) || other.includes(l));
const number = (value: number) => (value === ANY ? '*' : String(value));

/** As devices.allow and devices.deny take it: `c 1:3 rwm`. */
export const ruleText = ({ type, major, minor, access }: Exception): string =>
  `${type} ${number(major)}:${number(minor)} ${access}`;

/**
 * What a devices cgroup would make of rules, one after the other: all or nothing is allowed, with exceptions. Models runc
 * libcontainer/cgroups/devices/devices_emulator.go.
 */
export class DeviceRules {
  allowsAll = false;
  #exceptions = new Map<string, Exception>();

  constructor(rules: readonly DeviceRule[] = []) {
    for (const rule of rules) this.#apply(rule);
  }

  /** From devices.list, which does not tell what is denied where all else is allowed. */
  static fromList(text: string): DeviceRules {
    const lines = [...text.matchAll(/^([abc]) (\d+|\*):(\d+|\*) ([rwm]+)$/gm)];
    const parse = (digits: string) => (digits === '*' ? ANY : Number(digits));
    return new DeviceRules(
      lines.map(([, type, major, minor, access]) => ({
        allow: true,
        type: type as DeviceRule['type'],
        major: parse(major!),
        minor: parse(minor!),
        access: access!,
      })),
    );
  }

  #apply(rule: DeviceRule): void {
    if (rule.type === 'a') {
      this.allowsAll = rule.allow;
      this.#exceptions.clear();
    } else if (rule.allow === this.allowsAll) this.#retract(rule);
    else {
      const access = union(rule.access, this.#accessOf(rule));
      this.#exceptions.set(keyOf(rule), { ...rule, access });
    }
  }

  /** The kernel ignores what would make a hole in an exception that covers more. runc refuses. */
  #retract(rule: DeviceRule): void {
    for (const wider of [
      { ...rule, major: ANY },
      { ...rule, minor: ANY },
      { ...rule, major: ANY, minor: ANY },
    ]) {
      const access = this.#accessOf(wider);
      if (keyOf(wider) === keyOf(rule) || intersection(rule.access, access) === '') continue;
      const [asked, existing] = [rule, { ...wider, access }].map(
        (one) => `{${one.type.charCodeAt(0)} ${one.major} ${one.minor}} ${one.access}`,
      );
      fail(
        `unable to remove '${rule.allow ? 'deny' : 'allow'}' exception: requested rule [${asked}] not supported by devices cgroupv1 ` +
          `(cannot punch hole in existing wildcard rule [${existing}])`,
      );
    }
    const access = difference(this.#accessOf(rule), rule.access);
    if (access === '') this.#exceptions.delete(keyOf(rule));
    else this.#exceptions.set(keyOf(rule), { ...rule, access });
  }

  #accessOf(rule: Exception): string {
    return this.#exceptions.get(keyOf(rule))?.access ?? '';
  }

  /** The fewest rules that lead to `target`, in an order that is always the same. */
  transition(target: DeviceRules): DeviceRule[] {
    const afresh = this.allowsAll || this.allowsAll !== target.allowsAll;
    const before = afresh ? new DeviceRules() : this;
    const changes = (from: DeviceRules, to: DeviceRules, allow: boolean): DeviceRule[] =>
      [...from.#exceptions.values()]
        .sort((a, b) => a.major - b.major || a.minor - b.minor || (a.type < b.type ? -1 : 1))
        .map((rule) => ({ ...rule, access: difference(rule.access, to.#accessOf(rule)), allow }))
        .filter(({ access }) => access !== '');
    return [
      ...(afresh ? [{ ...ALL, allow: target.allowsAll }] : []),
      ...changes(before, target, target.allowsAll),
      ...changes(target, before, !target.allowsAll),
    ];
  }
}

const keyOf = ({ type, major, minor }: Exception): string => `${type} ${major}:${minor}`;
