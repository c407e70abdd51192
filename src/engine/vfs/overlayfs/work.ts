import { type Inode, S_IFDIR, S_IFREG } from '../inode.ts';
import { isDirectory } from './private-attributes.ts';

const ROOT = { uid: 0, gid: 0 };

/**
 * The directory `work` in the workdir, empty: what a crash left there is thrown away. An overlay mounted `volatile` leaves a mark there
 * that it may have lost writes, with which it is not mounted again.
 */
export function prepareWork(
  workdir: Inode,
  { volatile, refuse }: { volatile: boolean; refuse(message: string): never },
): Inode {
  const old = workdir.lookup('work');
  const feature = old && isDirectory(old) ? old.lookup('incompat')?.readdir()[0] : undefined;
  if (feature !== undefined) refuse(`overlay with incompat feature '${feature.name}' cannot be mounted`);
  if (old !== undefined) removeTree(workdir, 'work', old);
  const work = workdir.create('work', S_IFDIR, ROOT);
  if (volatile)
    work.create('incompat', S_IFDIR, ROOT).create('volatile', S_IFDIR, ROOT).create('dirty', S_IFREG, ROOT);
  return work;
}

function removeTree(parent: Inode, name: string, inode: Inode): void {
  if (isDirectory(inode)) {
    for (const entry of inode.readdir()) removeTree(inode, entry.name, inode.lookup(entry.name)!);
    parent.rmdir(name);
  } else parent.unlink(name);
}
