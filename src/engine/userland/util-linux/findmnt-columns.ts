import type { Syscalls } from '../../kernel/syscalls.ts';
import type { FileSystemStat } from '../../vfs/filesystem.ts';
import { type MountLine, shownOptions } from '../mounts.ts';
import { oneLetterSize } from '../sizes.ts';
import type { FstabLine } from './fstab.ts';
import type { Column } from './smartcols.ts';

/** What a row of findmnt is about: a mount, or with `--fstab` a line of that file. */
export interface Entry extends Pick<MountLine, 'source' | 'target' | 'type'> {
  options: string;
  mount?: MountLine;
  fstab?: FstabLine;
}

export const mountEntry = (mount: MountLine): Entry => ({
  source: mount.source,
  target: mount.target,
  type: mount.type,
  options: shownOptions(mount),
  mount,
});

export const fstabEntry = (fstab: FstabLine): Entry => ({ ...fstab, fstab });

/** How cells are written. */
export interface CellForm {
  bytes: boolean;
  /** Without `[/root]` after the source. */
  noFsroot: boolean;
  /** Device numbers without blanks. */
  plain: boolean;
}

interface FindmntColumn extends Omit<Column, 'name'> {
  cell(entry: Entry, form: CellForm, stat?: FileSystemStat): string | undefined;
  /** Wants what statfs(2) says of the mount. */
  sizes?: boolean;
}

const nothing = () => undefined;

/** A size column: how many blocks. */
const size = (blocks: (stat: FileSystemStat) => number): FindmntColumn => ({
  right: true,
  sizes: true,
  cell(_entry, { bytes }, stat) {
    if (stat === undefined) return undefined;
    const value = blocks(stat) * stat.bsize;
    return value === 0 ? '0' : bytes ? String(value) : oneLetterSize(value);
  },
});

/** The columns by name (findmnt(8), --output). */
export const COLUMNS: Readonly<Record<string, FindmntColumn>> = {
  AVAIL: size(({ bavail }) => bavail),
  FREQ: { right: true, number: true, cell: ({ fstab }) => fstab && String(fstab.frequency) },
  FSROOT: { cell: ({ mount }) => mount?.root },
  FSTYPE: { cut: true, cell: ({ type }) => type },
  'FS-OPTIONS': { cut: true, cell: ({ mount }) => mount?.superOptions },
  ID: { right: true, number: true, cell: ({ mount }) => mount && String(mount.id) },
  LABEL: { cell: nothing },
  'MAJ:MIN': {
    cell({ mount }, { plain }) {
      const [major = '', minor = ''] = mount?.device.split(':') ?? [];
      return mount && (plain ? mount.device : `${major.padStart(3)}:${minor.padEnd(3)}`);
    },
  },
  OPTIONS: { cut: true, cell: ({ options }) => options },
  'OPT-FIELDS': { cut: true, cell: ({ mount }) => mount?.propagation },
  PARENT: { right: true, number: true, cell: ({ mount }) => mount && String(mount.parent) },
  PARTLABEL: { cell: nothing },
  PARTUUID: { cell: nothing },
  PASSNO: { right: true, number: true, cell: ({ fstab }) => fstab && String(fstab.pass) },
  PROPAGATION: { cell: ({ mount }) => mount && propagation(mount.propagation) },
  SIZE: size(({ blocks }) => blocks),
  SOURCE: { cell: source },
  SOURCES: { cell: source },
  TARGET: { tree: true, cell: ({ target }) => target },
  TID: { right: true, number: true, cell: nothing },
  USED: size(({ blocks, bfree }) => blocks - bfree),
  'USE%': {
    right: true,
    sizes: true,
    cell(_entry, _form, stat) {
      if (stat === undefined) return undefined;
      return stat.blocks === 0 ? '-' : `${Math.round(((stat.blocks - stat.bfree) / stat.blocks) * 100)}%`;
    },
  },
  UUID: { cell: nothing },
  'VFS-OPTIONS': { cut: true, cell: ({ mount }) => mount?.options },
};

/** The cells of an entry; what statfs(2) says is asked only where a column wants it. */
export async function cellsOf(
  sys: Syscalls,
  names: readonly string[],
  entry: Entry,
  form: CellForm,
): Promise<(string | undefined)[]> {
  const asks = names.some((name) => COLUMNS[name]!.sizes);
  const stat = asks ? await sys.statfs(entry.target).catch(nothing) : undefined;
  return names.map((name) => COLUMNS[name]!.cell(entry, form, stat));
}

function source({ source, mount }: Entry, { noFsroot }: CellForm): string {
  return mount === undefined || noFsroot || mount.root === '/' ? source : `${source}[${mount.root}]`;
}

function propagation(fields: string): string {
  const kinds = [/\bshared:/.test(fields) ? 'shared' : 'private'];
  if (/\bmaster:/.test(fields)) kinds.push('slave');
  if (/\bunbindable\b/.test(fields)) kinds.push('unbindable');
  return kinds.join(',');
}
