import type { DeviceMapping, HostConfig } from '../../api/containers.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { namesIn, statOf } from '../../runtime/files.ts';
import type { DeviceRuleSpec, DeviceSpec } from '../../runtime/spec.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import { invalidParameter, systemError } from '../error.ts';

/** The devices of a container, and which of all devices it may use. */
interface ContainerDevices {
  nodes: DeviceSpec[];
  rules: DeviceRuleSpec[];
}

/** Nothing but null, zero, the random ones and the terminal of the container itself (moby oci/defaults.go). */
const DEFAULT_RULES: readonly DeviceRuleSpec[] = [
  { allow: false, access: 'rwm' },
  ...(
    [
      [true, 1, 5],
      [true, 1, 3],
      [true, 1, 9],
      [true, 1, 8],
      [true, 5, 0],
      [true, 5, 1],
      [false, 10, 229],
    ] as const
  ).map(([allow, majorNumber, minorNumber]): DeviceRuleSpec => {
    return { allow, type: 'c', major: majorNumber, minor: minorNumber, access: 'rwm' };
  }),
];

/** `--device`, `--device-cgroup-rule`, `--privileged`. Models moby daemon/oci_linux.go, WithDevices(). */
export async function devicesOf(sys: Syscalls, host: HostConfig): Promise<ContainerDevices> {
  // No driver for devices of a kind (GPUs) is modelled; an engine without one answers the same.
  const [request] = host.DeviceRequests ?? [];
  if (request) {
    const shown = (request.Capabilities ?? []).map((set) => `[${set.join(' ')}]`).join(' ');
    throw invalidParameter(
      `could not select device driver "${request.Driver}" with capabilities: [${shown}]`,
    );
  }
  if (host.Privileged) {
    const nodes = await hostDevices(sys);
    for (const mapping of host.Devices ?? [])
      if (mapping.PathOnHost !== mapping.PathInContainer) nodes.push(...(await mapped(sys, mapping)));
    return { nodes, rules: [...DEFAULT_RULES, { allow: true, access: 'rwm' }] };
  }
  const nodes: DeviceSpec[] = [];
  // The engine has its defaults twice.
  const rules = [...DEFAULT_RULES, ...DEFAULT_RULES];
  for (const mapping of host.Devices ?? []) {
    const found = await mapped(sys, mapping);
    nodes.push(...found);
    for (const { type, major, minor } of found)
      rules.push({ allow: true, type, major, minor, access: mapping.CgroupPermissions || 'rwm' });
  }
  return { nodes, rules: [...rules, ...(host.DeviceCgroupRules ?? []).map(parseRule)] };
}

/** A rule as `c 1:3 rwm`. */
function parseRule(text: string): DeviceRuleSpec {
  const [, type, majorNumber, minorNumber, access] =
    /^([acb]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/.exec(text) ?? [];
  if (access === undefined) throw systemError(`invalid device cgroup rule format: '${text}'`);
  const number = (digits: string) => (digits === '*' ? -1 : Number(digits));
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    major: number(majorNumber!),
    minor: number(minorNumber!),
    access,
  };
}

/** The node that a path on the host leads to, or all below it, at another place. */
async function mapped(
  sys: Syscalls,
  { PathOnHost = '', PathInContainer = '' }: DeviceMapping,
): Promise<DeviceSpec[]> {
  const at = PathInContainer || PathOnHost;
  const stat = await statOf(sys, PathOnHost);
  const refuse = (why: string) =>
    systemError(`error gathering device information while adding custom device "${PathOnHost}": ${why}`);
  if (stat === undefined) throw refuse('no such file or directory');
  const node = nodeOf(at, stat);
  if (node) return [node];
  const below = isDirectory(stat) ? await nodesBelow(sys, PathOnHost, at) : [];
  if (below.length === 0) throw refuse('not a device node');
  return below;
}

/** What of the host's /dev is not for others. */
const KEPT = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev', 'console']);

/** All device nodes of the host (containerd pkg/oci, HostDevices()). */
const hostDevices = (sys: Syscalls) => nodesBelow(sys, '/dev', '/dev', (name) => !KEPT.has(name));

async function nodesBelow(
  sys: Syscalls,
  path: string,
  at: string,
  wanted: (name: string) => boolean = () => true,
): Promise<DeviceSpec[]> {
  const nodes: DeviceSpec[] = [];
  for (const name of (await namesIn(sys, path)).filter(wanted).sort()) {
    const stat = await statOf(sys, `${path}/${name}`, false);
    if (stat === undefined) continue;
    const node = nodeOf(`${at}/${name}`, stat);
    if (node) nodes.push(node);
    else if (isDirectory(stat))
      nodes.push(...(await nodesBelow(sys, `${path}/${name}`, `${at}/${name}`, wanted)));
  }
  return nodes;
}

const isDirectory = ({ mode }: Stat): boolean => (mode & S_IFMT) === S_IFDIR;

function nodeOf(path: string, { mode, rdev, uid, gid }: Stat): DeviceSpec | undefined {
  const type = mode & S_IFMT;
  if (type !== S_IFCHR && type !== S_IFBLK) return undefined;
  return {
    path,
    type: type === S_IFCHR ? 'c' : 'b',
    major: major(rdev),
    minor: minor(rdev),
    fileMode: mode & 0o7777,
    uid,
    gid,
  };
}
