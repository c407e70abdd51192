import type { Change } from '../changes.ts';
import { stagedChanges, unstagedChanges, untrackedFiles } from '../changes.ts';
import type { Command } from '../command.ts';
import { type Paint, paintOf } from '../paint.ts';
import { relativeTo } from '../paths.ts';
import { lastCheckout } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { findRef, short } from '../revision.ts';
import { branchLine, tracking, trackingText } from '../tracking.ts';

export const status: Command = {
  usage: 'status [<options>] [--] [<pathspec>...]',
  options: {
    short: 'sbu::',
    long: { short: 's', branch: 'b', porcelain: 'porcelain::', long: 'long', 'untracked-files': 'u::' },
    refused: ['u'],
    inert: ['long'],
  },
  async run({ io, globals, given }) {
    const repository = await Repository.open(io, globals);
    const index = await repository.index();
    const staged = await stagedChanges(repository, index);
    const unstaged = await unstagedChanges(repository, index);
    const untracked = await untrackedFiles(repository, index);
    const paint = await paintOf(io, repository.config);
    const isPorcelain = given.has('porcelain');
    const shown = isPorcelain ? (path: string) => path : await relativeTo(repository);
    if (given.has('s', 'porcelain')) {
      if (given.has('b')) io.stdout.write(`## ${await branchLine(repository)}\n`);
      io.stdout.write(shortText(staged, unstaged, untracked, shown, isPorcelain ? undefined : paint));
      return 0;
    }
    io.stdout.write(await longText(repository, { staged, unstaged, untracked }, shown, paint));
    return 0;
  },
};

const LETTER = ({ before, now }: Change): string =>
  before === undefined ? 'A' : now === undefined ? 'D' : (before.mode ^ now.mode) & 0o170000 ? 'T' : 'M';

function shortText(
  staged: readonly Change[],
  unstaged: readonly Change[],
  untracked: readonly string[],
  shown: (path: string) => string,
  paint: Paint | undefined,
): string {
  const paths = [...new Set([...staged, ...unstaged].map(({ path }) => path))].sort();
  const letter = (changes: readonly Change[], path: string, colour: 'green' | 'red') => {
    const change = changes.find((one) => one.path === path);
    return change === undefined ? ' ' : (paint?.(colour, LETTER(change)) ?? LETTER(change));
  };
  const lines = paths.map(
    (path) => `${letter(staged, path, 'green')}${letter(unstaged, path, 'red')} ${shown(path)}\n`,
  );
  for (const path of untracked) lines.push(`${paint?.('red', '??') ?? '??'} ${shown(path)}\n`);
  return lines.join('');
}

/** A HEAD on no branch: by the name that was checked out, or the commit. */
async function detachedText(repository: Repository, paint: Paint): Promise<string> {
  const last = await lastCheckout(repository);
  if (last === undefined) return `${paint('red', 'Not currently on any branch.')}\n`;
  const isNamed = (await findRef(repository, last.to)) !== undefined && last.to !== 'HEAD';
  const where = (await repository.head()) === last.id ? 'at' : 'from';
  return `${paint('red', `HEAD detached ${where} `)}${isNamed ? last.to : short(last.id)}\n`;
}

/** What there is to be told of a work tree. */
export interface WorkState {
  staged: readonly Change[];
  unstaged: readonly Change[];
  untracked: readonly string[];
}

const KIND = ({ before, now }: Change): string =>
  `${before === undefined ? 'new file' : now === undefined ? 'deleted' : 'modified'}:`.padEnd(12);

/** The long form, which a commit without anything to commit prints, too. */
export async function longText(
  repository: Repository,
  { staged, unstaged, untracked }: WorkState,
  shown: (path: string) => string,
  paint: Paint,
): Promise<string> {
  const branch = await repository.branch();
  const head = await repository.head();
  let out =
    branch === undefined
      ? await detachedText(repository, paint)
      : `On branch ${branch.replace('refs/heads/', '')}\n`;
  if (head === undefined) out += '\nNo commits yet\n\n';
  else {
    const told = trackingText(await tracking(repository));
    if (told !== '') out += `${told}\n`;
  }
  const section = (title: string, hints: readonly string[], lines: readonly string[]) => {
    out += `${title}\n${hints.map((hint) => `  (${hint})\n`).join('')}${lines.join('')}\n`;
  };
  const unstage = head === undefined ? 'git rm --cached' : 'git restore --staged';
  if (staged.length > 0)
    section(
      'Changes to be committed:',
      [`use "${unstage} <file>..." to unstage`],
      staged.map((one) => `\t${paint('green', `${KIND(one)}${shown(one.path)}`)}\n`),
    );
  if (unstaged.length > 0)
    section(
      'Changes not staged for commit:',
      [
        unstaged.some(({ now }) => now === undefined)
          ? 'use "git add/rm <file>..." to update what will be committed'
          : 'use "git add <file>..." to update what will be committed',
        'use "git restore <file>..." to discard changes in working directory',
      ],
      unstaged.map((one) => `\t${paint('red', `${KIND(one)}${shown(one.path)}`)}\n`),
    );
  if (untracked.length > 0)
    section(
      'Untracked files:',
      ['use "git add <file>..." to include in what will be committed'],
      untracked.map((path) => `\t${paint('red', shown(path))}\n`),
    );
  if (staged.length > 0) return out;
  if (unstaged.length > 0) out += 'no changes added to commit (use "git add" and/or "git commit -a")\n';
  else if (untracked.length > 0)
    out += 'nothing added to commit but untracked files present (use "git add" to track)\n';
  else
    out +=
      head === undefined
        ? 'nothing to commit (create/copy files and use "git add" to track)\n'
        : 'nothing to commit, working tree clean\n';
  return out;
}
