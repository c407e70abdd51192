import type { Syscalls } from '../../kernel/syscalls.ts';
import { canonical } from '../files.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { unescaped } from '../mounts.ts';

/** A line of /etc/fstab (fstab(5)). */
export interface FstabLine {
  source: string;
  target: string;
  type: string;
  options: string;
  frequency: number;
  pass: number;
}

export const FSTAB = '/etc/fstab';

/** The lines of /etc/fstab; none if it is not there. */
export async function readFstab(sys: Syscalls): Promise<FstabLine[]> {
  const text = await readFile(sys, FSTAB).then(bytesToText, () => '');
  const lines: FstabLine[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/).map(unescaped);
    if (fields.length < 3 || fields[0]!.startsWith('#')) continue;
    const [source, target, type, options = '', frequency, pass] = fields;
    lines.push({
      source: source!,
      target: target!,
      type: type!,
      options,
      frequency: Number(frequency ?? 0),
      pass: Number(pass ?? 0),
    });
  }
  return lines;
}

/** The line with a target, or else a source; the last if there are several. */
export async function findInFstab(
  sys: Syscalls,
  wanted: { target?: string; source?: string },
): Promise<FstabLine | undefined> {
  const lines = await readFstab(sys);
  const { source } = wanted;
  if (wanted.target !== undefined) {
    const real = await canonical(sys, wanted.target, 'any');
    const found = lines.findLast(({ target }) => target === real || target === wanted.target);
    if (found !== undefined) return found;
  }
  return source === undefined ? undefined : lines.findLast((line) => line.source === source);
}
