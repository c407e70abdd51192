import type { ProgressMessage } from '../../api/progress.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Digest } from '../../oci/digest.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import type { Platform } from '../../oci/platform.ts';
import { familiarString, type Reference } from '../../oci/reference.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import type { Engine } from '../engine.ts';
import type { Layer } from './layer-store.ts';
import { toldOf } from './progress.ts';

/** What loading an archive takes, whatever its format: its files lie in a directory by then. */

export interface LoadOptions {
  archive: ByteReader;
  /** Only images for this one. */
  platform: Platform | undefined;
  /** Nothing is told of the layers. */
  quiet: boolean;
  report: (message: ProgressMessage) => void;
}

/** Unpacks a layer from a file of the archive, and tells how far it is. */
export async function loadLayer(
  engine: Engine,
  path: string,
  parent: Layer | undefined,
  id: Digest,
  { quiet, report }: Pick<LoadOptions, 'quiet' | 'report'>,
): Promise<Layer> {
  const { sys } = engine;
  const fd = await opened(path, () => sys.open(path, O_RDONLY));
  try {
    const file = fdStream(sys, fd);
    const { size } = await sys.fstat(fd);
    const shortId = id.replace(/^sha256:/, '').slice(0, 12);
    const told = quiet
      ? file
      : toldOf(file, size, 'Loading layer', shortId, { report, now: () => engine.now() });
    return await engine.layers.register(parent, await decompressed(told));
  } finally {
    await sys.close(fd);
  }
}

/** A tag that was another image's is that one's no more. */
export async function tagLoaded(
  engine: Engine,
  reference: Reference,
  id: Digest,
  report: LoadOptions['report'],
): Promise<void> {
  const before = await engine.images.tag(reference, id);
  if (before === undefined || before === id) return;
  report({
    stream: `The image ${familiarString(reference)} already exists, renaming the old one with ID ${before} to empty string\n`,
  });
}

/** Where a path of the archive is: links are followed, but nothing outside is meant. Models moby symlink.FollowSymlinkInScope. */
export async function inDirectory({ sys }: Engine, directory: string, path: string): Promise<string> {
  const clean: string[] = [];
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '..') clean.pop();
    else if (part !== '' && part !== '.') clean.push(part);
  }
  const joined = `/${clean.join('/')}`;
  if (joined !== directory && !joined.startsWith(`${directory}/`))
    throw new GoError(`evalSymlinksInScope: ${joined} is not in ${directory}`);
  return resolveInRoot(sys, directory, joined.slice(directory.length));
}

/** What failed at a file, as Go tells it. */
export async function opened<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isErrno(error)) throw error;
    const call = isErrno(error, 'EISDIR') ? 'read' : 'open';
    throw new GoError(`${call} ${path}: ${errorText(error)}`);
  }
}
