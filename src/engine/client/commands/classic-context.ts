import { isArchive } from '../../archive/is-archive.ts';
import { pack } from '../../archive/pack.ts';
import { join } from '../../archive/paths.ts';
import { encode } from '../../base/bytes.ts';
import { PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import { toHex } from '../../oci/digest.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { file, isUrl, once, readAll, selection, statOf, text } from '../files/build-context.ts';
import { clonedContext, isGitUrl } from '../files/git-context.ts';

/** What is sent to the builder of before BuildKit: one archive, whatever the Dockerfile takes of it. */
export interface ClassicContext {
  body: AsyncIterable<Uint8Array>;
  dockerfile: string;
  /** Takes away what was made for it. */
  remove?: () => Promise<void>;
}

/** Prepares `PATH | URL | -`. Models docker/cli cli/command/image/build/context.go. Throws `CliError`. */
export async function classicContext(cli: Cli, path: string, given: string): Promise<ClassicContext> {
  if (path === '-') return fromStdin(cli, given);
  const cwd = await cli.cwd();
  const directory = join(path.startsWith('/') ? '' : cwd, path);
  const stat = await statOf(cli, directory);
  if (stat === undefined || (stat.mode & S_IFMT) !== S_IFDIR) {
    if (stat === undefined && isGitUrl(path)) return fromRepository(cli, path, given);
    if (isUrl(path))
      throw new CliError(
        'docker build: a URL as the context of the legacy builder is not modelled in Drydock yet',
      );
    if (stat === undefined) throw unprepared(`path ${JSON.stringify(path)} not found`);
    throw unprepared(`context must be a directory: ${directory}`);
  }
  return fromDirectory(cli, directory, given, cwd);
}

/** What a repository has, fetched here. A name of a Dockerfile is one in it. */
async function fromRepository(cli: Cli, url: string, given: string): Promise<ClassicContext> {
  const { directory, remove } = await clonedContext(cli, url);
  try {
    return { ...(await fromDirectory(cli, directory, given, directory)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fromDirectory(
  cli: Cli,
  directory: string,
  given: string,
  cwd: string,
): Promise<ClassicContext> {
  const absolute = (name: string) => join(name.startsWith('/') ? '' : cwd, name);
  const ignore = await text(cli, `${directory}/.dockerignore`);
  if (given === '-') return withDockerfile(cli, directory, ignore, await readAll(cli));
  const own = given === '' ? await defaultDockerfile(cli, directory) : absolute(given);
  const found = await statOf(cli, own);
  if (found === undefined)
    throw unprepared(
      `unable to evaluate symlinks in Dockerfile path: lstat ${own}: no such file or directory`,
    );
  if (!own.startsWith(`${directory === '/' ? '' : directory}/`))
    return withDockerfile(cli, directory, ignore, await cli.readFile(own));
  const dockerfile = own.slice(directory === '/' ? 1 : directory.length + 1);
  const body = pack(cli.sys, directory, { select: selection(withBuildFiles(ignore, [dockerfile])) });
  return { body, dockerfile };
}

const unprepared = (why: string): CliError => new CliError(`unable to prepare context: ${why}`);

async function defaultDockerfile(cli: Cli, directory: string): Promise<string> {
  for (const name of ['Dockerfile', 'dockerfile'])
    if (await cli.exists(`${directory}/${name}`)) return `${directory}/${name}`;
  return `${directory}/Dockerfile`;
}

/** The builder needs the Dockerfile and the ignore file itself, whatever that says. */
function withBuildFiles(ignore: string | undefined, names: readonly string[]): string | undefined {
  if (ignore === undefined) return undefined;
  const matcher = new PatternMatcher(readIgnoreFile(ignore));
  const kept = ['.dockerignore', ...names].filter((name) => matcher.matches(name));
  return [ignore, ...kept.map((name) => `!${name}`)].join('\n');
}

/** A Dockerfile that is not among the files goes along under a name that nobody has. */
async function withDockerfile(
  cli: Cli,
  directory: string,
  ignore: string | undefined,
  content: Uint8Array,
): Promise<ClassicContext> {
  const dockerfile = `.dockerfile.${toHex(cli.sys.getrandom(10))}`;
  const select = selection(withBuildFiles(ignore, []));
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* file(dockerfile, content);
    // The builder is told to leave it out of what it copies, and the ignore file where that is made up.
    const there = await statOf(cli, `${directory}/.dockerignore`);
    const like = there === undefined ? {} : { mode: there.mode & 0o7777, mtime: there.mtime };
    yield* file('.dockerignore', encode(`${ignore ?? '.dockerignore'}\n${dockerfile}\n`), like);
    yield* pack(cli.sys, directory, {
      select: (name, isDirectory) => (name === '.dockerignore' ? 'skip' : select(name, isDirectory)),
    });
  }
  return { body: body(), dockerfile };
}

/** A Dockerfile alone, or an archive: what comes says which. */
async function fromStdin(cli: Cli, given: string): Promise<ClassicContext> {
  if (given === '-')
    throw new CliError("invalid argument: can't use stdin for both build context and dockerfile");
  const bytes = await readAll(cli);
  if (isArchive(bytes)) return { body: once(bytes), dockerfile: given || 'Dockerfile' };
  if (given !== '')
    throw unprepared('ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles');
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* file('Dockerfile', bytes);
    yield new Uint8Array(1024);
  }
  return { body: body(), dockerfile: 'Dockerfile' };
}
