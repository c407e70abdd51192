import { GitError } from '../../git/objects.ts';
import type { Program } from '../../kernel/program.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { type Command, runCommand } from './command.ts';
import { add } from './commands/add.ts';
import { branch } from './commands/branch.ts';
import { checkout, switchBranch } from './commands/checkout.ts';
import { clone } from './commands/clone.ts';
import { commit } from './commands/commit.ts';
import { diff } from './commands/diff.ts';
import { fetch, merge, pull } from './commands/fetch.ts';
import { init } from './commands/init.ts';
import { log, show } from './commands/log.ts';
import {
  catFile,
  hashObject,
  lsFiles,
  lsRemote,
  reflog,
  revParse,
  showRef,
  submodule,
  updateRef,
} from './commands/plumbing.ts';
import { remote } from './commands/remotes.ts';
import { config } from './commands/settings.ts';
import { status } from './commands/status.ts';
import { tag } from './commands/tag.ts';
import { reset, restore, rm } from './commands/undo.ts';
import type { Setting } from './config.ts';
import { keyOf } from './config.ts';
import { Failure, fatal, notSimulated } from './fatal.ts';
import type { Globals } from './repository.ts';
import { VERSION } from './version.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  add,
  branch,
  'cat-file': catFile,
  checkout,
  clone,
  commit,
  config,
  diff,
  fetch,
  'hash-object': hashObject,
  init,
  log,
  'ls-files': lsFiles,
  'ls-remote': lsRemote,
  merge,
  pull,
  reflog,
  remote,
  reset,
  restore,
  'rev-parse': revParse,
  rm,
  show,
  'show-ref': showRef,
  status,
  submodule,
  switch: switchBranch,
  tag,
  'update-ref': updateRef,
};

/** What git has besides, and this one has not. */
const OTHERS = new Set(
  `am apply archive bisect blame bundle check-ignore cherry-pick clean count-objects daemon describe fsck gc grep
help index-pack maintenance mv notes pack-objects push range-diff read-tree rebase repack replace rev-list revert
send-email shortlog stash symbolic-ref update-index upload-pack verify-pack worktree write-tree`.split(/\s+/),
);

/** The program `git`: what one needs of it to clone a project, to look at it and to commit; what it lacks, it says. */
export const git: Program = utility(main, 128);

async function main(io: Stdio): Promise<number> {
  try {
    return await dispatch(io);
  } catch (error) {
    const text =
      error instanceof Failure
        ? error.message
        : error instanceof GitError
          ? `fatal: ${error.message}`
          : error instanceof NotSimulated
            ? `git: ${error.message}`
            : undefined;
    if (text === undefined) throw error;
    if (text !== '') await io.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    return error instanceof Failure ? error.status : error instanceof NotSimulated ? 1 : 128;
  }
}

async function dispatch(io: Stdio): Promise<number> {
  const { globals, rest, only } = await readGlobals(io);
  if (only === 'version') {
    io.stdout.write(`git version ${VERSION}\n`);
    return 0;
  }
  const [name, ...args] = rest;
  if (name === undefined || only === 'help') {
    io.stdout.write(USAGE);
    return only === 'help' ? 0 : 1;
  }
  if (name === 'version') {
    io.stdout.write(`git version ${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS[name];
  if (command !== undefined) return runCommand(command, io, globals, args);
  if (OTHERS.has(name)) throw notSimulated(`'git ${name}'`);
  throw new Failure(`git: '${name}' is not a git command. See 'git --help'.${similar(name)}`, 1);
}

/** Reads what stands before the command. Throws `Failure`. */
async function readGlobals(
  io: Stdio,
): Promise<{ globals: Globals; rest: readonly string[]; only: 'version' | 'help' | undefined }> {
  const settings: Setting[] = [];
  let gitDir: string | undefined;
  let workTree: string | undefined;
  const { args } = io;
  let i = 0;
  for (; args[i]?.startsWith('-'); i++) {
    const [, option = '', inline] = /^(--[\w-]+)=(.*)$/s.exec(args[i]!) ?? [undefined, args[i]!];
    const value = () => {
      const found = inline ?? args[++i];
      if (found === undefined) throw new Failure(`No directory given for ${option}.\n${USAGE}`, 129);
      return found;
    };
    if (option === '--version' || option === '-v') return { globals: NONE, rest: [], only: 'version' };
    if (option === '--help' || option === '-h') return { globals: NONE, rest: [], only: 'help' };
    if (option === '-C') {
      const directory = value();
      await io.sys.chdir(directory).catch(() => {
        throw fatal(`cannot change to '${directory}': No such file or directory`);
      });
    } else if (option === '-c') {
      const [, key = '', , text = 'true'] = /^([^=]*)(=(.*))?$/s.exec(value()) ?? [];
      settings.push([keyOf(key) ?? key, text]);
    } else if (option === '--git-dir') gitDir = value();
    else if (option === '--work-tree') workTree = value();
    else if (!['--no-pager', '-P', '--paginate', '-p', '--no-optional-locks'].includes(option))
      throw new Failure(`unknown option: ${option}\n${USAGE}`, 129);
  }
  return { globals: { settings, gitDir, workTree }, rest: args.slice(i), only: undefined };
}

const NONE: Globals = { settings: [], gitDir: undefined, workTree: undefined };

const USAGE = `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           [--git-dir=<path>] [--work-tree=<path>] <command> [<args>]

The commands that Drydock has:
   ${Object.keys(COMMANDS).slice(0, 15).join(', ')},
   ${Object.keys(COMMANDS).slice(15).join(', ')}
`;

/** A command that was perhaps meant. */
function similar(name: string): string {
  const close = Object.keys(COMMANDS).filter((one) => distance(one, name) <= 2);
  if (close.length === 0) return '';
  return `\n\nThe most similar command${close.length === 1 ? ' is' : 's are'}\n${close.map((one) => `\t${one}`).join('\n')}`;
}

/** How many letters must be changed, added, taken out or swapped with their neighbour to make one word of another. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
