/** What buildx keeps of builds in `~/.docker/buildx`: where each was, and when a builder built last. Models buildx localstate and store. */
import { join } from '../../archive/paths.ts';
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { marshal } from '../../base/go-json.ts';
import type { Cli } from '../cli.ts';
import { isUrl } from '../files/build-context.ts';
import { rfc3339 } from '../format/time.ts';

/** Where a build had its files from. */
export interface LocalState {
  Target: string;
  /** A directory, a URL, or `-`. */
  LocalPath: string;
  /** Empty for the usual one. */
  DockerfilePath: string;
}

const place = (directory: string, builder: string, ref: string) =>
  `${directory}/buildx/refs/${builder}/${builder}/${ref}`;

/** Writes down that a builder builds now, and what of. */
export async function rememberBuild(
  cli: Cli,
  directory: string,
  builder: string,
  ref: string,
  { context, file }: { context: string; file: string },
): Promise<void> {
  const cwd = await cli.cwd();
  const absolute = (path: string) =>
    path === '-' || isUrl(path) ? path : join(path.startsWith('/') ? '' : cwd, path);
  const state: LocalState = {
    Target: 'default',
    LocalPath: absolute(context),
    DockerfilePath: file === '' ? '' : absolute(file),
  };
  await cli.replaceFile(place(directory, builder, ref), encode(marshal(state)));
  await cli.replaceFile(
    `${directory}/buildx/activity/${builder}`,
    encode(rfc3339(Math.floor(cli.now() / 1000))),
  );
}

/** What was written down of a build, if anything. */
export async function stateOf(
  cli: Cli,
  directory: string,
  builder: string,
  ref: string,
): Promise<LocalState | undefined> {
  const text = await read(cli, place(directory, builder, ref));
  return text === undefined ? undefined : (JSON.parse(text) as LocalState);
}

/** When a builder built last, in RFC 3339, if it ever did. */
export const lastActivity = (cli: Cli, directory: string, builder: string): Promise<string | undefined> =>
  read(cli, `${directory}/buildx/activity/${builder}`);

async function read(cli: Cli, path: string): Promise<string | undefined> {
  try {
    return decode(await cli.readFile(path));
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    return undefined;
  }
}
