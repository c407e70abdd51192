import { LEFT_OUT, type LeftOut } from '../../api/build.ts';
import { isArchive } from '../../archive/is-archive.ts';
import { pack } from '../../archive/pack.ts';
import { join } from '../../archive/paths.ts';
import { decode } from '../../base/bytes.ts';
import { marshal } from '../../base/go-json.ts';
import { digestOf } from '../../oci/digest.ts';
import { entry } from '../../oci/layer/entry.ts';
import { writeEntry } from '../../oci/layer/tar-writer.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { file, isUrl, once, readAll, selection, statOf, text } from '../files/build-context.ts';
import type { AskedContext } from './build-contexts.ts';

/** What is sent to be built. */
export interface SentContext {
  /** Where the daemon has it from: `client-session`, a URL, or nothing for an archive that is handed on. */
  remote: string;
  body: AsyncIterable<Uint8Array> | undefined;
  /** What the daemon knows the directory by, from one build to the next. */
  sharedKey?: string;
  /** The Dockerfile's name in it. */
  dockerfile: string;
  /** What the client calls the Dockerfile, which is where it has it from. */
  shownAs?: string;
}

/** Prepares `PATH | URL | -`. Models buildx build/build.go, loadInputs. Throws `CliError`. */
export async function prepareContext(
  cli: Cli,
  path: string,
  file: string,
  beside: readonly AskedContext[] = [],
): Promise<SentContext> {
  const context = await ownContext(cli, path, file);
  const isSent = beside.some(({ directory }) => directory !== undefined);
  if (!isSent || context.body === undefined) return context;
  if (context.remote !== 'client-session')
    throw new CliError('ERROR: docker build: directories beside an archive are not modelled in Drydock yet');
  return { ...context, body: sentBeside(cli, beside, context.body) };
}

async function ownContext(cli: Cli, path: string, file: string): Promise<SentContext> {
  if (path === '') throw refused('please specify build context (e.g. "." for the current directory)');
  if (path === '-' && file === '-')
    throw refused("invalid argument: can't use stdin for both build context and dockerfile");
  if (path === '-') return fromStdin(cli, file);
  if (isUrl(path)) refuseUnknown(cli, path);
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
          file === '' ? await usualDockerfile(cli, directory) : join(file.startsWith('/') ? '' : cwd, file),
        );
  const own = await text(cli, `${dockerfile.path ?? ''}.dockerignore`);
  const ignore: Ignore | undefined =
    own === undefined
      ? named('.dockerignore', await text(cli, `${directory}/.dockerignore`))
      : { name: `${dockerfile.name}.dockerignore`, text: own };
  const body = sent(cli, directory, dockerfile, ignore);
  return {
    remote: 'client-session',
    body,
    sharedKey: digestOf(`dir:${directory}`),
    dockerfile: dockerfile.name,
    shownAs: file === '-' ? 'stdin' : file === '' ? join(path, 'Dockerfile') : file,
  };
}

/** What buildx itself makes of a URL before it hands it on. */
function refuseUnknown(cli: Cli, url: string): void {
  if (url.startsWith('github.com/')) throw refused('unknown protocol');
  if (!/^(?:ssh:\/\/|git@)/.test(url)) return;
  if (cli.env('SSH_AUTH_SOCK'))
    throw new CliError('ERROR: docker build: a repository over SSH is not modelled in Drydock yet');
  throw refused(
    'failed to convert agent config {default [] false}: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
  );
}

const refused = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);

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

/** It may be written small. */
async function usualDockerfile(cli: Cli, directory: string): Promise<string> {
  const usual = `${directory}/Dockerfile`;
  const small = `${directory}/dockerfile`;
  return !(await cli.exists(usual)) && (await cli.exists(small)) ? small : usual;
}

/** A Dockerfile alone, or an archive: what comes says which. */
async function fromStdin(cli: Cli, file: string): Promise<SentContext> {
  const bytes = await readAll(cli);
  // From nothing at all nothing is offered, and the engine looks for a Dockerfile in vain.
  if (bytes.length === 0)
    return {
      remote: 'client-session',
      body: once(new Uint8Array(1024)),
      dockerfile: file || 'Dockerfile',
    };
  if (isArchive(bytes)) return { remote: '', body: once(bytes), dockerfile: file || 'Dockerfile' };
  const dockerfile = { name: 'Dockerfile', text: decode(bytes) };
  return {
    remote: 'client-session',
    body: sent(cli, undefined, dockerfile, undefined),
    dockerfile: 'Dockerfile',
  };
}

/** The directories beside a context, each with its ignore file, then that. */
async function* sentBeside(
  cli: Cli,
  beside: readonly AskedContext[],
  own: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (const path of ['contexts', 'ignores']) yield* writeEntry(entry(path, 'directory', { mode: 0o755 }));
  for (const [i, { directory }] of beside.entries()) {
    if (directory === undefined) continue;
    const ignore = await text(cli, `${directory}/.dockerignore`);
    yield* writeEntry(entry(`contexts/${i}`, 'directory', { mode: 0o755 }));
    if (ignore !== undefined) yield* file(`ignores/${i}`, ignore);
    yield* pack(cli.sys, directory, {
      rename: (name) => `contexts/${i}/${name}`,
      select: selection(ignore),
      goesOn: true,
    });
  }
  yield* own;
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
  const leftOut: LeftOut = { paths: [], more: 0 };
  const select = selection(ignore?.text, (path, pattern) => {
    if (leftOut.paths.length < MOST_LEFT_OUT) leftOut.paths.push({ path, pattern });
    else leftOut.more++;
  });
  yield* pack(sys, directory, { rename: (name) => `context/${name}`, select, goesOn: true });
  if (leftOut.paths.length > 0) yield* file(LEFT_OUT, marshal(leftOut));
  yield new Uint8Array(1024);
}

/** Of what is left out the first so many are told by name. */
const MOST_LEFT_OUT = 500;
