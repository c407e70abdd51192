import type { Dentry } from '../engine/vfs/dentry.ts';
import { S_IFDIR } from '../engine/vfs/inode.ts';
import { type LookupContext, walk } from '../engine/vfs/namei.ts';
import { mkdir, rename, rmdir, unlink } from '../engine/vfs/names.ts';
import { open } from '../engine/vfs/open.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { explain, FileProblem, FLAGS, learnersContext, rootsContext } from './file-access.ts';
import { readFile } from './files.ts';

/** What the windows beside the terminal do to files of the learner's machine. Each is an input of the journal's. All throw `FileProblem`. */

// A change is an input, and may leave traces as a process does.
const WRITING = { ...FLAGS, noatime: false };

/** Writes a whole file, making it where there is none. */
export function saveFile(simulation: Simulation, path: string, content: Uint8Array, isRoot = false): void {
  explain(path, () => {
    const at = isRoot ? rootsContext(simulation) : learnersContext(simulation);
    const file = open(at, path, { ...WRITING, write: true, create: true, truncate: true }, 0o666);
    if (file instanceof Promise) throw new FileProblem(`${path}: not a regular file`);
    file.pwrite(0, content);
    file.release();
  });
}

/** Makes an empty directory. */
export function makeDirectory(simulation: Simulation, path: string): void {
  explain(path, () => mkdir(learnersContext(simulation), path));
}

/** Gives a file or directory another name; what has that name already stays. */
export function renameFile(simulation: Simulation, from: string, to: string): void {
  explain(to, () => rename(learnersContext(simulation), from, to, { noReplace: true }));
}

/** Removes a file, a link, or a directory with all that is in it; stops where something cannot be removed. */
export function removeFile(simulation: Simulation, path: string): void {
  const at = learnersContext(simulation);
  removeFrom(
    at,
    path,
    explain(path, () => walk(at, path, { follow: false }).dentry),
  );
}

function removeFrom(at: LookupContext, path: string, { type }: Dentry): void {
  if (type !== S_IFDIR) {
    explain(path, () => unlink(at, path));
    return;
  }
  for (const name of explain(path, () => entriesOf(at, path))) {
    const below = `${path}/${name}`;
    removeFrom(
      at,
      below,
      explain(below, () => walk(at, below, { follow: false }).dentry),
    );
  }
  explain(path, () => rmdir(at, path));
}

function entriesOf(at: LookupContext, path: string): string[] {
  const file = open(at, path, { ...WRITING, read: true, directory: true });
  if (file instanceof Promise) throw new FileProblem(`${path}: Not a directory`);
  const names = file.readdir(at.caller).map(({ name }) => name);
  file.release();
  return names.filter((name) => name !== '.' && name !== '..');
}

/**
 * Whether a file still holds what somebody has read of it.
 *
 * @param content undefined: there was no such file
 */
export function holds(
  simulation: Simulation,
  path: string,
  content: Uint8Array | undefined,
  isRoot = false,
): boolean {
  try {
    const now = readFile(simulation, path, isRoot);
    return (
      content !== undefined && now.length === content.length && now.every((byte, i) => byte === content[i])
    );
  } catch (error) {
    // One that is gone has nothing left to lose.
    if (error instanceof FileProblem && error.code === 'ENOENT') return true;
    throw error;
  }
}
