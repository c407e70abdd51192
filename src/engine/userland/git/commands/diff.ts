import type { TreeFile } from '../../../git/tree.ts';
import { type Change, differences, stagedChanges, unstagedChanges } from '../changes.ts';
import type { Command } from '../command.ts';
import { paintOf } from '../paint.ts';
import { patchOf, statOf } from '../patch.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { Repository } from '../repository.ts';
import { ambiguous, commitOf, findRevision } from '../revision.ts';
import { currentFile } from '../work-tree.ts';

export const diff: Command = {
  usage: 'diff [<options>] [<commit>] [--] [<path>...]',
  options: {
    short: 'pu',
    long: {
      cached: 'cached',
      staged: 'cached',
      stat: 'stat',
      'name-only': 'names',
      'name-status': 'name-status',
      quiet: 'quiet',
      'exit-code': 'exit-code',
      'no-index': 'no-index',
      'word-diff': 'word-diff::',
      color: 'color::',
    },
    refused: ['no-index', 'word-diff', 'color'],
    inert: ['p', 'u'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const commits: string[] = [];
    const names: string[] = [];
    for (const operand of operands) {
      const [, left, right] = /^(.*?)\.\.\.?(.*)$/.exec(operand) ?? [];
      if (left !== undefined)
        commits.push(await commitOf(repository, left || 'HEAD'), await commitOf(repository, right || 'HEAD'));
      else if (names.length === 0 && (await findRevision(repository, operand)) !== undefined)
        commits.push(await commitOf(repository, operand));
      else if (
        await io.sys.lstat(operand).then(
          () => true,
          () => false,
        )
      )
        names.push(operand);
      else throw ambiguous(operand);
    }
    const limits = (await repositoryPaths(repository, [...names, ...(paths ?? [])])).map(({ path }) => path);
    const all = await changesBetween(repository, commits, given.has('cached'));
    const changes = all.filter(({ path }) => limits.length === 0 || limits.some((one) => isBelow(path, one)));
    const paint = await paintOf(io, repository.config);
    if (given.has('names')) io.stdout.write(changes.map(({ path }) => `${path}\n`).join(''));
    else if (given.has('name-status'))
      io.stdout.write(changes.map((one) => `${letterOf(one)}\t${one.path}\n`).join(''));
    else if (given.has('stat'))
      io.stdout.write(await statOf(repository, changes, paint, { files: true, summary: false }));
    else if (!given.has('quiet')) io.stdout.write(await patchOf(repository, changes, paint));
    return given.has('quiet', 'exit-code') && changes.length > 0 ? 1 : 0;
  },
};

const letterOf = ({ before, now }: Change): string =>
  before === undefined ? 'A' : now === undefined ? 'D' : 'M';

async function changesBetween(
  repository: Repository,
  [from, to]: readonly string[],
  cached: boolean,
): Promise<Change[]> {
  const index = await repository.index();
  if (to !== undefined) return differences(await repository.filesOf(from), await repository.filesOf(to));
  if (from === undefined)
    return cached ? stagedChanges(repository, index) : unstagedChanges(repository, index);
  const before = await repository.filesOf(from);
  if (cached) return differences(before, new Map(index.entries().map((entry) => [entry.path, entry])));
  const now = new Map<string, TreeFile>();
  for (const { path } of index.entries()) {
    const file = await currentFile(repository, index, path);
    if (file !== undefined) now.set(path, file);
  }
  return differences(before, now);
}
