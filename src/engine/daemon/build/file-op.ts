import { unpack } from '../../archive/unpack.ts';
import type { CopyAction, FileOp, MkdirAction } from '../../builder/plan/vertex.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { chownOf } from './chown.ts';
import { type CopyOptions, copyFiles, makeDirectoriesFor } from './copy-files.ts';
import { resolveWildcards } from './wildcards.ts';

/** Where the files of a copy's source are, while it is made. */
export type SourceRoot = (action: CopyAction) => Promise<string>;

/** Makes and copies files in a root. Models BuildKit solver/llbsolver/file. */
export async function doFileOp(
  sys: Syscalls,
  root: string,
  { actions }: FileOp,
  rootOf: SourceRoot,
): Promise<void> {
  for (const action of actions) {
    try {
      if (action.kind === 'mkdir') await mkdir(sys, root, action);
      else await copy(sys, root, action, rootOf);
    } catch (error) {
      // Errors of the system do not tell where the root is; BuildKit's own do.
      if (error instanceof Error && !error.message.startsWith('cannot '))
        error.message = error.message.replaceAll(root, '');
      throw error;
    }
  }
}

async function mkdir(sys: Syscalls, root: string, { path, mode, user, time }: MkdirAction): Promise<void> {
  const owner = await chownOf(sys, root, user);
  const made = { owner: owner ?? { uid: 0, gid: 0 }, time };
  await makeDirectoriesFor(sys, await resolveInRoot(sys, root, path), mode, made);
}

async function copy(sys: Syscalls, root: string, action: CopyAction, rootOf: SourceRoot): Promise<void> {
  const owner = await chownOf(sys, root, action.chown);
  const options: CopyOptions = { ...action, owner: owner ?? undefined };
  const from = await rootOf(action);
  const sources = action.wildcards ? await resolveWildcards(sys, from, action.source) : [action.source];
  for (const path of sources) {
    if (action.unpack && (await unpackInto(sys, from, path, root, action, owner))) continue;
    await copyFiles(sys, { root: from, path }, { root, path: action.destination }, options);
  }
}

/** Unpacks an archive in place of copying it; whether it is one. Models BuildKit's file/unpack.go. */
export async function unpackInto(
  sys: Syscalls,
  from: string,
  path: string,
  root: string,
  { destination }: Pick<CopyAction, 'destination'>,
  owner: { uid: number; gid: number } | undefined,
): Promise<boolean> {
  const source = await resolveInRoot(sys, from, path);
  const stat = await statOf(sys, source);
  if (stat === undefined || (stat.mode & S_IFMT) !== S_IFREG) return false;
  const open = async () => {
    const fd = await sys.open(source, O_RDONLY);
    return { fd, stream: new TarStream(await decompressed(fdStream(sys, fd))) };
  };
  if (!(await isArchive(sys, open))) return false;
  const target = await resolveInRoot(sys, root, destination);
  await makeDirectoriesFor(sys, target, 0o755, { owner: owner ?? { uid: 0, gid: 0 } });
  const { fd, stream } = await open();
  try {
    await unpack(sys, target, stream, owner === undefined ? {} : { owner });
  } finally {
    await sys.close(fd);
  }
  return true;
}

async function isArchive(
  sys: Syscalls,
  open: () => Promise<{ fd: number; stream: TarStream }>,
): Promise<boolean> {
  let fd: number | undefined;
  try {
    const opened = await open();
    fd = opened.fd;
    for await (const _ of opened.stream) return true;
    return false;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) await sys.close(fd);
  }
}
