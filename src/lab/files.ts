import { isErrno } from '../engine/base/errno.ts';
import { CapabilitySet } from '../engine/vfs/capabilities.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../engine/vfs/inode.ts';
import { type LookupContext, walk } from '../engine/vfs/namei.ts';
import { open } from '../engine/vfs/open.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { explain, FileProblem, FLAGS, learnersContext, rootsContext } from './file-access.ts';
import type { FileEntry } from './protocol.ts';

/** Files of the learner's machine as its windows see them. */

/** How much of a file a window shows; a sparse file of 70 MB is not for an editor. */
const LARGEST = 4 << 20;

// Who leaves a file's access time alone must own it or be able to (O_NOATIME in open(2)); reading takes the learner's rights.
const READING = CapabilitySet.of(['FOWNER']);
export const readingContext = (simulation: Simulation): LookupContext => learnersContext(simulation, READING);

/** The content of a regular file, as the learner may read it, or root. Throws `FileProblem`. */
export const readFile = (simulation: Simulation, path: string, isRoot = false): Uint8Array =>
  contentOf(isRoot ? rootsContext(simulation) : readingContext(simulation), path);

/** The content of a regular file that the caller of `at` may read, if it is not larger than `most`. Throws `FileProblem`. */
export function contentOf(at: LookupContext, path: string, most = LARGEST): Uint8Array {
  return explain(path, () => {
    const { inode, type } = walk(at, path).dentry;
    if (type === S_IFDIR) throw new FileProblem(`${path}: Is a directory`);
    if (type !== S_IFREG) throw new FileProblem(`${path}: not a regular file`);
    if (inode.stat().size > most)
      throw new FileProblem(`${path}: too large to open here (${inode.stat().size} bytes)`);
    const file = open(at, path, { ...FLAGS, read: true });
    if (file instanceof Promise) throw new FileProblem(`${path}: not a regular file`);
    const content = file.pread(0, most);
    file.release();
    return content;
  });
}

/** The names in a directory; none where there is no such directory. */
export function namesIn(at: LookupContext, path: string): string[] {
  try {
    const file = open(at, path, { ...FLAGS, read: true, directory: true });
    if (file instanceof Promise) return [];
    const names = file.readdir(at.caller).map(({ name }) => name);
    file.release();
    return names.filter((name) => name !== '.' && name !== '..');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** The entries of a directory, directories first, then by name. Throws `FileProblem`. */
export function listFiles(simulation: Simulation, path: string): FileEntry[] {
  return explain(path, () => {
    const at = readingContext(simulation);
    const file = open(at, path, { ...FLAGS, read: true, directory: true });
    if (file instanceof Promise) throw new FileProblem(`${path}: Not a directory`);
    const entries = file.readdir(at.caller).filter(({ name }) => name !== '.' && name !== '..');
    file.release();
    const { inode } = walk(at, path).dentry;
    return entries
      .map(({ name, type }): FileEntry => {
        const size = inode.lookup(name, at.caller)?.stat().size ?? 0;
        const kind = TYPES.get(type & S_IFMT) ?? 'other';
        return {
          name,
          type: kind,
          size,
          unfolds: kind === 'directory' || leadsIn(at, `${path}/${name}`, kind),
        };
      })
      .sort(
        (a, b) =>
          Number(b.type === 'directory') - Number(a.type === 'directory') || (a.name < b.name ? -1 : 1),
      );
  });
}

/** Whether a link leads to a directory. */
function leadsIn(at: LookupContext, path: string, kind: FileEntry['type']): boolean {
  if (kind !== 'link') return false;
  try {
    return walk(at, path).dentry.type === S_IFDIR;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

const TYPES = new Map<number, FileEntry['type']>([
  [S_IFREG, 'file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'link'],
]);
