import { pack } from '../../archive/pack.ts';
import { join } from '../../archive/paths.ts';
import { concat, decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { BadPattern, PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import { entry } from '../../oci/layer/entry.ts';
import { padded } from '../../oci/layer/tar-header.ts';
import { writeEntry, writeHead } from '../../oci/layer/tar-writer.ts';
import { S_IFDIR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

/** What is sent to be built. */
export interface SentContext {
  /** Where the daemon has it from: `client-session`, a URL, or nothing for an archive that is handed on. */
  remote: string;
  body: AsyncIterable<Uint8Array> | undefined;
  /** The Dockerfile's name in it. */
  dockerfile: string;
}

/** Prepares `PATH | URL | -`. Models buildx build/build.go, loadInputs. Throws `CliError`. */
export async function prepareContext(cli: Cli, path: string, file: string): Promise<SentContext> {
  if (path === '-') return fromStdin(cli, file);
  if (isUrl(path)) return { remote: path, body: undefined, dockerfile: file || 'Dockerfile' };
  const cwd = await cli.cwd();
  const directory = join(path.startsWith('/') ? '' : cwd, path);
  const stat = await statOf(cli, directory);
  if (stat === undefined) throw refused(`unable to prepare context: path "${path}" not found`);
  if ((stat.mode & S_IFMT) !== S_IFDIR) throw refused(`unable to prepare context: path "${path}" not found`);
  const dockerfile =
    file === '-'
      ? { name: 'Dockerfile', text: decode(await readAll(cli)) }
      : await readDockerfile(
          cli,
          file === '' ? `${directory}/Dockerfile` : join(file.startsWith('/') ? '' : cwd, file),
        );
  const own = await text(cli, `${dockerfile.path ?? ''}.dockerignore`);
  const ignore: Ignore | undefined =
    own === undefined
      ? named('.dockerignore', await text(cli, `${directory}/.dockerignore`))
      : { name: `${dockerfile.name}.dockerignore`, text: own };
  const body = sent(cli, directory, dockerfile, ignore);
  return { remote: 'client-session', body, dockerfile: dockerfile.name };
}

const refused = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);

const isUrl = (path: string): boolean => /^(?:https?:\/\/|git:\/\/|git@|github\.com\/|ssh:\/\/)/.test(path);

/** What is there, undefined if nothing is. */
function statOf({ sys }: Cli, path: string): Promise<Stat | undefined> {
  return sys.stat(path).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    return undefined;
  });
}

interface Ignore {
  name: string;
  text: string;
}

const named = (name: string, content: string | undefined): Ignore | undefined =>
  content === undefined ? undefined : { name, text: content };

interface NamedDockerfile {
  name: string;
  path?: string;
  /** Undefined where there is none. */
  text: string | undefined;
}

async function readDockerfile(cli: Cli, path: string): Promise<NamedDockerfile> {
  const directory = path.slice(0, path.lastIndexOf('/')) || '/';
  if ((await statOf(cli, directory)) === undefined)
    throw refused(`resolve : lstat ${directory.split('/').at(-1)}: no such file or directory`);
  return { name: path.split('/').at(-1)!, path, text: await text(cli, path) };
}

async function text(cli: Cli, path: string): Promise<string | undefined> {
  if (!path.startsWith('/')) return undefined;
  const stat = await statOf(cli, path);
  if (stat === undefined || (stat.mode & S_IFMT) === S_IFDIR) return undefined;
  return decode(await cli.readFile(path));
}

/** A Dockerfile alone, or an archive: what comes says which. */
async function fromStdin(cli: Cli, file: string): Promise<SentContext> {
  const bytes = await readAll(cli);
  if (isArchive(bytes)) return { remote: '', body: once(bytes), dockerfile: file || 'Dockerfile' };
  const dockerfile = { name: 'Dockerfile', text: decode(bytes) };
  return {
    remote: 'client-session',
    body: sent(cli, undefined, dockerfile, undefined),
    dockerfile: 'Dockerfile',
  };
}

/** A tar header, or what gzip, bzip2, xz or zstd begin with. */
function isArchive(bytes: Uint8Array): boolean {
  if (decode(bytes.subarray(257, 262)) === 'ustar') return true;
  const magics = [
    [0x1f, 0x8b],
    [0x42, 0x5a, 0x68],
    [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    [0x28, 0xb5, 0x2f, 0xfd],
  ];
  return magics.some((magic) => magic.every((byte, i) => bytes[i] === byte));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readAll({ stdin }: Cli): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let bytes = await stdin.read(); bytes !== null; bytes = await stdin.read()) pieces.push(bytes);
  return concat(pieces);
}

/** The Dockerfile and its ignore file, then what of the directory is not left out. */
async function* sent(
  { sys }: Cli,
  directory: string | undefined,
  dockerfile: NamedDockerfile,
  ignore: Ignore | undefined,
): AsyncGenerator<Uint8Array> {
  for (const path of ['dockerfile', 'context']) yield* writeEntry(entry(path, 'directory', { mode: 0o755 }));
  if (dockerfile.text !== undefined) yield* file(`dockerfile/${dockerfile.name}`, dockerfile.text);
  if (ignore !== undefined) yield* file(`dockerfile/${ignore.name}`, ignore.text);
  if (directory === undefined) {
    yield new Uint8Array(1024);
    return;
  }
  yield* pack(sys, directory, { rename: (name) => `context/${name}`, select: selection(ignore?.text) });
}

function* file(path: string, content: string): Generator<Uint8Array> {
  const bytes = encode(content);
  yield* writeHead(entry(path, 'file', { size: bytes.length, mode: 0o644 }), bytes.length);
  yield bytes;
  yield new Uint8Array(padded(bytes.length) - bytes.length);
}

type Select = (path: string, isDirectory: boolean) => 'take' | 'skip' | 'look';

function selection(ignore: string | undefined): Select {
  let matcher: PatternMatcher;
  try {
    matcher = new PatternMatcher(readIgnoreFile(ignore ?? ''));
  } catch (error) {
    // The daemon says so.
    if (!(error instanceof BadPattern)) throw error;
    return () => 'take';
  }
  return (path, isDirectory) => {
    if (!matcher.matches(path)) return 'take';
    return isDirectory && matcher.mayHoldExceptions(path) ? 'look' : 'skip';
  };
}
