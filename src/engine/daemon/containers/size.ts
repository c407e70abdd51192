import type { Syscalls } from '../../kernel/syscalls.ts';
import { namesIn } from '../../runtime/files.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import { chain } from '../images/layer-store.ts';
import type { Container } from './container.ts';

/** What a container has written itself, and that with its image. */
export async function containerSizes(
  engine: Engine,
  { layer }: Container,
): Promise<{ rw: number; root: number }> {
  const rw = await directorySize(engine.sys, engine.layers.diffDirectory(layer), new Set());
  return { rw, root: rw + chain(layer.parent).reduce((sum, { size }) => sum + size, 0) };
}

/** Files by their size, each once; symbolic links by their text; directories nothing. */
export async function directorySize(
  sys: Syscalls,
  path: string,
  seen: Set<number> = new Set(),
): Promise<number> {
  let total = 0;
  for (const name of await namesIn(sys, path)) {
    const stat = await sys.lstat(`${path}/${name}`);
    const type = stat.mode & S_IFMT;
    if (type === S_IFDIR) total += await directorySize(sys, `${path}/${name}`, seen);
    else if ((type === S_IFREG || type === S_IFLNK) && !seen.has(stat.ino)) {
      seen.add(stat.ino);
      total += stat.size;
    }
  }
  return total;
}
