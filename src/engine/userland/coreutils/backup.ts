import { basename, dirname, namesIn, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { choiceOf, type Given } from '../utility.ts';

/** How cp, mv, ln and install keep what they would overwrite (-b, --backup, -S; coreutils manual, "Backup options"). */
export interface Backup {
  control: 'simple' | 'existing' | 'numbered';
  suffix: string;
}

/** What is asked for by options and environment; undefined when nothing is to be kept. */
export function backupOf(io: Stdio, given: Given): Backup | undefined {
  if (!given.has('b', 'backup', 'S')) return undefined;
  const asked = given.value('backup');
  const control = choiceOf(
    io,
    asked ?? io.env.get('VERSION_CONTROL') ?? 'existing',
    [
      ['none', 'off'],
      ['simple', 'never'],
      ['existing', 'nil'],
      ['numbered', 't'],
    ],
    asked === undefined ? '$VERSION_CONTROL' : 'backup type',
  );
  const suffix = given.value('S') ?? io.env.get('SIMPLE_BACKUP_SUFFIX') ?? '~';
  return control === 'none' ? undefined : { control, suffix };
}

/** The name under which `path` is kept. */
async function backupName({ sys }: Stdio, path: string, { control, suffix }: Backup): Promise<string> {
  if (control === 'simple') return path + suffix;
  const pattern = /\.~(\d+)~$/;
  const base = basename(path);
  const taken = (await namesIn(sys, dirname(path)))
    .filter((name) => pattern.test(name) && name.replace(pattern, '') === base)
    .map((name) => Number(pattern.exec(name)![1]));
  if (taken.length === 0 && control === 'existing') return path + suffix;
  return `${path}.~${Math.max(0, ...taken) + 1}~`;
}

/** Moves what is at `path` out of the way; gives its new name, or undefined if there is nothing, or nothing to be kept. */
export async function makeBackup(
  io: Stdio,
  path: string,
  backup: Backup | undefined,
): Promise<string | undefined> {
  if (backup === undefined || !(await statOf(io.sys, path, false))) return undefined;
  const name = await backupName(io, path, backup);
  await io.sys.rename(path, name);
  return name;
}
