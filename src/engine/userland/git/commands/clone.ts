import { canonical, isDirectory, join, statOf } from '../../files.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { fileNames, removeTree } from '../../lib/write-file.ts';
import { type Command, type Invocation, misuse } from '../command.ts';
import { configFiles, loadConfig, storeSetting } from '../config.ts';
import { makeDirectories } from '../disk.ts';
import { fatal } from '../fatal.ts';
import { fetchObjects, progressOf } from '../fetching.ts';
import { moveTree } from '../move-tree.ts';
import { openRemote } from '../open-remote.ts';
import { noteMove } from '../reflog.ts';
import type { Remote, RemoteRef } from '../remote.ts';
import { isGitDir, type Repository } from '../repository.ts';
import { makeRepository } from '../skeleton.ts';
import { detachedAdvice } from '../words.ts';

const USAGE = 'clone [<options>] [--] <repo> [<dir>]';

export const clone: Command = {
  usage: USAGE,
  options: {
    short: 'qvnb:o:l',
    long: {
      quiet: 'q',
      verbose: 'v',
      progress: 'progress',
      'no-progress': 'no-progress',
      'no-checkout': 'n',
      bare: 'bare',
      branch: 'b:',
      origin: 'o:',
      depth: 'depth:',
      'single-branch': 'single',
      'no-single-branch': 'all',
      'no-tags': 'no-tags',
      local: 'l',
      'recurse-submodules': 'submodules::',
      recursive: 'submodules::',
      mirror: 'mirror',
      shared: 'shared',
      filter: 'filter:',
      config: 'config:',
      'shallow-since': 'shallow-since:',
      sparse: 'sparse',
    },
    refused: ['mirror', 'shared', 'filter', 'config', 'shallow-since', 'sparse', 'submodules'],
    // Without -l a directory is cloned in the same way here; -v says what the remote said anyway.
    inert: ['l', 'v'],
  },
  async run(invocation) {
    const { io, given, globals } = invocation;
    const [url, named, more] = [...invocation.operands, ...(invocation.paths ?? [])];
    if (url === undefined) throw misuse('fatal: You must specify a repository to clone.\n', USAGE);
    if (more !== undefined) throw misuse('fatal: Too many arguments.\n', USAGE);
    const isLocal = !/^\w+:\/\/|^[\w.@-]+:/.test(url);
    const source = isLocal ? await localSource(io, url) : url;
    const depth = given.value('depth');
    if (depth !== undefined && !(Number(depth) > 0)) throw fatal(`depth ${depth} is not a positive number`);
    const bare = given.has('bare');
    const directory = named ?? nameOf(url, bare);
    const isNew = await claim(io, directory);
    const place = await canonical(io.sys, directory, 'none');
    if (!given.has('q'))
      await io.stderr.write(`Cloning into ${bare ? 'bare repository ' : ''}'${directory}'...\n`);
    try {
      const remote = await openRemote(io, source, globals);
      await cloneInto(invocation, remote, source, place);
    } catch (error) {
      // Nothing is left of what came to nothing.
      await undo(io, place, isNew);
      throw error;
    }
    return 0;
  },
};

async function localSource({ sys }: Stdio, path: string): Promise<string> {
  for (const at of [`${path}/.git`, path])
    if (await isGitDir(sys, at)) return path.startsWith('/') ? path : join(await sys.getcwd(), path);
  throw fatal(`repository '${path}' does not exist`);
}

/** The last part of a URL, without what a repository's name ends in. */
function nameOf(url: string, bare: boolean): string {
  const trimmed = url.replace(/\/+$/, '').replace(/\/?\.git$/, '');
  const name = trimmed.replace(/^.*[/:]/, '');
  return bare ? `${name}.git` : name;
}

/** Makes the directory, or sees that nothing is in it; whether it is new. */
async function claim({ sys }: Stdio, directory: string): Promise<boolean> {
  const stat = await statOf(sys, directory);
  if (stat === undefined) {
    await makeDirectories(sys, directory);
    return true;
  }
  if (!isDirectory(stat) || (await fileNames(sys, directory)).length > 0)
    throw fatal(`destination path '${directory}' already exists and is not an empty directory.`);
  return false;
}

async function undo({ sys }: Stdio, directory: string, isNew: boolean): Promise<void> {
  if (isNew) return removeTree(sys, directory);
  for (const name of await fileNames(sys, directory)) await removeTree(sys, `${directory}/${name}`);
}

async function cloneInto(
  { io, globals, given }: Invocation,
  remote: Remote,
  url: string,
  directory: string,
): Promise<void> {
  const bare = given.has('bare');
  const origin = given.value('o') ?? 'origin';
  const wanted = given.value('b');
  const depth = given.value('depth') === undefined ? undefined : Number(given.value('depth'));
  const single = given.has('single') || (depth !== undefined && !given.has('all'));
  const refs = await remote.refs(['HEAD', 'refs/heads/', 'refs/tags/']);
  const { system, global } = configFiles(io.env);
  const config = await loadConfig(io.sys, [system, global], globals.settings);
  const head = refs.find(({ name }) => name === 'HEAD');
  const chosen = wanted === undefined ? head?.target : chosenRef(refs, wanted)?.name;
  if (wanted !== undefined && chosen === undefined) {
    if (single) await io.stderr.write(`warning: Could not find remote branch ${wanted} to clone.\n`);
    throw fatal(`Remote branch ${wanted} not found in upstream ${origin}`);
  }
  const branch = chosen?.startsWith('refs/heads/') ? chosen.slice(11) : undefined;
  const repository = await makeRepository(io, globals, {
    gitDir: bare ? directory : `${directory}/.git`,
    workTree: bare ? undefined : directory,
    branch: branch ?? config.get('init.defaultbranch') ?? 'master',
  });
  const place = bare ? 'refs/heads/' : `refs/remotes/${origin}/`;
  await configure(repository, { origin, url, bare, branch, single: single ? chosen : undefined });
  if (head === undefined) {
    await io.stderr.write('warning: You appear to have cloned an empty repository.\n');
    return;
  }
  const heads = refs.filter(({ name }) => name.startsWith('refs/heads/') && (!single || name === chosen));
  const tags = refs.filter(
    ({ name }) => name.startsWith('refs/tags/') && !given.has('no-tags') && (!single || name === chosen),
  );
  const progress = await progressOf(
    io,
    given.has('q') || given.has('no-progress') ? 'never' : given.has('progress') ? 'always' : 'auto',
  );
  const includeTags = !given.has('no-tags');
  await fetchObjects(repository, remote, [...heads, ...tags], { depth, includeTags, keep: 'pack', progress });
  const packed = new Map(heads.map(({ name, id }) => [place + name.slice(11), id]));
  for (const { name, id, peeled } of refs)
    if (name.startsWith('refs/tags/') && includeTags && (await repository.objects.has(peeled ?? id)))
      packed.set(name, id);
  await repository.refs.pack(packed);
  if (/^\//.test(url) && !given.has('q')) await io.stderr.write('done.\n');
  if (!bare && head.target !== undefined && packed.has(place + head.target.slice(11)))
    await repository.refs.writeSymbolic(`${place}HEAD`, place + head.target.slice(11));
  const ref = refs.find(({ name }) => name === (chosen ?? 'HEAD'))!;
  const commit = ref.peeled ?? ref.id;
  if (branch !== undefined) {
    if (!bare) await repository.refs.write(`refs/heads/${branch}`, commit);
  } else {
    await repository.refs.write('HEAD', commit);
    if (!given.has('q')) await io.stderr.write(detachedAdvice(commit));
  }
  await noteMove(io, repository, {
    from: undefined,
    to: commit,
    message: `clone: from ${url}`,
    branch: branch === undefined ? undefined : `refs/heads/${branch}`,
  });
  if (!bare && !given.has('n')) await moveTree(repository, undefined, commit, 'checkout');
}

/** A branch, or else a tag. */
const chosenRef = (refs: readonly RemoteRef[], name: string): RemoteRef | undefined =>
  refs.find((one) => one.name === `refs/heads/${name}`) ??
  refs.find((one) => one.name === `refs/tags/${name}`);

async function configure(
  { sys, gitDir }: Repository,
  {
    origin,
    url,
    bare,
    branch,
    single,
  }: {
    origin: string;
    url: string;
    bare: boolean;
    branch: string | undefined;
    single: string | undefined;
  },
): Promise<void> {
  const path = `${gitDir}/config`;
  await storeSetting(sys, path, `remote.${origin}.url`, url);
  if (bare) return;
  const name = single?.slice(single.indexOf('/', 5) + 1);
  const spec = single?.startsWith('refs/tags/')
    ? `+${single}:${single}`
    : name === undefined
      ? `+refs/heads/*:refs/remotes/${origin}/*`
      : `+refs/heads/${name}:refs/remotes/${origin}/${name}`;
  await storeSetting(sys, path, `remote.${origin}.fetch`, spec);
  if (branch === undefined) return;
  await storeSetting(sys, path, `branch.${branch}.remote`, origin);
  await storeSetting(sys, path, `branch.${branch}.merge`, `refs/heads/${branch}`);
}
