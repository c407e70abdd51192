import { isErrno } from '../engine/base/errno.ts';
import { login } from '../engine/kernel/credentials.ts';
import type { Caller } from '../engine/vfs/caller.ts';
import { CapabilitySet } from '../engine/vfs/capabilities.ts';
import { type OpenFlags, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../engine/vfs/inode.ts';
import { type LookupContext, walk } from '../engine/vfs/namei.ts';
import { open } from '../engine/vfs/open.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import type { FileEntry } from './protocol.ts';

/** Files of the learner's machine as its windows see and save them: with the learner's own rights, by no process. */

const FLAGS: OpenFlags = {
  read: false,
  write: false,
  append: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
  noFollow: false,
  nonBlocking: true,
  noctty: true,
  // A window's look is no input of the journal's: it must leave no trace.
  noatime: true,
  path: false,
};

/** How much of a file a window shows; a sparse file of 70 MB is not for an editor. */
const LARGEST = 4 << 20;

/** A file that a window cannot show or save, in words for the learner. */
export class FileProblem extends Error {}

function context({ host, scenario }: Simulation): LookupContext {
  const { kernel } = host;
  const { uid, gid, groups } = scenario.host.user;
  const { outside } = kernel;
  const caller: Caller = {
    // Who leaves a file's access time alone must own it or be able to (O_NOATIME in open(2)); reading takes the learner's rights.
    credentials: { ...login(uid, gid, groups), capabilities: CapabilitySet.of(['FOWNER']) },
    umask: 0o022,
    pid: 0,
    processGroup: 0,
    session: 0,
    sleep: (queue) => outside.sleep(queue),
    signalGroup: (group, signal) => outside.signalGroup(group, signal),
  };
  return { ...kernel.context, caller };
}

/** In the words of the system, with the path before them. */
function explain<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (isErrno(error)) throw new FileProblem(`${path}: ${error.message}`);
    throw error;
  }
}

/** Writes a whole file, making it where there is none. Throws `FileProblem`. */
export function saveFile(simulation: Simulation, path: string, content: Uint8Array): void {
  explain(path, () => {
    const at = context(simulation);
    const file = open(at, path, { ...FLAGS, write: true, create: true, truncate: true }, 0o666);
    if (file instanceof Promise) throw new FileProblem(`${path}: not a regular file`);
    file.pwrite(0, content);
    file.release();
  });
}

/** The content of a regular file, as the learner may read it. Throws `FileProblem`. */
export const readFile = (simulation: Simulation, path: string): Uint8Array =>
  contentOf(context(simulation), path);

/** The content of a regular file that the caller of `at` may read. Throws `FileProblem`. */
export function contentOf(at: LookupContext, path: string): Uint8Array {
  return explain(path, () => {
    const { inode, type } = walk(at, path).dentry;
    if (type === S_IFDIR) throw new FileProblem(`${path}: Is a directory`);
    if (type !== S_IFREG) throw new FileProblem(`${path}: not a regular file`);
    if (inode.stat().size > LARGEST)
      throw new FileProblem(`${path}: too large to open here (${inode.stat().size} bytes)`);
    const file = open(at, path, { ...FLAGS, read: true });
    if (file instanceof Promise) throw new FileProblem(`${path}: not a regular file`);
    const content = file.pread(0, LARGEST);
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
    const at = context(simulation);
    const file = open(at, path, { ...FLAGS, read: true, directory: true });
    if (file instanceof Promise) throw new FileProblem(`${path}: Not a directory`);
    const entries = file.readdir(at.caller).filter(({ name }) => name !== '.' && name !== '..');
    file.release();
    const { inode } = walk(at, path).dentry;
    return entries
      .map(({ name, type }): FileEntry => {
        const size = inode.lookup(name, at.caller)?.stat().size ?? 0;
        return { name, type: TYPES.get(type & S_IFMT) ?? 'other', size };
      })
      .sort(
        (a, b) =>
          Number(b.type === 'directory') - Number(a.type === 'directory') || (a.name < b.name ? -1 : 1),
      );
  });
}

const TYPES = new Map<number, FileEntry['type']>([
  [S_IFREG, 'file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'link'],
]);
