import { canonical } from '../../files.ts';
import type { Command } from '../command.ts';
import { configFiles, loadConfig } from '../config.ts';
import { makeDirectories } from '../disk.ts';
import { isGitDir } from '../repository.ts';
import { makeRepository } from '../skeleton.ts';

const HINT = `hint: Using 'master' as the name for the initial branch. This default branch name
hint: is subject to change. To configure the initial branch name to use in all
hint: of your new repositories, which will suppress this warning, call:
hint: 
hint: \tgit config --global init.defaultBranch <name>
hint: 
hint: Names commonly chosen instead of 'master' are 'main', 'trunk' and
hint: 'development'. The just-created branch can be renamed via this command:
hint: 
hint: \tgit branch -m <name>
`;

export const init: Command = {
  usage: 'init [-q | --quiet] [--bare] [-b <branch-name>] [<directory>]',
  options: {
    short: 'qb:',
    long: {
      quiet: 'q',
      bare: 'bare',
      'initial-branch': 'b:',
      template: 'template:',
      'separate-git-dir': 'separate-git-dir:',
      'object-format': 'object-format:',
      shared: 'shared::',
    },
    refused: ['template', 'separate-git-dir', 'object-format', 'shared'],
  },
  async run({ io, globals, given, operands }) {
    const { sys } = io;
    const { system, global } = configFiles(io.env);
    const config = await loadConfig(sys, [system, global], globals.settings);
    const [named] = operands;
    if (named !== undefined) await makeDirectories(sys, named);
    const directory = await canonical(sys, named ?? '.', 'none');
    const isBare = given.has('bare');
    const inside = globals.gitDir === undefined ? undefined : await canonical(sys, globals.gitDir, 'any');
    const gitDir = inside ?? (isBare ? directory : `${directory === '/' ? '' : directory}/.git`);
    const isThere = await isGitDir(sys, gitDir);
    const branch = given.value('b') ?? config.get('init.defaultbranch');
    if (branch === undefined && !isThere && !given.has('q')) await io.stderr.write(HINT);
    const workTree = isBare ? undefined : (globals.workTree ?? directory);
    await makeRepository(io, globals, { gitDir, workTree, branch: branch ?? 'master' });
    if (!given.has('q'))
      io.stdout.write(
        `${isThere ? 'Reinitialized existing' : 'Initialized empty'} Git repository in ${gitDir}/\n`,
      );
    return 0;
  },
};
