import { isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { namesIn } from '../../../runtime/files.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../vfs/inode.ts';
import { readFile } from '../../lib/stdio.ts';
import { HostUnavailable } from '../javascript-host.ts';
import type { ProjectFile } from './messages.ts';

/** What a program is taken out of the machine with. */
export interface Project {
  /** The directory that is taken along. */
  root: string;
  files: ProjectFile[];
}

const MOST_FILES = 5000;
const MOST_BYTES = 32 << 20;

const parent = (path: string): string => path.replace(/\/[^/]*$/, '') || '/';

/**
 * The project of a program: the directory above it that has a package.json, else the one that it is in, with all that is below.
 * Throws `HostUnavailable` where that cannot be taken along.
 */
export async function projectOf(sys: Syscalls, program: string): Promise<Project> {
  try {
    const root = await projectRoot(sys, program);
    if (root === '/')
      throw new HostUnavailable(`${program} lies in /: give it a directory of its own, as WORKDIR does`);
    const project: Project = { root, files: [] };
    await gather(sys, project, '', { bytes: 0 });
    return project;
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new HostUnavailable(`its directory cannot be read (${error.code})`);
  }
}

async function projectRoot(sys: Syscalls, program: string): Promise<string> {
  await sys.stat(program);
  for (let directory = parent(program); directory !== '/'; directory = parent(directory)) {
    try {
      await sys.stat(`${directory}/package.json`);
      return directory;
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }
  return parent(program);
}

async function gather(
  sys: Syscalls,
  project: Project,
  directory: string,
  sum: { bytes: number },
): Promise<void> {
  for (const name of (await namesIn(sys, `${project.root}/${directory}`)).sort()) {
    const path = directory === '' ? name : `${directory}/${name}`;
    const at = `${project.root}/${path}`;
    const { mode, size } = await sys.lstat(at);
    const type = mode & S_IFMT;
    if (type === S_IFDIR) await gather(sys, project, path, sum);
    else if (type === S_IFLNK) project.files.push({ path, target: await sys.readlink(at) });
    // Sockets and devices are the machine's.
    else if (type === S_IFREG) {
      sum.bytes += size;
      if (sum.bytes > MOST_BYTES || project.files.length >= MOST_FILES)
        throw new HostUnavailable(
          `${project.root} holds more than ${MOST_FILES} files or ${MOST_BYTES >> 20} MiB`,
        );
      project.files.push({ path, content: await readFile(sys, at) });
    }
  }
}
