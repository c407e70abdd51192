/** `docker cp`. Models docker/cli `cli/command/container/cp.go`. */

import type { ContainerPathStat } from '../../api/containers.ts';
import {
  type CopyEnd,
  destinationOf,
  localPath,
  packSource,
  prepareCopy,
  rebased,
  rebaser,
  sourceOf,
} from '../../archive/copy.ts';
import { clean, directoryName, join, splitEntry } from '../../archive/paths.ts';
import { unpack } from '../../archive/unpack.ts';
import { decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { LayerEntry } from '../../oci/layer/entry.ts';
import { type StreamedEntry, TarStream } from '../../oci/layer/tar-stream.ts';
import { decodeBase64 } from '../../userland/lib/base64.ts';
import { S_IFBLK, S_IFCHR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { bodyOf, fileError } from '../files/go-file.ts';
import { type CopyProgress, copyProgress } from './copy-progress.ts';
import { segment } from './each.ts';

interface Copy {
  container: string;
  /** The ends as they were typed, without the container's name. */
  from: string;
  to: string;
  followLink: boolean;
  copyUidGid: boolean;
  quiet: boolean;
}

export const cp: Action = async (cli, { flags, args }) => {
  if (args[0] === '') throw new CliError('source can not be empty');
  if (args[1] === '') throw new CliError('destination can not be empty');
  const [source, from] = splitArgument(args[0]!);
  const [target, to] = splitArgument(args[1]!);
  if (source !== '' && target !== '') throw new CliError('copying between containers is not supported');
  if (source === '' && target === '') throw new CliError('must specify at least one container source');
  const copy: Copy = {
    container: source || target,
    from,
    to,
    followLink: flags.bool('follow-link'),
    copyUidGid: flags.bool('archive'),
    quiet: flags.changed('quiet') ? flags.bool('quiet') : !cli.terminal.stdout,
  };
  await inGoWords(() => (source === '' ? copyInto(cli, copy) : copyOut(cli, copy)));
  return undefined;
};

/** `CONTAINER:PATH`; a local path that has a colon begins with `/` or `.`. */
function splitArgument(text: string): [container: string, path: string] {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon === -1) return ['', text];
  return [text.slice(0, colon), text.slice(colon + 1)];
}

async function copyOut(cli: Cli, copy: Copy): Promise<void> {
  const { sys } = cli;
  const to = copy.to === '-' ? '-' : localPath(await cli.cwd(), copy.to);
  await validateOutput(cli, to);
  const named = copy.followLink ? await followed(cli, copy) : { path: copy.from };
  const { body, headers } = await cli.engine.request('GET', archivePath(copy), {
    query: { path: named.path },
  });
  const stat = readStat(headers.get('X-Docker-Container-Path-Stat'));
  if (to === '-') {
    for (let bytes = await body.read(); bytes !== null; bytes = await body.read()) await write(cli, bytes);
    return;
  }
  const source: CopyEnd = { ...named, exists: true, isDirectory: isGoDirectory(stat) };
  const { rebaseName = '' } = source;
  const own = rebaseName === '' ? (name: string) => name : rebaser(splitEntry(source.path)[1], rebaseName);
  await withProgress(cli, copy, 'Copying from container - ', to, async (progress) => {
    const { directory, rename } = prepareCopy(source, await destinationOf(sys, to));
    const entries = renamed(new TarStream(progress.reading(body)), (name) => rename(own(name)));
    await unpack(sys, directory, entries, { owner: 'unpacker', keepKindsIn: directory });
  });
}

/** What a link of the container leads to, to be copied under the link's name. */
async function followed(cli: Cli, copy: Copy): Promise<Pick<CopyEnd, 'path' | 'rebaseName'>> {
  const stat = await statPath(cli, copy, copy.from);
  if (stat === undefined || !isGoLink(stat)) return { path: copy.from };
  const { linkTarget } = stat;
  return rebased(
    copy.from,
    linkTarget.startsWith('/') ? linkTarget : join(splitEntry(copy.from)[0], linkTarget),
  );
}

async function copyInto(cli: Cli, copy: Copy): Promise<void> {
  const { sys } = cli;
  const from = copy.from === '-' ? '-' : localPath(await cli.cwd(), copy.from);
  let stat = await statPath(cli, copy, copy.to);
  let path = copy.to;
  if (stat !== undefined && isGoLink(stat)) {
    const { linkTarget } = stat;
    path = linkTarget.startsWith('/') ? linkTarget : join(splitEntry(copy.to)[0], linkTarget);
    stat = await statPath(cli, copy, path);
  }
  const place = `${copy.container}:${copy.to}`;
  if (stat !== undefined && Math.floor(stat.mode / GO_DEVICE) % 2 === 1)
    throw new CliError(`destination "${place}" must be a directory or a regular file: got a device`);
  const destination: CopyEnd = {
    path,
    exists: stat !== undefined,
    isDirectory: stat !== undefined && isGoDirectory(stat),
  };
  const send = (directory: string, body: AsyncIterable<Uint8Array>) =>
    cli.engine.send('PUT', archivePath(copy), {
      query: {
        path: directory,
        noOverwriteDirNonDir: 'true',
        copyUIDGID: copy.copyUidGid ? 'true' : undefined,
      },
      rawBody: body,
    });
  const told = `${copy.container}:${path}`;
  if (from === '-') {
    if (!destination.isDirectory) throw new CliError(`destination "${place}" must be a directory`);
    await withProgress(cli, copy, INTO, told, () => send(path, bodyOf(cli.stdin, '/dev/stdin')));
    return;
  }
  const source = await sourceOf(sys, from, copy.followLink);
  const { directory, rename } = prepareCopy(source, destination);
  await withProgress(cli, copy, INTO, told, (progress) =>
    send(directory, progress.passing(packSource(sys, source, rename))),
  );
}

const INTO = 'Copying to container - ';

async function withProgress(
  cli: Cli,
  { quiet }: Copy,
  header: string,
  to: string,
  body: (progress: CopyProgress) => Promise<void>,
): Promise<void> {
  const progress = await copyProgress(cli, quiet, header);
  try {
    await body(progress);
  } finally {
    await progress.end(to);
  }
}

const archivePath = ({ container }: Copy): string => {
  if (container.trim() === '') throw new CliError('invalid container name or ID: value is empty');
  return `/containers/${segment(container)}/archive`;
};

/** What is at a path of the container; undefined whatever stands in the way of knowing. */
async function statPath(cli: Cli, copy: Copy, path: string): Promise<ContainerPathStat | undefined> {
  try {
    const { headers } = await cli.engine.request('HEAD', archivePath(copy), { query: { path } });
    return readStat(headers.get('X-Docker-Container-Path-Stat'));
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

function readStat(header = ''): ContainerPathStat {
  try {
    const { bytes } = decodeBase64(new TextEncoder().encode(header), true);
    return JSON.parse(decode(bytes)) as ContainerPathStat;
  } catch {
    throw new CliError(
      'unable to get resource stat from response: unable to decode container path stat header: EOF',
    );
  }
}

const GO_DEVICE = 2 ** 26;
const isGoDirectory = ({ mode }: ContainerPathStat): boolean => mode >= 2 ** 31;
const isGoLink = ({ mode }: ContainerPathStat): boolean => Math.floor(mode / 2 ** 27) % 2 === 1;

/** Models docker/cli ValidateOutputPath. */
async function validateOutput({ sys }: Cli, path: string): Promise<void> {
  const directory = directoryName(clean(path));
  const statOf = (at: string) =>
    sys.stat(at).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw fileError('stat', at, error);
    });
  if (directory !== '.' && (await statOf(directory).catch(() => null)) === undefined)
    throw new CliError(`invalid output path: directory ${JSON.stringify(directory)} does not exist`);
  const found = await statOf(path);
  const type = (found?.mode ?? 0) & S_IFMT;
  if (type === S_IFCHR || type === S_IFBLK)
    throw new CliError(
      `invalid output path: ${JSON.stringify(path)} must be a directory or a regular file: got a device`,
    );
}

async function* renamed(
  entries: AsyncIterable<StreamedEntry>,
  rename: (name: string) => string,
): AsyncGenerator<StreamedEntry> {
  for await (const { entry, content } of entries) {
    const linkname = entry.type === 'hardlink' ? rename(entry.linkname) : entry.linkname;
    const named: LayerEntry = { ...entry, path: rename(entry.path), linkname };
    yield { entry: named, content };
  }
}

async function write(cli: Cli, bytes: Uint8Array): Promise<void> {
  try {
    await cli.outBytes(bytes);
  } catch (error) {
    throw fileError('write', '/dev/stdout', error);
  }
}

/** What the library of archives refuses is what the command says. */
async function inGoWords<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Error && (error.name === 'GoError' || error.name === 'InvalidLayer'))
      throw new CliError(error.message);
    throw error;
  }
}
