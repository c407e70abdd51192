import { pack } from '../../archive/pack.ts';
import { entry } from '../../oci/layer/entry.ts';
import { writeEntry } from '../../oci/layer/tar-writer.ts';
import { formatPlatform, type Platform } from '../../oci/platform.ts';
import { namesIn } from '../../runtime/files.ts';
import { S_IFDIR, S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';
import type { Result } from './result.ts';
import { Views } from './views.ts';

/**
 * Sends the files of what a build has made to the client, for a directory or as an archive. Models BuildKit exporter/local and
 * exporter/tar: where those send a directory file by file, this sends an archive in any case.
 */
export function exportFiles(
  engine: Engine,
  progress: Progress,
  result: Result,
  { type, isSplit }: Extract<Output, { type: 'local' | 'tar' }>,
  { platform, epoch }: { platform: Platform; epoch: number | undefined },
  send: (bytes: Uint8Array) => void,
): Promise<void> {
  const isDirectory = type === 'local';
  const name = formatPlatform(platform);
  const top = isSplit ? name.replaceAll('/', '_') : '';
  return progress.step(`exporting to client ${isDirectory ? 'directory' : 'tarball'}`, async (step) => {
    const views = new Views(engine);
    try {
      const root = await views.of(undefined, result);
      const label = isSplit ? `copying files ${name}` : 'copying files';
      const tell = step.report(isDirectory ? label : 'sending tarball');
      if (isSplit)
        for await (const bytes of writeEntry(
          entry(top, 'directory', { mode: 0o755, ...(epoch === undefined ? {} : { mtime: epoch }) }),
        ))
          send(bytes);
      const rename = (path: string) => (isSplit ? `${top}/${path}` : path);
      const options = { rename, precise: isDirectory, time: epoch };
      for await (const bytes of pack(engine.sys, root, options)) send(bytes);
      tell(isDirectory ? await packetsIn(engine, root, '', new Set()) : 0, 0, true);
    } finally {
      await views.close();
    }
  });
}

/** About how long the messages are that carry the files of a directory (fsutil's wire): names and attributes, then contents, once. */
async function packetsIn(
  engine: Engine,
  directory: string,
  name: string,
  seen: Set<string>,
): Promise<number> {
  let size = 0;
  for (const child of await namesIn(engine.sys, directory)) {
    const at = `${directory}/${child}`;
    const path = name === '' ? child : `${name}/${child}`;
    const stat = await engine.sys.lstat(at);
    const kind = stat.mode & S_IFMT;
    const file = `${stat.dev}:${stat.ino}`;
    size += 24 + path.length + (kind === S_IFREG && !seen.has(file) ? stat.size : 0);
    if (stat.nlink > 1) seen.add(file);
    if (kind === S_IFDIR) size += await packetsIn(engine, at, path, seen);
  }
  return size;
}
