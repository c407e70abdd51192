import { isErrno } from '../../base/errno.ts';
import type { GitRef } from '../../builder/git-ref.ts';
import { mkdirAll, namesIn, removeAll, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import { type GitLog, runGit } from './git-cli.ts';

/** A commit that a repository was found to have, and what identifies its files. */
export interface ResolvedGit extends GitRef {
  /** As the remote has it: of an annotated tag the tag's id. */
  commit: string;
  key: string;
}

const isCommit = (text: string): boolean => /^[a-f0-9]{40}$/.test(text);

/** Asks the remote what a ref stands for. Models BuildKit source/git, resolveMetadata. Throws `GoError`. */
export async function resolveGit(engine: Engine, source: GitRef, log: GitLog): Promise<ResolvedGit> {
  const { remote, checksum, keepGitDir, subdir } = source;
  if (checksum !== '' && !/^[a-fA-F0-9]+$/.test(checksum))
    throw new GoError(`invalid checksum ${checksum} for Git URL, expected hex commit hash`);
  const found = (commit: string, identity: string): ResolvedGit => {
    const git = keepGitDir ? `.git#${source.ref}` : '';
    return { ...source, commit, key: `${identity}${git}${subdir === '' ? '' : `:${subdir}`}` };
  };
  if (isCommit(source.ref)) {
    if (checksum !== '' && !source.ref.startsWith(checksum))
      throw new GoError(`expected checksum to match ${checksum}, got ${source.ref}`);
    return found(source.ref, source.ref);
  }
  // What the whole id says need not be asked for.
  if (isCommit(checksum) && engine.buildCache.hasDirectory(gitKey(found(checksum, checksum))))
    return found(checksum, checksum);
  const ref = source.ref || (await defaultBranch(engine, remote, log));
  const said = await runGit(engine, {}, log, 'ls-remote', '--', remote, ref, `${ref}^{}`).catch((error) => {
    throw new GoError(`failed to fetch remote ${remote}: ${(error as Error).message}`);
  });
  const refs = new Map(said.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  const tagRef = `refs/tags/${ref.replace(/^refs\/tags\//, '')}`;
  const branch =
    refs.get(`refs/${ref.replace(/^refs\//, '')}`) ??
    refs.get(`refs/heads/${ref.replace(/^refs\/heads\//, '')}`);
  const isTag = branch === undefined || ref.startsWith('refs/tags/');
  const commit = branch ?? refs.get(tagRef);
  if (commit === undefined)
    throw new GoError(`repository does not contain ref ${ref}, output: ${JSON.stringify(said)}`);
  const tagged = isTag ? refs.get(`${tagRef}^{}`) : undefined;
  if (checksum !== '' && !commit.startsWith(checksum) && !tagged?.startsWith(checksum))
    throw new GoError(`expected checksum to match ${checksum}, got ${tagged ?? commit}`);
  return found(commit, tagged !== undefined && !keepGitDir ? tagged : commit);
}

async function defaultBranch(engine: Engine, remote: string, log: GitLog): Promise<string> {
  const said = await runGit(engine, {}, log, 'ls-remote', '--symref', '--', remote, 'HEAD').catch((error) => {
    throw new GoError(`error fetching default branch for repository ${remote}: ${(error as Error).message}`);
  });
  const [, branch] = /refs\/heads\/(\S+)/.exec(said) ?? [];
  if (branch === undefined) throw new GoError(`could not find default branch for remote ${remote}`);
  return branch;
}

const gitKey = ({ remote, key }: ResolvedGit): string => `git ${remote} ${key}`;

/** Whether the files are here from an earlier build. */
export const isGitHere = (engine: Engine, source: ResolvedGit): boolean =>
  engine.buildCache.hasDirectory(gitKey(source));

/** Where the files of a commit are; fetches what is not here. Models BuildKit source/git, Snapshot. Throws `GoError`. */
export async function gitFiles(engine: Engine, source: ResolvedGit, log: GitLog): Promise<string> {
  const { buildCache } = engine;
  const here = buildCache.directory(gitKey(source));
  if (here !== undefined) return here;
  const { remote } = source;
  const gitDir = await sharedRepository(engine, remote, log);
  const ref = source.ref || (await defaultBranch(engine, remote, log));
  await fetchRef(engine, { gitDir, remote, ref }, log);
  const directory = await newDirectory(engine);
  try {
    const keepsAll = source.keepGitDir && source.subdir === '';
    if (keepsAll) await checkoutWithGitDir(engine, { gitDir, remote, ref, directory }, log);
    else await checkout(engine, { gitDir, remote, ref, directory, subdir: source.subdir }, log);
  } catch (error) {
    await removeAll(engine.sys, directory.replace(/\/diff$/, ''));
    throw error;
  }
  buildCache.addDirectory(gitKey(source), {
    type: 'source.git.checkout',
    description: `git snapshot for ${remote}#${ref}`,
    directory,
    size: await sizeOf(engine, directory),
    isMutable: false,
  });
  return directory;
}

/** One repository for each remote, into which all that is wanted of it is fetched. */
async function sharedRepository(engine: Engine, remote: string, log: GitLog): Promise<string> {
  const key = `git remote ${remote}`;
  const known = engine.buildCache.directory(key);
  if (known !== undefined) return known;
  const gitDir = await newDirectory(engine);
  await runGit(engine, { gitDir }, log, '-c', 'init.defaultBranch=master', 'init', '--bare').catch(
    (error) => {
      throw new GoError(`failed to init repo at ${gitDir}: ${(error as Error).message}`);
    },
  );
  await runGit(engine, { gitDir }, log, 'remote', 'add', 'origin', remote);
  engine.buildCache.addDirectory(key, {
    type: 'regular',
    description: `shared git repo for ${remote}`,
    directory: gitDir,
    size: await sizeOf(engine, gitDir),
    isMutable: true,
  });
  return gitDir;
}

async function fetchRef(
  engine: Engine,
  { gitDir, remote, ref }: { gitDir: string; remote: string; ref: string },
  log: GitLog,
): Promise<void> {
  const git = (...args: string[]) => runGit(engine, { gitDir }, log, ...args);
  const isId = isCommit(ref);
  if (isId && (await git('cat-file', '-e', '--', `${ref}^{commit}`).then(isSo, isNot))) return;
  const isShallow = (await statOf(engine.sys, `${gitDir}/shallow`)) !== undefined;
  const to = ref.startsWith('refs/tags/') ? ref : `tags/${ref}`;
  const args = isId
    ? ['fetch', '--tags', ...(isShallow ? ['--unshallow'] : []), 'origin', ref]
    : ['fetch', '--depth=1', '--no-tags', 'origin', '--force', '--', `${ref}:${to}`];
  await git(...args).catch(async (error: unknown) => {
    const why = (error as Error).message;
    // A server that does not give commits by their ids may have it on some branch.
    if (isId && why.includes('not our ref'))
      return git(...args.slice(0, -1)).catch((second: unknown) => Promise.reject(refused(remote, second)));
    throw refused(remote, error);
  });
}

const isSo = () => true;
const isNot = () => false;
const refused = (remote: string, error: unknown): GoError =>
  new GoError(`failed to fetch remote ${remote}: ${(error as Error).message}`);

interface CheckoutJob {
  gitDir: string;
  remote: string;
  ref: string;
  directory: string;
}

async function checkoutWithGitDir(
  engine: Engine,
  { gitDir, remote, ref, directory }: CheckoutJob,
  log: GitLog,
): Promise<void> {
  const place = { gitDir: `${directory}/.git`, workTree: directory };
  const git = (...args: string[]) => runGit(engine, place, log, ...args);
  await git('-c', 'init.defaultBranch=master', 'init');
  await git('remote', 'add', 'origin', `file://${gitDir}`);
  const type = (await runGit(engine, { gitDir }, log, 'cat-file', '-t', ref)).trim();
  let pulled = `${ref}:${ref}`;
  if (type === 'tag') pulled = `${ref}:refs/tags/${ref.replace(/^refs\/tags\//, '')}`;
  else if (isCommit(ref)) {
    pulled = `refs/buildkit/${newBuildId(engine.sys)}`;
    await runGit(engine, { gitDir }, log, 'update-ref', pulled, ref);
  }
  await git('fetch', '-u', '--depth=1', '--', 'origin', pulled);
  await git('checkout', 'FETCH_HEAD').catch((error) => {
    throw new GoError(`failed to checkout remote ${remote}: ${(error as Error).message}`);
  });
  await git('remote', 'set-url', 'origin', remote);
  await git('reflog', 'expire', '--all', '--expire=now');
  await removeAll(engine.sys, `${directory}/.git/FETCH_HEAD`);
  await git('submodule', 'update', '--init', '--recursive', '--depth=1');
}

async function checkout(
  engine: Engine,
  { gitDir, remote, ref, directory, subdir }: CheckoutJob & { subdir: string },
  log: GitLog,
): Promise<void> {
  const { sys } = engine;
  const workTree = subdir === '' ? directory : `${directory}/checkout${engine.below(2 ** 32)}`;
  if (workTree !== directory) await sys.mkdir(workTree, 0o700);
  await removeAll(sys, `${gitDir}/index`);
  const place = { gitDir, workTree };
  await runGit(engine, place, log, 'checkout', ref, '--', '.').catch((error) => {
    throw new GoError(`failed to checkout remote ${remote}: ${(error as Error).message}`);
  });
  await runGit(engine, place, log, 'submodule', 'update', '--init', '--recursive', '--depth=1');
  if (workTree === directory) return;
  await onlyDirectories(engine, workTree, subdir);
  for (const name of await namesIn(sys, `${workTree}/${subdir}`))
    await sys.rename(`${workTree}/${subdir}/${name}`, `${directory}/${name}`);
  await removeAll(sys, workTree);
}

/** A part of a repository is a directory, and no link leads there. */
async function onlyDirectories({ sys }: Engine, root: string, subdir: string): Promise<void> {
  const shown = `/${subdir}`;
  let at = '';
  for (const name of subdir.split('/')) {
    at = at === '' ? name : `${at}/${name}`;
    const stat = await sys.lstat(`${root}/${at}`).catch((error: unknown) => {
      if (!isErrno(error)) throw error;
      throw new GoError(
        `invalid subdir ${shown}: failed to lstat "${at}": statat ${at}: no such file or directory`,
      );
    });
    if ((stat.mode & S_IFMT) !== S_IFDIR)
      throw new GoError(`invalid subdir ${shown}: git subpath "${shown}" contains non-directory "${at}"`);
  }
}

/** A directory as overlay2 has one for each layer. */
async function newDirectory({ sys, root }: Engine): Promise<string> {
  const directory = `${root}/overlay2/${newBuildId(sys)}/diff`;
  await mkdirAll(sys, directory, 0o755);
  return directory;
}

async function sizeOf({ sys }: Pick<Engine, 'sys'>, directory: string): Promise<number> {
  let size = 0;
  for (const name of await namesIn(sys, directory)) {
    const stat = await sys.lstat(`${directory}/${name}`);
    const isDirectory = (stat.mode & S_IFMT) === S_IFDIR;
    size += isDirectory ? await sizeOf({ sys }, `${directory}/${name}`) : stat.size;
  }
  return size;
}
