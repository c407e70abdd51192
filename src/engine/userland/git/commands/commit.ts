import { writeCommit } from '../../../git/commit.ts';
import { treeOfFiles } from '../../../git/tree.ts';
import { differences, stagedChanges, unstagedChanges, untrackedFiles } from '../changes.ts';
import type { Command } from '../command.ts';
import { readText, writeBytes } from '../disk.ts';
import { fatal, notSimulated } from '../fatal.ts';
import { shortRef } from '../fetching.ts';
import { identity } from '../identity.ts';
import { paintOf } from '../paint.ts';
import { statOf } from '../patch.ts';
import { relativeTo } from '../paths.ts';
import { noteMove } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { short, subjectOf } from '../revision.ts';
import { fileAt } from '../work-tree.ts';
import { addFile } from './add.ts';
import { longText } from './status.ts';

export const commit: Command = {
  usage: 'commit [-a] [-m <msg>] [-F <file>] [--amend] [--allow-empty] [-q]',
  options: {
    short: 'am:F:qnsvS::C:c:p',
    long: {
      all: 'a',
      message: 'm:',
      file: 'F:',
      quiet: 'q',
      amend: 'amend',
      'no-edit': 'no-edit',
      'allow-empty': 'allow-empty',
      'allow-empty-message': 'allow-empty-message',
      'no-verify': 'n',
      signoff: 's',
      verbose: 'v',
      'gpg-sign': 'S::',
      patch: 'p',
    },
    refused: ['s', 'S', 'C', 'c', 'p'],
    // There are no hooks to pass by, and no editor to open or to show more in.
    inert: ['n', 'v', 'no-edit'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    if (operands.length > 0 || (paths ?? []).length > 0) throw notSimulated("'git commit' of single paths");
    const author = await identity(io, repository.config, 'Author');
    const committer = await identity(io, repository.config, 'Committer');
    const index = await repository.index();
    if (given.has('a')) {
      for (const { path } of await unstagedChanges(repository, index))
        if ((await fileAt(repository, path)) === undefined) index.delete(path);
        else await addFile(repository, index, path);
      await repository.writeIndex(index);
    }
    const head = await repository.head();
    const amended = given.has('amend') ? head : undefined;
    if (given.has('amend') && amended === undefined) throw fatal('You have nothing yet to amend.');
    const staged = await stagedChanges(repository, index);
    if (staged.length === 0 && !given.has('allow-empty', 'amend')) {
      const unstaged = await unstagedChanges(repository, index);
      const untracked = await untrackedFiles(repository, index);
      const paint = await paintOf(io, repository.config);
      io.stdout.write(
        await longText(repository, { staged, unstaged, untracked }, await relativeTo(repository), paint),
      );
      return 1;
    }
    const before = amended === undefined ? undefined : await repository.commit(amended);
    const message = await messageOf(repository, given, before?.message);
    if (message === '' && !given.has('allow-empty-message')) {
      await io.stderr.write('Aborting commit due to empty commit message.\n');
      return 1;
    }
    const tree = await treeOfFiles(index.entries(), (_, one) => repository.objects.write(one));
    const parents = before?.parents ?? (head === undefined ? [] : [head]);
    const id = await repository.objects.write(
      writeCommit({ tree, parents, author: before?.author ?? author, committer, message }),
    );
    const branch = await repository.branch();
    await repository.refs.write(branch ?? 'HEAD', id);
    const what =
      amended !== undefined ? 'commit (amend)' : head === undefined ? 'commit (initial)' : 'commit';
    await noteMove(io, repository, { from: head, to: id, message: `${what}: ${subjectOf(message)}`, branch });
    await writeBytes(repository.sys, `${repository.gitDir}/COMMIT_EDITMSG`, message);
    if (given.has('q')) return 0;
    const paint = await paintOf(io, repository.config);
    const where = branch === undefined ? 'detached HEAD' : shortRef(branch);
    const root = parents.length === 0 ? ' (root-commit)' : '';
    const changes = differences(await repository.filesOf(parents[0]), await repository.filesOf(id));
    const stat = await statOf(repository, changes, paint, { files: false, summary: true });
    io.stdout.write(`[${where}${root} ${short(id)}] ${subjectOf(message)}\n${stat}`);
    return 0;
  },
};

async function messageOf(
  { sys }: Repository,
  given: Parameters<Command['run']>[0]['given'],
  before: string | undefined,
): Promise<string> {
  const file = given.value('F');
  const said = given.values('m');
  if (file !== undefined) {
    const text = await readText(sys, file === '-' ? '/dev/stdin' : file);
    if (text === undefined) throw fatal(`could not read log file '${file}': No such file or directory`);
    return cleaned(text);
  }
  if (said.length > 0) return cleaned(said.join('\n\n'));
  if (before !== undefined) return before;
  throw notSimulated('writing the message in an editor (say it with -m)');
}

/** Without empty lines at its ends and white space at the ends of lines. */
const cleaned = (text: string): string => {
  const lines = text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
  return lines === '' ? '' : `${lines}\n`;
};
