import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { objectId } from '../../git/objects.ts';
import { compareBytes, MODE, type TreeFile } from '../../git/tree.ts';
import { S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { dirname, isDirectory, isLink, statOf } from '../files.ts';
import { textToBytes } from '../lib/text.ts';
import { fileNames } from '../lib/write-file.ts';
import { makeDirectories, readBytes, remove, writeBytes } from './disk.ts';
import { type Index, looksTheSame, noted, treeMode } from './index-file.ts';
import { isGitDir, type Repository } from './repository.ts';

/** A file of the work tree as a tree would have it; undefined where there is none that can be kept. */
export async function fileAt(
  repository: Repository,
  path: string,
): Promise<{ stat: Stat; mode: number; read: () => Promise<Uint8Array> } | undefined> {
  const { sys } = repository;
  const at = repository.path(path);
  const stat = await statOf(sys, at, false);
  if (stat === undefined) return undefined;
  const link = isLink(stat);
  if (!link && (stat.mode & S_IFMT) !== S_IFREG) return undefined;
  const read = async () =>
    link ? textToBytes(await sys.readlink(at)) : ((await readBytes(sys, at)) ?? new Uint8Array());
  return { stat, mode: treeMode(link, stat.mode), read };
}

/** A file of the work tree: its mode and the id of what is in it; undefined where it is gone. What looks as it did is not read. */
export async function currentFile(
  repository: Repository,
  index: Index,
  path: string,
): Promise<TreeFile | undefined> {
  const file = await fileAt(repository, path);
  if (file === undefined) return undefined;
  const entry = index.get(path);
  if (entry !== undefined && entry.mode === file.mode && looksTheSame(entry, file.stat))
    return { path, mode: file.mode, id: entry.id };
  return { path, mode: file.mode, id: objectId({ type: 'blob', body: await file.read() }) };
}

/** All paths of files in the work tree, or below a directory of it; of other repositories in it only the directory. */
export async function filesBelow(
  repository: Repository,
  directory: string,
  enter: (path: string) => Promise<boolean>,
): Promise<string[]> {
  const { sys } = repository;
  const found: string[] = [];
  const names = await fileNames(sys, directory === '' ? repository.root : repository.path(directory));
  for (const name of names) {
    if (name === '.git') continue;
    const path = directory === '' ? name : `${directory}/${name}`;
    const stat = await statOf(sys, repository.path(path), false);
    if (!isDirectory(stat)) found.push(path);
    else if (await isGitDir(sys, `${repository.path(path)}/.git`)) found.push(`${path}/`);
    else if (await enter(path)) found.push(...(await filesBelow(repository, path, enter)));
  }
  return found.sort((a, b) => compareBytes(encode(a), encode(b)));
}

/** Writes a file of a tree into the work tree, and notes it in the index. */
export async function writeFile(repository: Repository, index: Index, file: TreeFile): Promise<void> {
  const { sys, objects } = repository;
  const at = repository.path(file.path);
  if (file.mode === MODE.commit) {
    // Of another repository within this one only the directory is made.
    await makeDirectories(sys, at);
    index.set(noted(file, await sys.lstat(at)));
    return;
  }
  const { body } = await objects.get(file.id);
  await remove(sys, at);
  if (file.mode === MODE.link) {
    await makeDirectories(sys, dirname(at));
    await sys.symlink(new TextDecoder().decode(body), at);
  } else await writeBytes(sys, at, body, file.mode === MODE.executable ? 0o777 : 0o666);
  index.set(noted(file, await sys.lstat(at)));
}

/** Takes a file out of the work tree and the index, and the directories that are empty then. */
export async function removeFile(repository: Repository, index: Index, path: string): Promise<void> {
  const { sys } = repository;
  await remove(sys, repository.path(path));
  index.delete(path);
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    try {
      await sys.rmdir(repository.path(at));
    } catch (error) {
      if (isErrno(error)) return;
      throw error;
    }
  }
}
