import type { FilesystemChange } from '../../api/containers.ts';
import { decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { namesIn, statOf } from '../../runtime/files.ts';
import { S_IFCHR, S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';

const CHANGED = 0;
const ADDED = 1;
const DELETED = 2;

/** `docker diff`: what the container's upper directory says against the layers below. Models moby pkg/archive OverlayChanges. */
export async function containerChanges(engine: Engine, { layer }: Container): Promise<FilesystemChange[]> {
  const lower = engine.layers.lowerDirectories(layer);
  return walk(engine.sys, engine.layers.diffDirectory(layer), lower, '');
}

/** The lower directories to look in are those that the upper one does not hide. */
async function walk(
  sys: Syscalls,
  upper: string,
  lower: readonly string[],
  path: string,
): Promise<FilesystemChange[]> {
  const out: FilesystemChange[] = [];
  for (const name of (await namesIn(sys, `${upper}${path}`)).sort()) {
    const here = `${path}/${name}`;
    const stat = await sys.lstat(`${upper}${here}`);
    const type = stat.mode & S_IFMT;
    if (type === S_IFCHR && stat.rdev === 0) {
      out.push({ Path: here, Kind: DELETED });
      continue;
    }
    const below = await find(sys, lower, here);
    if (type !== S_IFDIR) {
      out.push({ Path: here, Kind: below === undefined ? ADDED : CHANGED });
      continue;
    }
    const opaque = await isOpaque(sys, `${upper}${here}`);
    const inner = await walk(sys, upper, opaque ? [] : lower, here);
    // A directory copied up only to reach what is below it has not changed by itself, unless something in it has.
    if (below === undefined) out.push({ Path: here, Kind: ADDED });
    else if (inner.length > 0 || below.mode !== stat.mode || below.mtime !== stat.mtime)
      out.push({ Path: here, Kind: CHANGED });
    out.push(...inner);
  }
  return out;
}

async function find(sys: Syscalls, lower: readonly string[], path: string) {
  for (const layer of lower) {
    const stat = await statOf(sys, `${layer}${path}`, false);
    if (stat === undefined) continue;
    return (stat.mode & S_IFMT) === S_IFCHR && stat.rdev === 0 ? undefined : stat;
  }
  return undefined;
}

async function isOpaque(sys: Syscalls, path: string): Promise<boolean> {
  try {
    return decode(await sys.getxattr(path, 'trusted.overlay.opaque')) === 'y';
  } catch (error) {
    if (isErrno(error, 'ENODATA', 'EOPNOTSUPP')) return false;
    throw error;
  }
}
