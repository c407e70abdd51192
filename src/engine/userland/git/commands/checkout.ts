import type { Command, Invocation } from '../command.ts';
import { failed, fatal } from '../fatal.ts';
import { shortRef } from '../fetching.ts';
import { moveTree } from '../move-tree.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { lastCheckout, noteMove } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { commitOf, findRevision, short, subjectOf } from '../revision.ts';
import { tracking, trackingText } from '../tracking.ts';
import { detachedAdvice } from '../words.ts';
import { removeFile, writeFile } from '../work-tree.ts';
import { follow, isBranchName } from './branch.ts';

export const checkout: Command = {
  usage: 'checkout [<options>] [<branch>] [-- <file>...]',
  options: {
    short: 'qb:B:fdpt',
    long: {
      quiet: 'q',
      force: 'f',
      detach: 'd',
      patch: 'p',
      track: 't',
      orphan: 'orphan:',
      overlay: 'overlay',
      'no-overlay': 'no-overlay',
      ours: 'ours',
      theirs: 'theirs',
    },
    refused: ['p', 'orphan', 'ours', 'theirs', 't', 'B', 'f'],
    inert: ['overlay'],
  },
  async run(invocation) {
    const { io, globals, given, operands, paths } = invocation;
    const repository = await Repository.open(io, globals);
    const created = given.value('b');
    if (created !== undefined) return create(invocation, repository, created, operands[0]);
    const [name, ...rest] = operands;
    if (paths !== undefined) return restorePaths(invocation, repository, name, [...rest, ...paths], true);
    if (name === undefined) {
      const told = trackingText(await tracking(repository));
      if (told !== '') io.stdout.write(told);
      return 0;
    }
    if (rest.length === 0) {
      const target = await previous(repository, name);
      if (await isBranch(repository, target)) return switchTo(invocation, repository, target);
      if ((await findRevision(repository, target)) !== undefined)
        return detach(invocation, repository, target);
      const guessed = await remoteBranch(repository, target);
      if (guessed !== undefined) return createFrom(invocation, repository, target, guessed);
      return restorePaths(invocation, repository, undefined, [name], false);
    }
    const isCommit = (await findRevision(repository, name)) !== undefined;
    return restorePaths(
      invocation,
      repository,
      isCommit ? name : undefined,
      isCommit ? rest : operands,
      false,
    );
  },
};

export const switchBranch: Command = {
  usage: 'switch [<options>] [<branch>]',
  options: {
    short: 'qc:C:dft',
    long: {
      quiet: 'q',
      create: 'c:',
      'force-create': 'C:',
      detach: 'd',
      force: 'f',
      track: 't',
      orphan: 'orphan:',
    },
    refused: ['C', 'f', 't', 'orphan'],
  },
  async run(invocation) {
    const { io, globals, given, operands } = invocation;
    const repository = await Repository.open(io, globals);
    const created = given.value('c');
    if (created !== undefined) return create(invocation, repository, created, operands[0]);
    const [name] = operands;
    if (name === undefined) throw fatal('missing branch or commit argument');
    const target = await previous(repository, name);
    if (given.has('d')) return detach(invocation, repository, target);
    if (await isBranch(repository, target)) return switchTo(invocation, repository, target);
    const guessed = await remoteBranch(repository, target);
    if (guessed !== undefined) return createFrom(invocation, repository, target, guessed);
    if ((await findRevision(repository, target)) === undefined) throw fatal(`invalid reference: ${name}`);
    const kind = (await repository.refs.read(`refs/tags/${target}`)) === undefined ? 'commit' : 'tag';
    const remote = (await repository.refs.read(`refs/remotes/${target}`)) !== undefined;
    throw fatal(
      `a branch is expected, got ${remote ? 'remote branch' : kind} '${target}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.`,
    );
  },
};

const isBranch = async ({ refs }: Repository, name: string): Promise<boolean> =>
  (await refs.read(`refs/heads/${name}`)) !== undefined;

/** `-` is what was checked out before. */
async function previous(repository: Repository, name: string): Promise<string> {
  if (name !== '-') return name;
  const found = await lastCheckout(repository);
  if (found === undefined) throw fatal('invalid reference: @{-1}');
  return found.from;
}

async function remoteBranch({ refs }: Repository, name: string): Promise<string | undefined> {
  const found = [...(await refs.list('refs/remotes/')).keys()].filter(
    (ref) => ref.replace(/^refs\/remotes\/[^/]+\//, '') === name,
  );
  return found.length === 1 ? found[0] : undefined;
}

async function moveHead(
  { io, given }: Invocation,
  repository: Repository,
  to: { branch: string } | { commit: string; name: string },
): Promise<void> {
  const { refs } = repository;
  const [from, branch] = [await repository.head(), await repository.branch()];
  const id = 'commit' in to ? to.commit : await refs.read(to.branch);
  if (id !== undefined && id !== from) await moveTree(repository, from, id, 'checkout');
  if (branch === undefined && from !== undefined && id !== from && !given.has('q'))
    await io.stderr.write(
      `Previous HEAD position was ${short(from)} ${subjectOf((await repository.commit(from)).message)}\n`,
    );
  if ('branch' in to) await refs.writeSymbolic('HEAD', to.branch);
  else await refs.write('HEAD', to.commit);
  if (id === undefined) return;
  const [before, now] = [
    branch === undefined ? from : shortRef(branch),
    'name' in to ? to.name : shortRef(to.branch),
  ];
  await noteMove(io, repository, { from, to: id, message: `checkout: moving from ${before} to ${now}` });
}

async function switchTo(invocation: Invocation, repository: Repository, name: string): Promise<number> {
  const { io, given } = invocation;
  const ref = `refs/heads/${name}`;
  const isSame = (await repository.branch()) === ref;
  if (!isSame) await moveHead(invocation, repository, { branch: ref });
  if (given.has('q')) return 0;
  await io.stderr.write(isSame ? `Already on '${name}'\n` : `Switched to branch '${name}'\n`);
  io.stdout.write(trackingText(await tracking(repository)));
  return 0;
}

async function create(
  invocation: Invocation,
  repository: Repository,
  name: string,
  start: string | undefined,
): Promise<number> {
  const { io, given } = invocation;
  if (!isBranchName(name)) throw fatal(`'${name}' is not a valid branch name`);
  if (await isBranch(repository, name)) throw fatal(`a branch named '${name}' already exists`);
  const remote = start === undefined ? undefined : `refs/remotes/${start}`;
  if (remote !== undefined && (await repository.refs.read(remote)) !== undefined)
    return createFrom(invocation, repository, name, remote);
  if (start !== undefined || (await repository.head()) !== undefined) {
    const id = await commitOf(repository, start ?? 'HEAD');
    if (id !== (await repository.head())) await moveTree(repository, await repository.head(), id, 'checkout');
    await repository.refs.write(`refs/heads/${name}`, id);
  }
  await moveHead(invocation, repository, { branch: `refs/heads/${name}` });
  if (!given.has('q')) await io.stderr.write(`Switched to a new branch '${name}'\n`);
  return 0;
}

async function createFrom(
  invocation: Invocation,
  repository: Repository,
  name: string,
  ref: string,
): Promise<number> {
  const { io, given } = invocation;
  const id = (await repository.refs.read(ref))!;
  await moveTree(repository, await repository.head(), id, 'checkout');
  await repository.refs.write(`refs/heads/${name}`, id);
  await moveHead(invocation, repository, { branch: `refs/heads/${name}` });
  await follow(repository, name, ref);
  if (given.has('q')) return 0;
  await io.stderr.write(`Switched to a new branch '${name}'\n`);
  io.stdout.write(`branch '${name}' set up to track '${shortRef(ref)}'.\n`);
  return 0;
}

async function detach(invocation: Invocation, repository: Repository, name: string): Promise<number> {
  const { io, given } = invocation;
  const commit = await commitOf(repository, name);
  const wasDetached = (await repository.branch()) === undefined;
  await moveHead(invocation, repository, { commit, name });
  if (given.has('q')) return 0;
  const isSilent = given.has('d') || wasDetached || repository.config.get('advice.detachedhead') === 'false';
  if (!isSilent) await io.stderr.write(detachedAdvice(name));
  await io.stderr.write(
    `HEAD is now at ${short(commit)} ${subjectOf((await repository.commit(commit)).message)}\n`,
  );
  return 0;
}

/** The commit whose files are asked for. Throws `Failure`. */
async function treeIn(repository: Repository, name: string): Promise<string> {
  const id = await findRevision(repository, name);
  if (id === undefined) throw fatal(`invalid reference: ${name}`);
  if (!(await repository.objects.has(id))) throw fatal(`reference is not a tree: ${name}`);
  return commitOf(repository, name);
}

/** Brings files back as the index or a commit has them. */
async function restorePaths(
  { io, given }: Invocation,
  repository: Repository,
  from: string | undefined,
  names: readonly string[],
  isCertain: boolean,
): Promise<number> {
  const index = await repository.index();
  const commit = from === undefined ? undefined : await treeIn(repository, from);
  const files =
    commit === undefined
      ? new Map(index.entries().map((entry) => [entry.path, entry]))
      : await repository.filesOf(commit);
  const asked = await repositoryPaths(repository, names);
  let count = 0;
  for (const { asked: name, path } of asked) {
    const found = [...files.values()].filter((file) => isBelow(file.path, path));
    if (found.length === 0 && !(path === '' && isCertain))
      throw failed(`pathspec '${name}' did not match any file(s) known to git`);
    for (const file of found) await writeFile(repository, index, file);
    count += found.length;
  }
  if (given.has('no-overlay'))
    for (const { path } of index.entries())
      if (!files.has(path) && asked.some((one) => isBelow(path, one.path)))
        await removeFile(repository, index, path);
  await repository.writeIndex(index);
  if (!given.has('q') && !isCertain && commit === undefined)
    await io.stderr.write(`Updated ${count} path${count === 1 ? '' : 's'} from the index\n`);
  return 0;
}
