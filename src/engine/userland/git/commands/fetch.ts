import { isObjectId } from '../../../git/objects.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { differences } from '../changes.ts';
import type { Command, Invocation } from '../command.ts';
import { writeBytes } from '../disk.ts';
import { Failure, fatal, notSimulated } from '../fatal.ts';
import { described, fetchObjects, progressOf, shortRef, shownUrl } from '../fetching.ts';
import { moveTree } from '../move-tree.ts';
import { openRemote } from '../open-remote.ts';
import { paintOf } from '../paint.ts';
import { statOf } from '../patch.ts';
import { noteMove } from '../reflog.ts';
import { INFINITE_DEPTH, type RemoteRef } from '../remote.ts';
import { Repository } from '../repository.ts';
import { commitOf, short } from '../revision.ts';
import { ancestors, upstreamOf } from '../tracking.ts';

const OPTIONS = {
  short: 'qvtfnpu',
  long: {
    quiet: 'q',
    verbose: 'v',
    tags: 't',
    'no-tags': 'n',
    force: 'f',
    depth: 'depth:',
    unshallow: 'unshallow',
    all: 'all',
    prune: 'p',
    progress: 'progress',
    'update-head-ok': 'u',
    'ff-only': 'ff-only',
    rebase: 'rebase::',
    'no-rebase': 'no-rebase',
    deepen: 'deepen:',
  },
  refused: ['p', 'all', 'rebase', 'deepen'],
  // A merge that is not a fast-forward is refused in any case.
  inert: ['u', 'v', 'no-rebase', 'ff-only'],
} as const;

export const fetch: Command = {
  usage: 'fetch [<options>] [<repository> [<refspec>...]]',
  options: OPTIONS,
  async run(invocation) {
    const repository = await Repository.open(invocation.io, invocation.globals);
    await fetchFrom(invocation, repository);
    return 0;
  },
};

/** One ref that is fetched, and where it is kept; undefined for FETCH_HEAD alone. */
interface Wanted {
  ref: RemoteRef;
  to: string | undefined;
  force: boolean;
  /** It is what `pull` merges. */
  merges: boolean;
}

/** Fetches as the command line says; gives the commit that `pull` would merge. Throws `Failure`. */
async function fetchFrom(invocation: Invocation, repository: Repository): Promise<string | undefined> {
  const { io, globals, given, paths } = invocation;
  const [named, ...specs] = [...invocation.operands, ...(paths ?? [])];
  const { config } = repository;
  const branch = await repository.branch();
  const upstream = branch === undefined ? undefined : upstreamOf(repository, branch);
  const name = named ?? upstream?.remote ?? 'origin';
  const known = config.get(`remote.${name}.url`);
  if (known === undefined && named === undefined) return undefined;
  const url = known ?? name;
  const remote = await openRemote(io, url, globals);
  const all = await remote.refs([]);
  const configured = known === undefined ? [] : config.all(`remote.${name}.fetch`);
  const wanted =
    specs.length === 0
      ? known === undefined
        ? [{ ref: headOf(all), to: undefined, force: false, merges: true }]
        : matched(all, configured, upstream?.remote === name ? upstream.merge : undefined)
      : specs.map((spec) => asked(all, spec));
  const tags = given.has('n') ? [] : await tagsToo(repository, all);
  const depth = given.has('unshallow')
    ? INFINITE_DEPTH
    : given.value('depth') === undefined
      ? undefined
      : Number(given.value('depth'));
  if (given.has('unshallow') && (await repository.shallow()).size === 0)
    throw fatal('--unshallow on a complete repository does not make sense');
  const isQuiet = given.has('q');
  const progress = await progressOf(io, isQuiet ? 'never' : given.has('progress') ? 'always' : 'auto');
  await fetchObjects(
    repository,
    remote,
    [...wanted.map(({ ref }) => ref), ...(given.has('t') ? tags.map(({ ref }) => ref) : [])],
    {
      depth,
      includeTags: !given.has('n'),
      keep: 'loose',
      progress,
    },
  );
  const lines: string[] = [];
  // What is fetched by name is also noted as what the remote has.
  const noted = specs.length === 0 ? [] : matched(all, configured, undefined);
  const also = noted.filter(({ ref }) => wanted.some((one) => one.ref.name === ref.name));
  for (const one of [...wanted, ...also, ...tags]) {
    if (one.to?.startsWith('refs/tags/') && !(await repository.objects.has(one.ref.peeled ?? one.ref.id)))
      continue;
    const line = await updated(repository, one, given.has('f'));
    if (line !== undefined) lines.push(line);
  }
  await noteFetched(repository, wanted, url);
  if (lines.length > 0 && !isQuiet) await io.stderr.write(`From ${shownUrl(url)}\n${lines.join('')}`);
  const rejected = lines.some((line) => line.startsWith(' !'));
  if (rejected) throw new Failure('', 1);
  const merged = wanted.find(({ merges }) => merges);
  return merged && (merged.ref.peeled ?? merged.ref.id);
}

const headOf = (all: readonly RemoteRef[]): RemoteRef => {
  const head = all.find(({ name }) => name === 'HEAD');
  if (head === undefined) throw fatal("couldn't find remote ref HEAD");
  return head;
};

/** What the settings of a remote say (`+refs/heads/*:refs/remotes/origin/*`). */
function matched(all: readonly RemoteRef[], specs: readonly string[], merge: string | undefined): Wanted[] {
  const found: Wanted[] = [];
  for (const spec of specs) {
    const force = spec.startsWith('+');
    const [from = '', to = ''] = spec.replace(/^\+/, '').split(':');
    for (const ref of all) {
      const rest = from.endsWith('*')
        ? ref.name.startsWith(from.slice(0, -1))
          ? ref.name.slice(from.length - 1)
          : undefined
        : ref.name === from
          ? ''
          : undefined;
      if (rest !== undefined)
        found.push({ ref, to: to.replace(/\*$/, '') + rest, force, merges: ref.name === merge });
    }
  }
  return found;
}

/** One refspec of the command line. Throws `Failure`. */
function asked(all: readonly RemoteRef[], spec: string): Wanted {
  const force = spec.startsWith('+');
  const [from = '', to] = spec.replace(/^\+/, '').split(':');
  const places = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];
  const ref =
    places.map((place) => all.find(({ name }) => name === `${place}${from || 'HEAD'}`)).find((one) => one) ??
    (isObjectId(from) ? { name: from, id: from, peeled: undefined, target: undefined } : undefined);
  if (ref === undefined) throw fatal(`couldn't find remote ref ${from}`);
  if (to === undefined) return { ref, to: undefined, force, merges: true };
  const whole = to.startsWith('refs/')
    ? to
    : /^(?:heads|tags|remotes)\//.test(to)
      ? `refs/${to}`
      : `refs/heads/${to}`;
  return { ref, to: whole, force, merges: true };
}

/** Tags that come along: all, or those of commits that are fetched. */
async function tagsToo({ refs }: Repository, all: readonly RemoteRef[]): Promise<Wanted[]> {
  const own = await refs.list('refs/tags/');
  return all
    .filter(({ name }) => name.startsWith('refs/tags/') && !own.has(name))
    .map((ref) => ({ ref, to: ref.name, force: false, merges: false }));
}

/** Moves the ref that something is kept as; tells of it, unless nothing has changed. */
async function updated(
  repository: Repository,
  { ref, to, force }: Wanted,
  forceAll: boolean,
): Promise<string | undefined> {
  const { refs } = repository;
  const kind = ref.name.startsWith('refs/tags/')
    ? 'tag'
    : ref.name.startsWith('refs/heads/')
      ? 'branch'
      : 'ref';
  const line = (flag: string, summary: string, local: string, note = '') =>
    ` ${flag} ${summary.padEnd(17)} ${shortRef(ref.name).padEnd(10)} -> ${local}${note}\n`;
  if (to === undefined)
    return line('*', isObjectId(ref.name) || ref.name === 'HEAD' ? 'branch' : kind, 'FETCH_HEAD');
  const before = await refs.read(to);
  if (before === ref.id) return undefined;
  if (before === undefined) {
    await refs.write(to, ref.id);
    return line('*', `[new ${kind}]`, shortRef(to));
  }
  if (to.startsWith('refs/tags/') && !force && !forceAll)
    return line('!', '[rejected]', shortRef(to), '  (would clobber existing tag)');
  const isAhead =
    !to.startsWith('refs/tags/') && (await ancestors(repository, ref.peeled ?? ref.id)).has(before);
  if (!isAhead && !force && !forceAll) return line('!', '[rejected]', shortRef(to), '  (non-fast-forward)');
  await refs.write(to, ref.id);
  if (to.startsWith('refs/tags/')) return line('t', '[tag update]', shortRef(to));
  return isAhead
    ? line(' ', `${short(before)}..${short(ref.id)}`, shortRef(to))
    : line('+', `${short(before)}...${short(ref.id)}`, shortRef(to), '  (forced update)');
}

async function noteFetched(
  { sys, gitDir }: Repository,
  wanted: readonly Wanted[],
  url: string,
): Promise<void> {
  const lines = wanted.map(
    ({ ref, merges }) =>
      `${ref.id}\t${merges ? '' : 'not-for-merge'}\t${described(isObjectId(ref.name) ? 'HEAD' : ref.name)}${shownUrl(url)}\n`,
  );
  await writeBytes(sys, `${gitDir}/FETCH_HEAD`, lines.join(''));
}

export const pull: Command = {
  usage: 'pull [<options>] [<repository> [<refspec>...]]',
  options: OPTIONS,
  async run(invocation) {
    const { io, globals } = invocation;
    const repository = await Repository.open(io, globals);
    const head = await repository.head();
    const other = await fetchFrom(invocation, repository);
    if (other === undefined) {
      await io.stderr.write(await noTracking(repository));
      return 1;
    }
    return forward(io, repository, head, other, 'pull');
  },
};

export const merge: Command = {
  usage: 'merge [<options>] [<commit>...]',
  options: {
    short: 'qm:',
    long: { 'ff-only': 'ff-only', 'no-ff': 'no-ff', quiet: 'q', squash: 'squash', abort: 'abort' },
    refused: ['no-ff', 'squash', 'abort', 'm'],
    inert: ['q', 'ff-only'],
  },
  async run({ io, globals, operands }) {
    const repository = await Repository.open(io, globals);
    const [name] = operands;
    if (name === undefined) throw fatal('No remote for the current branch.');
    const other = await commitOf(repository, name).catch(() => {
      throw new Failure(`merge: ${name} - not something we can merge`, 1);
    });
    return forward(io, repository, await repository.head(), other, `merge ${name}`);
  },
};

/** Moves the branch on to a commit that has it among its ancestors; no other merge is simulated. */
async function forward(
  io: Stdio,
  repository: Repository,
  head: string | undefined,
  other: string,
  what: string,
): Promise<number> {
  if (head !== undefined && (await ancestors(repository, head)).has(other)) {
    io.stdout.write('Already up to date.\n');
    return 0;
  }
  if (head !== undefined && !(await ancestors(repository, other)).has(head))
    throw notSimulated('a merge of histories that have diverged');
  if (head !== undefined) io.stdout.write(`Updating ${short(head)}..${short(other)}\n`);
  await moveTree(repository, head, other, 'merge');
  const branch = await repository.branch();
  await repository.refs.write(branch ?? 'HEAD', other);
  await noteMove(io, repository, { from: head, to: other, message: `${what}: Fast-forward`, branch });
  if (head === undefined) return 0;
  const changes = differences(await repository.filesOf(head), await repository.filesOf(other));
  const paint = await paintOf(io, repository.config);
  io.stdout.write(
    `Fast-forward\n${await statOf(repository, changes, paint, { files: true, summary: true })}`,
  );
  return 0;
}

async function noTracking(repository: Repository): Promise<string> {
  const branch = await repository.branch();
  if (branch === undefined)
    return `You are not currently on a branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\n`;
  return `There is no tracking information for the current branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=<remote>/<branch> ${shortRef(branch)}\n\n`;
}
