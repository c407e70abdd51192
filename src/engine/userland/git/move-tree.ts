import type { TreeFile } from '../../git/tree.ts';
import { differences, filesOfIndex } from './changes.ts';
import { Failure } from './fatal.ts';
import type { Index } from './index-file.ts';
import type { Repository } from './repository.ts';
import { currentFile, removeFile, writeFile } from './work-tree.ts';

/** What the work tree is moved for; git says so where something is in the way. */
type Purpose = 'checkout' | 'merge';

/** Makes the work tree and the index those of another commit; what was changed and is the same in both stays. Throws `Failure`. */
export async function moveTree(
  repository: Repository,
  from: string | undefined,
  to: string,
  purpose: Purpose,
): Promise<void> {
  const index = await repository.index();
  const before = await repository.filesOf(from);
  const changes = differences(before, await repository.filesOf(to));
  const changed: string[] = [];
  const inTheWay: string[] = [];
  for (const { path, now } of changes) {
    const entry = index.get(path);
    const current = await currentFile(repository, index, path);
    const isSame = (a: TreeFile | undefined, b: TreeFile | undefined) =>
      a?.id === b?.id && a?.mode === b?.mode;
    if (isSame(current, now) && isSame(entry, now)) continue;
    if (entry === undefined && before.get(path) === undefined) {
      if (current !== undefined && !isSame(current, now)) inTheWay.push(path);
    } else if (!isSame(entry, before.get(path)) || !(current === undefined || isSame(current, entry)))
      changed.push(path);
  }
  if (changed.length > 0) throw new Failure(changedText(changed, purpose), 1);
  if (inTheWay.length > 0) throw new Failure(inTheWayText(inTheWay, purpose), 1);
  for (const { path, now } of changes) if (now === undefined) await removeFile(repository, index, path);
  for (const { now } of changes) if (now !== undefined) await writeFile(repository, index, now);
  await repository.writeIndex(index);
}

/** Makes the work tree that of a commit, whatever is there. */
export async function resetTree(repository: Repository, index: Index, to: string | undefined): Promise<void> {
  const wanted = await repository.filesOf(to);
  for (const path of filesOfIndex(index).keys())
    if (!wanted.has(path)) await removeFile(repository, index, path);
  for (const file of wanted.values()) {
    const current = await currentFile(repository, index, file.path);
    if (current?.id !== file.id || current.mode !== file.mode || index.get(file.path)?.id !== file.id)
      await writeFile(repository, index, file);
  }
  await repository.writeIndex(index);
}

const listed = (paths: readonly string[]): string => paths.map((path) => `\t${path}\n`).join('');

const changedText = (paths: readonly string[], purpose: Purpose): string =>
  `error: Your local changes to the following files would be overwritten by ${purpose}:\n${listed(paths)}Please commit your changes or stash them before you ${purpose === 'checkout' ? 'switch branches' : 'merge'}.\nAborting`;

const inTheWayText = (paths: readonly string[], purpose: Purpose): string =>
  `error: The following untracked working tree files would be overwritten by ${purpose}:\n${listed(paths)}Please move or remove them before you ${purpose === 'checkout' ? 'switch branches' : 'merge'}.\nAborting`;
