import { isArchive } from '../../archive/is-archive.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { readAll } from '../../net/http/body.ts';
import { digestOf } from '../../oci/digest.ts';
import { readFile, writeFile } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import { directorySize } from '../containers/size.ts';
import type { Engine } from '../engine.ts';
import { unpackInto } from './file-op.ts';
import { fetchFile } from './http-op.ts';
import type { Progress } from './progress.ts';

/** What a context that is fetched is called where it lies, and what is said of it if it turns out to be a Dockerfile. */
export const FILENAME = 'context';

/**
 * The steps that bring the files of an archive, sent or fetched, and take them out of it; a file that is no archive stays one. What
 * is in it is what the cache knows both by. Models BuildKit frontend/dockerui, DetectHTTPContext.
 *
 * @param source the archive, or its URL
 * @throws {GoError} as the build fails
 */
export async function archiveStep(
  engine: Engine,
  progress: Progress,
  directory: string,
  source: ByteReader | string,
): Promise<{ files: string; isArchive: boolean }> {
  const { sys, buildCache } = engine;
  const isSent = typeof source !== 'string';
  const url = isSent ? `http://buildkit-session/${newBuildId(sys)}` : source;
  const fetched = `${directory}/fetched`;
  await sys.mkdir(fetched, 0o755);
  const fetching = progress.begin('[internal] load remote build context');
  try {
    if (isSent) await writeFile(sys, `${fetched}/${FILENAME}`, await readAll(source), 0o600);
    else await fetchFile(engine, { kind: 'http', url, filename: FILENAME, checksum: '' }, fetched);
  } catch (error) {
    fetching.fail(error);
    throw new GoError(
      `failed to read downloaded context: failed to load cache key: ${(error as Error).message}`,
    );
  }
  const bytes = await readFile(sys, `${fetched}/${FILENAME}`);
  const digest = digestOf(bytes);
  const [fetchedName, copyName] = [`http ${url} ${digest}`, `copy of ${digest}`];
  const isKnown = buildCache.has(isArchive(bytes) ? copyName : fetchedName);
  fetching.end(isKnown);
  const of = { type: 'regular', description: `http url ${url}`, size: bytes.length } as const;
  buildCache.source(fetchedName, of, isKnown ? 1 : 2);
  if (!isArchive(bytes)) return { files: fetched, isArchive: false };
  const files = `${directory}/context`;
  await sys.mkdir(files, 0o755);
  const copying = progress.begin('copy /context /');
  progress.definition = copying.digest;
  try {
    const into = { destination: '/context' };
    const owner = { uid: 0, gid: 0 };
    if (!(await unpackInto(sys, fetched, `/${FILENAME}`, directory, into, owner)))
      await sys.link(`${fetched}/${FILENAME}`, `${files}/${FILENAME}`);
  } catch (error) {
    copying.fail(error);
    throw new GoError(`failed to read dockerfile: ${(error as Error).message}`);
  }
  copying.end(isKnown);
  const size = await directorySize(sys, files);
  buildCache.source(copyName, { type: 'regular', description: 'copy /context /', size });
  return { files, isArchive: true };
}
