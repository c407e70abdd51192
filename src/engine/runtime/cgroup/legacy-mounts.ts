import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../files.ts';

/** A mounted hierarchy of version 1 (runc libcontainer/cgroups/v1_utils.go). */
export interface LegacyMount {
  mountPoint: string;
  /** What of the hierarchy it shows. */
  root: string;
  /** `memory`, `cpu`, or `name=systemd`. */
  controllers: string[];
  /** The cgroup of the process that asks, from the hierarchy's root. */
  own: string;
}

/** All that are mounted, in order. */
export async function legacyMounts(sys: Syscalls): Promise<LegacyMount[]> {
  const own = new Map<string, string>();
  for (const line of (await readText(sys, '/proc/self/cgroup')).split('\n')) {
    const [, controllers = '', ...path] = line.split(':');
    for (const controller of controllers.split(',')) own.set(controller, path.join(':'));
  }
  const mounts: LegacyMount[] = [];
  for (const line of (await readText(sys, '/proc/self/mountinfo')).split('\n')) {
    // Optional fields stand before a hyphen, and most mounts are of other types (proc_pid_mountinfo(5)).
    const types = line.indexOf(' - cgroup ');
    if (types === -1) continue;
    const fields = line.slice(0, types).split(' ');
    const options = line.slice(line.lastIndexOf(' ') + 1);
    const controllers = options.split(',').filter((option) => own.has(option));
    if (controllers.length === 0 || mounts.some((one) => one.controllers[0] === controllers[0])) continue;
    mounts.push({
      mountPoint: unescaped(fields[4]!),
      root: unescaped(fields[3]!),
      controllers,
      own: own.get(controllers[0]!)!,
    });
  }
  return mounts;
}

/** Spaces and such stand as `\040` in mountinfo (proc_pid_mountinfo(5)). */
const unescaped = (text: string) =>
  text.replace(/\\(\d{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
