import { Errno } from '../../base/errno.ts';
import { DEVICE_MAKE, DEVICE_READ, DEVICE_WRITE, type DeviceRule, type DevicesGroup } from './devices.ts';
import { type Access, type CgroupFile, READ, WRITE } from './file.ts';

/** Documentation/admin-guide/cgroup-v1/devices.rst; in version 2 a program is attached to the cgroup instead (bpf(2)). */
export const DEVICE_FILES: readonly CgroupFile<DevicesGroup>[] = [
  { name: 'devices.allow', mode: WRITE, root: 'too', write: allow },
  { name: 'devices.deny', mode: WRITE, root: 'too', write: deny },
  {
    name: 'devices.list',
    mode: READ,
    root: 'too',
    read: ({ allowsAll, exceptions }) => (allowsAll ? 'a *:* rwm\n' : exceptions.map(show).join('')),
  },
];

const LETTERS: readonly [letter: string, bit: number][] = [
  ['r', DEVICE_READ],
  ['w', DEVICE_WRITE],
  ['m', DEVICE_MAKE],
];

const show = ({ type, major, minor, access }: DeviceRule) =>
  `${type} ${major ?? '*'}:${minor ?? '*'} ${LETTERS.map(([letter, bit]) => (access & bit ? letter : '')).join('')}\n`;

/** `c 1:3 rwm`; undefined for `a`, all. EINVAL. */
function parse(text: string): DeviceRule | undefined {
  if (text.startsWith('a')) return undefined;
  const [, type, major, minor, access] = /^([bc])\s+(\d+|\*):(\d+|\*)\s+([rwm]{1,3})$/.exec(text) ?? [];
  if (!type) throw new Errno('EINVAL');
  const number = (digits: string | undefined) => (digits === '*' ? undefined : Number(digits));
  return {
    type: type as 'c' | 'b',
    major: number(major),
    minor: number(minor),
    access: LETTERS.reduce((bits, [letter, bit]) => (access!.includes(letter) ? bits | bit : bits), 0),
  };
}

/** No cgroup has what its parent has not: EPERM. All or nothing cannot be changed under children: EINVAL (devcgroup_update_access()). */
function allow(group: DevicesGroup, text: string, { cgroup }: Access): void {
  const rule = parse(text);
  const { parent } = group;
  if (rule === undefined) {
    if (cgroup.children.size > 0) throw new Errno('EINVAL');
    if (parent && !parent.allowsAll) throw new Errno('EPERM');
    group.reset(true);
    // What the parent denies stays denied.
    if (parent) group.exceptions = [...parent.exceptions];
    return;
  }
  if (group.allowsAll) {
    if (parent && !parent.permits(rule)) throw new Errno('EPERM');
    group.retract(rule);
    return;
  }
  if (parent && !parent.permits(rule)) throw new Errno('EPERM');
  group.except(rule);
}

function deny(_group: DevicesGroup, text: string, { cgroup }: Access): void {
  const rule = parse(text);
  if (rule === undefined && cgroup.children.size > 0) throw new Errno('EINVAL');
  for (const { states } of cgroup.subtree()) {
    const { devices } = states;
    if (rule === undefined) devices.reset(false);
    else if (devices.allowsAll) devices.except(rule);
    else devices.retract(rule);
  }
}
