import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { canonical } from './files.ts';
import { readFile } from './lib/stdio.ts';
import { bytesToText } from './lib/text.ts';

/** One line of /proc/self/mountinfo (proc(5)). */
export interface MountLine {
  id: number;
  parent: number;
  device: string;
  root: string;
  target: string;
  /** Options of the mount and of the file system. */
  options: string;
  superOptions: string;
  propagation: string;
  type: string;
  source: string;
}

/** A field of mountinfo or fstab: blanks stand in it as `\\040`. */
export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** What is mounted, as this process sees it. None without /proc. */
export async function readMounts(sys: Syscalls): Promise<MountLine[]> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, '/proc/self/mountinfo'));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ');
      const dash = fields.indexOf('-');
      return {
        id: Number(fields[0]),
        parent: Number(fields[1]),
        device: fields[2]!,
        root: unescaped(fields[3]!),
        target: unescaped(fields[4]!),
        options: fields[5]!,
        propagation: fields.slice(6, dash).join(' '),
        type: fields[dash + 1]!,
        source: unescaped(fields[dash + 2]!),
        superOptions: fields[dash + 3] ?? '',
      };
    });
}

/** The mounts on a mount, in the order in which they were made. */
export const childrenOf = (mounts: readonly MountLine[], { id }: MountLine): MountLine[] =>
  mounts.filter((line) => line.parent === id && line.id !== id).sort((a, b) => a.id - b.id);

/** Options as `mount` shows them: the mount's own, then the file system's. */
export function shownOptions({ options, superOptions }: MountLine): string {
  const own = options.split(',');
  const its = superOptions.split(',');
  // Where either is read-only, so is what one sees.
  const [access, ...rest] = own;
  const shown = its.includes('ro') ? 'ro' : access;
  return [
    shown,
    ...rest,
    ...its.filter((option) => option !== '' && option !== 'rw' && option !== 'ro'),
  ].join(',');
}

/** The mount that a path is on: the one last mounted among those that lie nearest above it. */
export async function mountOf(sys: Syscalls, path: string): Promise<MountLine | undefined> {
  const real = await canonical(sys, path, 'none');
  const mounts = await readMounts(sys);
  const above = (target: string) => target === '/' || real === target || real.startsWith(`${target}/`);
  let best: MountLine | undefined;
  for (const mount of mounts)
    if (above(mount.target) && (!best || mount.target.length >= best.target.length)) best = mount;
  return best;
}
