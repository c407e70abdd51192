/** What both builders need to send the files of a build. */
import { concat, decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { BadPattern, PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import { entry, type LayerEntry } from '../../oci/layer/entry.ts';
import { padded } from '../../oci/layer/tar-header.ts';
import { writeHead } from '../../oci/layer/tar-writer.ts';
import { S_IFDIR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';

/** What is not of this machine. */
export const isUrl = (path: string): boolean =>
  /^(?:https?:\/\/|git:\/\/|git@|github\.com\/|ssh:\/\/)/.test(path);

/** What is there, undefined if nothing is. */
export function statOf({ sys }: Cli, path: string): Promise<Stat | undefined> {
  return sys.stat(path).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    return undefined;
  });
}

/** A file's text; undefined where there is none. */
export async function text(cli: Cli, path: string): Promise<string | undefined> {
  if (!path.startsWith('/')) return undefined;
  const stat = await statOf(cli, path);
  if (stat === undefined || (stat.mode & S_IFMT) === S_IFDIR) return undefined;
  return decode(await cli.readFile(path));
}

/** A body of one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Standard input to its end. */
export async function readAll({ stdin }: Cli): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let bytes = await stdin.read(); bytes !== null; bytes = await stdin.read()) pieces.push(bytes);
  return concat(pieces);
}

/** A file as an entry of an archive. @param like what else is said of it */
export function* file(
  path: string,
  content: string | Uint8Array,
  like: Partial<Pick<LayerEntry, 'mode' | 'mtime'>> = {},
): Generator<Uint8Array> {
  const bytes = typeof content === 'string' ? encode(content) : content;
  yield* writeHead(entry(path, 'file', { size: bytes.length, mode: 0o644, ...like }), bytes.length);
  yield bytes;
  yield new Uint8Array(padded(bytes.length) - bytes.length);
}
export type Select = (path: string, isDirectory: boolean) => 'take' | 'skip' | 'look';

/** What of a directory an ignore file leaves. @param leavesOut told of each path that it does not, and of the pattern */
export function selection(
  ignore: string | undefined,
  leavesOut?: (path: string, pattern: string) => void,
): Select {
  let matcher: PatternMatcher;
  try {
    matcher = new PatternMatcher(readIgnoreFile(ignore ?? ''));
  } catch (error) {
    // The daemon says so.
    if (!(error instanceof BadPattern)) throw error;
    return () => 'take';
  }
  return (path, isDirectory) => {
    const pattern = matcher.matchedBy(path);
    if (pattern === undefined) return 'take';
    if (isDirectory && matcher.mayHoldExceptions(path)) return 'look';
    leavesOut?.(isDirectory ? `${path}/` : path, pattern);
    return 'skip';
  };
}
