import type { ContainerPathStat } from '../../api/containers.ts';
import { evalSymlinks, followLinks, isLink, lstat, NotThere } from '../../archive/links.ts';
import { pack } from '../../archive/pack.ts';
import { asDirectory, baseName, join, splitEntry } from '../../archive/paths.ts';
import { unpack } from '../../archive/unpack.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { Channel } from '../channel.ts';
import { Deferred } from '../deferred.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter, notFound } from '../error.ts';
import type { Container } from './container.ts';
import { inContainer } from './filesystem-view.ts';
import { goFileMode } from './go-file-mode.ts';
import { resolveUser } from './users.ts';

/** What a request about a path names: the container as it was called, and the path as it was given. */
export interface Asked {
  name: string;
  path: string;
}

/** HEAD /containers/{id}/archive: what is at a path, links not followed. Models moby daemon/archive_unix.go. */
export const statPath = (engine: Engine, container: Container, asked: Asked): Promise<ContainerPathStat> =>
  container.lock.run(() =>
    inContainer(engine, container, (sys) => found(asked, () => statIn(sys, asked.path))),
  );

/** GET /containers/{id}/archive: what is at a path, with all that is in it. The container is the reader's until the last byte. */
export async function readPath(
  engine: Engine,
  container: Container,
  asked: Asked,
): Promise<{ stat: ContainerPathStat; body: AsyncGenerator<Uint8Array> }> {
  const path = asDirectory(join('/', asked.path), asked.path);
  const channel = new Channel();
  const begun = new Deferred<ContainerPathStat | { error: unknown }>();
  void container.lock
    .run(() =>
      inContainer(engine, container, async (sys) => {
        const stat = await found(asked, () => statIn(sys, path));
        begun.resolve(stat);
        engine.events.log('container', 'archive-path', container.id, container.attributes());
        const isDirectory = (stat.mode & GO_DIRECTORY) !== 0;
        const [directory, include] = isDirectory ? [path, '.'] : splitEntry(path);
        const rename = renaming(include, baseName(path));
        for await (const bytes of pack(sys, directory, { include, rename }))
          if (!(await channel.write(bytes))) return;
      }),
    )
    .then(
      () => channel.end(),
      (error: unknown) => {
        begun.resolve({ error });
        channel.end(error);
      },
    );
  const stat = await begun.promise;
  if ('error' in stat) throw stat.error;
  return { stat, body: channel.read() };
}

/** What the entries are called: the first place where `include` stands in a name is changed (go-archive TarOptions.RebaseNames). */
const renaming =
  (include: string, name: string) =>
  (path: string): string =>
    path.replace(include, () => (name === '/' ? '' : name));

/** PUT /containers/{id}/archive: unpacks into a directory of the container. */
export async function writePath(
  engine: Engine,
  container: Container,
  asked: Asked,
  archive: ByteReader,
  { keepKinds, asUser }: { keepKinds: boolean; asUser: boolean },
): Promise<void> {
  await container.lock.run(() =>
    inContainer(engine, container, async (sys) => {
      const resolved = await found(asked, () => evalSymlinks(sys, join('/', asked.path)));
      const directory = asDirectory(resolved, asked.path);
      const stat = await found(asked, () => lstat(sys, directory));
      if ((stat.mode & S_IFMT) !== S_IFDIR) throw invalidParameter('extraction point is not a directory');
      refuseReadOnly(container, directory);
      const { User = '' } = container.config;
      const owner = asUser && User !== '' ? await resolveUser(sys, '', User) : undefined;
      await unpack(sys, directory, new TarStream(await decompressed(archive)), {
        ...(keepKinds ? { keepKindsIn: directory } : {}),
        ...(owner === undefined ? {} : { owner }),
      });
      engine.events.log('container', 'extract-to-dir', container.id, container.attributes());
    }),
  );
}

function refuseReadOnly({ mounts, hostConfig }: Container, path: string): void {
  const mount = mounts.find(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`));
  if (mount !== undefined) {
    if (!mount.RW) throw invalidParameter('mounted volume is marked read-only');
  } else if (hostConfig.ReadonlyRootfs) throw invalidParameter('container rootfs is marked read-only');
}

/** A path that is not there is told with the container's name. */
async function found<T>({ name, path }: Asked, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof NotThere) throw notFound(`Could not find the file ${path} in container ${name}`);
    throw error;
  }
}

async function statIn(sys: Syscalls, path: string): Promise<ContainerPathStat> {
  const stat = await lstat(sys, path);
  return {
    name: baseName(path),
    size: stat.size,
    mode: goFileMode(stat.mode),
    mtime: rfc3339Nano(stat.mtime),
    linkTarget: isLink(stat) ? await followLinks(sys, path) : '',
  };
}

/** os.ModeDir */
const GO_DIRECTORY = 2 ** 31;
