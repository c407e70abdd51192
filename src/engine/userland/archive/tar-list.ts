import type { LayerEntry } from '../../oci/layer/entry.ts';
import type { OwnerNames } from '../../oci/layer/tar-writer.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../vfs/inode.ts';
import { modeString } from '../lib/mode-string.ts';
import { strftime } from '../lib/strftime.ts';
import type { Tar } from './tar-job.ts';

/** A member as `tar -tv` shows it, under the name `shown`. */
export function memberLine(
  { given, gnu }: Tar,
  found: LayerEntry,
  shown: string,
  { user, group }: OwnerNames,
): string {
  const mode = modeString(found.mode | TYPES[found.type]);
  const letters = found.type === 'hardlink' && gnu ? `h${mode.slice(1)}` : mode;
  const owner = given.has('numeric-owner')
    ? `${found.uid}/${found.gid}`
    : `${user || found.uid}/${group || found.gid}`;
  const isDevice = found.type === 'character' || found.type === 'block';
  const size = isDevice ? `${found.devmajor},${found.devminor}` : String(found.size);
  const seconds = !gnu || given.has('full-time') ? ':%S' : '';
  const date = strftime(`%Y-%m-%d %H:%M${seconds}`, found.mtime);
  const room = gnu ? Math.max(0, 18 - owner.length) : 9;
  const hard = gnu ? ' link to ' : ' -> ';
  const arrow = found.type === 'symlink' ? ' -> ' : found.type === 'hardlink' ? hard : '';
  return `${letters} ${owner} ${size.padStart(room)} ${date} ${shown}${arrow}${arrow === '' ? '' : found.linkname}`;
}

const TYPES: Readonly<Record<LayerEntry['type'], number>> = {
  file: S_IFREG,
  hardlink: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
};
