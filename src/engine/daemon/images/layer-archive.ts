import { below, resolveDirectory } from '../../archive/in-root.ts';
import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, digester } from '../../oci/digest.ts';
import type { ContentOf, TarSplit } from '../../oci/layer/tar-split.ts';
import { statOf } from '../../runtime/files.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';

/** Puts the archive of a layer together again, from the files in its directory and what was kept beside them. */
export async function* layerArchive(
  sys: Syscalls,
  directory: string,
  { diffId, split }: { diffId: Digest; split: TarSplit },
): AsyncGenerator<Uint8Array> {
  const hash = digester();
  const files: [path: string, of: ContentOf][] = [];
  for (const part of split.parts()) {
    if (part instanceof Uint8Array) {
      hash.update(part);
      yield part;
      continue;
    }
    const slash = part.path.lastIndexOf('/');
    const parent = await resolveDirectory(sys, directory, part.path.slice(0, Math.max(slash, 0)));
    const path = `${below(directory, parent)}/${part.path.slice(slash + 1)}`;
    files.push([path, part]);
    for await (const bytes of content(sys, path, part.size)) {
      hash.update(bytes);
      yield bytes;
    }
  }
  if (hash.digest() !== diffId) throw new GoError(await complaint(sys, files));
}

async function* content(sys: Syscalls, path: string, size: number): AsyncGenerator<Uint8Array> {
  let fd: number;
  try {
    fd = await sys.open(path, O_RDONLY);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new GoError(`open ${path}: ${errorText(error)}`);
  }
  try {
    for (let left = size; left > 0; ) {
      const bytes = await sys.read(fd, Math.min(CHUNK, left));
      if (bytes.length === 0) return;
      left -= bytes.length;
      yield bytes;
    }
  } finally {
    await sys.close(fd);
  }
}

/** Names a file that is no longer as it was unpacked, the likeliest if none shows it. */
async function complaint(sys: Syscalls, files: readonly [string, ContentOf][]): Promise<string> {
  for (const [path, { size, mtime, path: name }] of files) {
    const stat = await statOf(sys, path, false);
    if (stat?.size !== size || stat.mtime !== (mtime ?? stat.mtime)) return mismatch(name);
  }
  return mismatch(files.at(-1)?.[1].path ?? '');
}

/** As tar-split says it. */
const mismatch = (name: string) => `file integrity checksum failed for ${JSON.stringify(name)}`;

const CHUNK = 1 << 20;
