import type { Signature } from '../../../git/commit.ts';
import { strftime } from '../../lib/strftime.ts';
import { differences } from '../changes.ts';
import type { Command } from '../command.ts';
import { fatal, notSimulated } from '../fatal.ts';
import { decorations, formatted } from '../log-format.ts';
import { type Paint, paintOf } from '../paint.ts';
import { patchOf, statOf } from '../patch.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { Repository } from '../repository.ts';
import { commitOf, findRevision, short, subjectOf } from '../revision.ts';
import { ancestors } from '../tracking.ts';

const OPTIONS = {
  short: 'n:p0123456789',
  long: {
    oneline: 'oneline',
    'max-count': 'n:',
    patch: 'p',
    stat: 'stat',
    all: 'all',
    decorate: 'decorate::',
    'no-decorate': 'no-decorate',
    reverse: 'reverse',
    format: 'format:',
    pretty: 'format:',
    graph: 'graph',
    author: 'author:',
    since: 'since:',
    grep: 'grep:',
    date: 'date:',
    'abbrev-commit': 'abbrev',
  },
  refused: ['graph', 'author', 'since', 'grep', 'date'],
} as const;

/** `git log` */
export const log: Command = {
  usage: 'log [<options>] [<revision-range>] [[--] <path>...]',
  options: OPTIONS,
  async run(invocation) {
    const { io, globals, given, operands, paths } = invocation;
    const repository = await Repository.open(io, globals);
    const [from, excluded, rest] = await startsOf(repository, operands, given.has('all'));
    const limits = (await repositoryPaths(repository, [...rest, ...(paths ?? [])])).map(({ path }) => path);
    const digits = io.args.join(' ').match(/(?:^| )-(\d+)(?= |$)/)?.[1];
    const most = Number(given.value('n') ?? digits ?? Number.POSITIVE_INFINITY);
    const paint = await paintOf(io, repository.config);
    let ids = await ordered(repository, from, excluded);
    if (limits.length > 0) ids = await touching(repository, ids, limits);
    ids = ids.slice(0, most);
    if (given.has('reverse')) ids.reverse();
    const isDecorated =
      (await io.sys.isatty(1).catch(() => false)) ||
      (given.has('decorate') && given.value('decorate') !== 'no');
    const names = isDecorated && !given.has('no-decorate') ? await decorations(repository, paint) : undefined;
    const parts: string[] = [];
    for (const id of ids)
      parts.push(
        await shown(repository, id, { given, names, paint, patch: given.has('p'), stat: given.has('stat') }),
      );
    io.stdout.write(parts.join(given.has('oneline', 'format') ? '' : '\n'));
    return 0;
  },
};

/** `git show` of commits, and of files as `REVISION:PATH`. */
export const show: Command = {
  usage: 'show [<options>] [<object>...]',
  options: OPTIONS,
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const paint = await paintOf(io, repository.config);
    const names = (await io.sys.isatty(1).catch(() => false))
      ? await decorations(repository, paint)
      : undefined;
    for (const text of operands.length === 0 ? ['HEAD'] : operands) {
      const id = await findRevision(repository, text);
      const object = id && (await repository.objects.find(id));
      if (object && object.type === 'blob') io.stdout.write(object.body);
      else
        io.stdout.write(
          await shown(repository, await commitOf(repository, text), {
            given,
            names,
            paint,
            patch: !given.has('stat'),
            stat: given.has('stat'),
          }),
        );
    }
    return 0;
  },
};

/** The commits to begin at, those that are left out with all before them, and what is no revision. */
async function startsOf(
  repository: Repository,
  operands: readonly string[],
  all: boolean,
): Promise<[string[], string[], string[]]> {
  const from: string[] = [];
  const excluded: string[] = [];
  const rest: string[] = [];
  for (const operand of operands) {
    const [, left, right] = /^(.*)\.\.(?!\.)(.*)$/.exec(operand) ?? [];
    if (left !== undefined) {
      excluded.push(await commitOf(repository, left || 'HEAD'));
      from.push(await commitOf(repository, right || 'HEAD'));
    } else if (operand.includes('...')) throw notSimulated('a symmetric difference of commits');
    else if ((await findRevision(repository, operand)) !== undefined)
      from.push(await commitOf(repository, operand));
    else if (
      await repository.sys.lstat(operand).then(
        () => true,
        () => false,
      )
    )
      rest.push(operand);
    else await commitOf(repository, operand);
  }
  if (all)
    for (const id of (await repository.refs.list('refs/')).values()) from.push(await repository.peel(id));
  if (from.length > 0) return [from, excluded, rest];
  const head = await repository.head();
  if (head === undefined) {
    const branch = (await repository.branch())?.replace('refs/heads/', '');
    throw fatal(`your current branch '${branch}' does not have any commits yet`);
  }
  return [[head], excluded, rest];
}

/** Commits in the order of their times, a parent never before its child. */
async function ordered(
  repository: Repository,
  from: readonly string[],
  excluded: readonly string[],
): Promise<string[]> {
  const shallow = await repository.shallow();
  const out: string[] = [];
  const without = new Set<string>();
  for (const id of excluded) for (const one of await ancestors(repository, id)) without.add(one);
  const pending = new Map<string, number>();
  const enter = async (id: string) => {
    if (without.has(id) || out.includes(id)) return;
    pending.set(id, (await repository.commit(id)).committer.time);
  };
  for (const id of from) await enter(id);
  while (pending.size > 0) {
    const [id] = [...pending].reduce((best, one) => (one[1] > best[1] ? one : best));
    pending.delete(id);
    out.push(id);
    if (!shallow.has(id)) for (const parent of (await repository.commit(id)).parents) await enter(parent);
  }
  return out;
}

async function changesOf(repository: Repository, id: string) {
  const isCut = (await repository.shallow()).has(id);
  const [parent] = isCut ? [] : (await repository.commit(id)).parents;
  return differences(await repository.filesOf(parent), await repository.filesOf(id));
}

async function touching(
  repository: Repository,
  ids: readonly string[],
  limits: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids)
    if ((await changesOf(repository, id)).some(({ path }) => limits.some((one) => isBelow(path, one))))
      found.push(id);
  return found;
}

interface Showing {
  given: Parameters<Command['run']>[0]['given'];
  names: ReadonlyMap<string, string> | undefined;
  paint: Paint;
  patch: boolean;
  stat: boolean;
}

async function shown(
  repository: Repository,
  id: string,
  { given, names, paint, patch, stat }: Showing,
): Promise<string> {
  const found = await repository.commit(id);
  const decoration = names?.get(id);
  const format = given.value('format');
  let head: string;
  if (format !== undefined && format !== 'oneline') head = formatted(format, id, found, decoration);
  else if (given.has('oneline') || format === 'oneline') {
    const text = format === 'oneline' && !given.has('oneline') ? id : short(id);
    head = `${paint('yellow', text)}${decoration ? ` ${decoration}` : ''} ${subjectOf(found.message)}\n`;
  } else {
    const merge = found.parents.length > 1 ? [`Merge: ${found.parents.map(short).join(' ')}`] : [];
    const text = given.has('abbrev') ? short(id) : id;
    const lines = [
      `${paint('yellow', `commit ${text}`)}${decoration ? ` ${decoration}` : ''}`,
      ...merge,
      `Author: ${found.author.name} <${found.author.email}>`,
      `Date:   ${dateOf(found.author)}`,
      '',
      ...found.message
        .replace(/\n+$/, '')
        .split('\n')
        .map((line) => `    ${line}`),
    ];
    head = `${lines.join('\n')}\n`;
  }
  if (!patch && !stat) return head;
  const changes = found.parents.length > 1 ? [] : await changesOf(repository, id);
  const body = stat
    ? await statOf(repository, changes, paint, { files: true, summary: false })
    : await patchOf(repository, changes, paint);
  return body === '' ? head : given.has('oneline', 'format') ? head + body : `${head}\n${body}`;
}

/** `Sat Nov 28 02:58:24 2026 +0000`, in the zone that it was made in. */
function dateOf({ time, zone }: Signature): string {
  const minutes = (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  return `${strftime('%a %b %-d %H:%M:%S %Y', (time + minutes * 60) * 1000)} ${zone}`;
}
