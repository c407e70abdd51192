/** Where a command writes an archive: standard output, or a file that is whole or not there at all. */
import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../../kernel/fcntl.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { fileError, goText } from './go-file.ts';

export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  /** Puts what was written in its place; what was begun and failed leaves nothing. */
  close(): Promise<void>;
}

/** @param path '' for standard output @param failed what stands before the reason why there can be no such file */
export async function openOutput(cli: Cli, path: string, failed: string): Promise<Output> {
  if (path !== '') return atomicFile(cli, path, failed);
  if (cli.terminal.stdout)
    throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  return {
    async write(bytes) {
      try {
        await cli.outBytes(bytes);
      } catch (error) {
        throw fileError('write', '/dev/stdout', error);
      }
    },
    close: async () => {},
  };
}

/** Models moby/sys/atomicwriter: a file beside the one that is meant, which takes its name in the end. */
async function atomicFile(cli: Cli, path: string, failed: string): Promise<Output> {
  const { sys } = cli;
  const refusal = await refuse(cli, path);
  if (refusal !== undefined) throw new CliError(`${failed}: ${refusal}`);
  const at = path.startsWith('/') ? path : `${await cli.cwd()}/${path}`;
  const slash = at.lastIndexOf('/');
  const random = [...sys.getrandom(4)].reduce((sum, byte) => sum * 256 + byte, 0);
  const temporary = `${at.slice(0, slash)}/.tmp-${at.slice(slash + 1)}${random}`;
  let fd: number;
  try {
    fd = await sys.open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  } catch (error) {
    throw new CliError(`${failed}: open ${temporary}: ${goText(error)}`);
  }
  let isWhole = false;
  return {
    async write(bytes) {
      isWhole = false;
      for (let done = 0; done < bytes.length; ) {
        try {
          done += await sys.write(fd, bytes.subarray(done));
        } catch (error) {
          throw fileError('write', temporary, error);
        }
      }
      isWhole = true;
    },
    async close() {
      await sys.close(fd);
      if (isWhole) await sys.rename(temporary, at);
      else await sys.unlink(temporary);
    },
  };
}

async function refuse({ sys }: Cli, path: string): Promise<string | undefined> {
  const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
  if (directory !== '.' && directory !== '..') {
    try {
      const { mode } = await sys.stat(directory);
      if ((mode & S_IFMT) !== S_IFDIR) return `invalid output path: stat ${directory}: not a directory`;
    } catch (error) {
      return `invalid output path: stat ${directory}: ${goText(error)}`;
    }
  }
  try {
    const { mode } = await sys.lstat(path);
    const kind = KINDS.get(mode & S_IFMT);
    if (kind !== undefined) return `cannot write to ${kind}`;
    const special = SPECIAL.find(([bit]) => (mode & bit) !== 0);
    return special && `cannot write to a ${special[1]} file`;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    return `failed to stat output path: lstat ${path}: ${goText(error)}`;
  }
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [S_IFDIR, 'a directory'],
  [S_IFLNK, 'a symbolic link directly'],
  [S_IFIFO, 'a named pipe (FIFO)'],
  [S_IFSOCK, 'a socket'],
  [S_IFCHR, 'a character device file'],
  [S_IFBLK, 'a block device file'],
]);

const SPECIAL = [
  [S_ISUID, 'setuid'],
  [S_ISGID, 'setgid'],
  [S_ISVTX, 'sticky bit'],
] as const;
