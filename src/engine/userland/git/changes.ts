import type { TreeFile } from '../../git/tree.ts';
import { Ignore } from './ignore.ts';
import type { Index } from './index-file.ts';
import type { Repository } from './repository.ts';
import { currentFile, filesBelow } from './work-tree.ts';

/** A file that is not as it was. */
export interface Change {
  path: string;
  before: TreeFile | undefined;
  now: TreeFile | undefined;
}

const differs = (a: TreeFile | undefined, b: TreeFile | undefined): boolean =>
  a?.id !== b?.id || a?.mode !== b?.mode;

/** What differs between two sets of files, by path and in order. */
export function differences(
  before: ReadonlyMap<string, TreeFile>,
  now: ReadonlyMap<string, TreeFile>,
): Change[] {
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths
    .map((path) => ({ path, before: before.get(path), now: now.get(path) }))
    .filter((one) => differs(one.before, one.now));
}

/** The files of an index by path. */
export const filesOfIndex = (index: Index): Map<string, TreeFile> =>
  new Map(index.entries().map((entry) => [entry.path, entry]));

/** What the next commit will change. */
export const stagedChanges = async (repository: Repository, index: Index): Promise<Change[]> =>
  differences(await repository.filesOf(await repository.head()), filesOfIndex(index));

/** What was changed in the work tree since it was added. */
export async function unstagedChanges(repository: Repository, index: Index): Promise<Change[]> {
  const changes: Change[] = [];
  for (const before of index.entries()) {
    const now = await currentFile(repository, index, before.path);
    if (differs(before, now)) changes.push({ path: before.path, before, now });
  }
  return changes;
}

/** Files of which the index knows nothing; of a directory with nothing else in it only its name, with a slash. */
export async function untrackedFiles(repository: Repository, index: Index): Promise<string[]> {
  const ignore = new Ignore(repository);
  const found: string[] = [];
  const hasSome = async (directory: string): Promise<boolean> => {
    const files = await filesBelow(
      repository,
      directory,
      async (path) => !(await ignore.matches(path, true)),
    );
    for (const path of files) if (!(await ignore.matches(path, false))) return true;
    return false;
  };
  const files = await filesBelow(repository, '', async (path) => {
    if (index.hasBelow(path)) return true;
    if (!(await ignore.matches(path, true)) && (await hasSome(path))) found.push(`${path}/`);
    return false;
  });
  for (const path of files)
    if (index.get(path) === undefined && !(await ignore.matches(path.replace(/\/$/, ''), path.endsWith('/'))))
      found.push(path);
  return found.sort();
}
