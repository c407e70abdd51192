import { unstagedChanges } from '../changes.ts';
import type { Command } from '../command.ts';
import { failed, fatal, notSimulated } from '../fatal.ts';
import { noted } from '../index-file.ts';
import { resetTree } from '../move-tree.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { noteMove } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { commitOf, short, subjectOf } from '../revision.ts';
import { currentFile, fileAt, removeFile, writeFile } from '../work-tree.ts';

/** `git reset`: moves the branch, and with it the index and, with `--hard`, the work tree. */
export const reset: Command = {
  usage: 'reset [--soft | --mixed | --hard] [-q] [<commit>]',
  options: {
    short: 'qp',
    long: {
      soft: 'soft',
      mixed: 'mixed',
      hard: 'hard',
      quiet: 'q',
      merge: 'merge',
      keep: 'keep',
      patch: 'p',
    },
    refused: ['merge', 'keep', 'p'],
    // What is done where nothing else is asked for.
    inert: ['mixed'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    if (paths !== undefined) return unstage(repository, paths);
    const [text = 'HEAD'] = operands;
    const id = await commitOf(repository, text);
    const index = await repository.index();
    if (given.has('hard')) await resetTree(repository, index, id);
    else if (!given.has('soft')) await unstage(repository, ['.'], id);
    const [from, branch] = [await repository.head(), await repository.branch()];
    await repository.refs.write(branch ?? 'HEAD', id);
    await noteMove(io, repository, { from, to: id, message: `reset: moving to ${text}`, branch });
    if (given.has('hard') && !given.has('q'))
      io.stdout.write(`HEAD is now at ${short(id)} ${subjectOf((await repository.commit(id)).message)}\n`);
    if (!given.has('hard', 'soft', 'q')) {
      const changes = await unstagedChanges(repository, await repository.index());
      if (changes.length > 0) io.stdout.write('Unstaged changes after reset:\n');
      for (const { path, now } of changes) io.stdout.write(`${now === undefined ? 'D' : 'M'}\t${path}\n`);
    }
    return 0;
  },
};

/** Makes the index that of a commit, where paths say so. */
async function unstage(repository: Repository, names: readonly string[], commit = 'HEAD'): Promise<number> {
  const head = commit === 'HEAD' ? await repository.head() : commit;
  const files = await repository.filesOf(head);
  const index = await repository.index();
  const root = await repositoryPaths(repository, names);
  const asked = names[0] === '.' && commit !== 'HEAD' ? [{ asked: '.', path: '' }] : root;
  for (const { asked: name, path } of asked) {
    const isKnown = [...files.keys(), ...index.entries().map((one) => one.path)].some((one) =>
      isBelow(one, path),
    );
    if (!isKnown && path !== '') throw failed(`pathspec '${name}' did not match any file(s) known to git`);
    for (const entry of index.entries())
      if (isBelow(entry.path, path) && !files.has(entry.path)) index.delete(entry.path);
    for (const file of files.values()) {
      if (!isBelow(file.path, path) || index.get(file.path)?.id === file.id) continue;
      const current = await fileAt(repository, file.path);
      const same =
        (await currentFile(repository, index, file.path))?.id === file.id ? current?.stat : undefined;
      index.set(noted(file, same ?? NO_STAT));
    }
  }
  await repository.writeIndex(index);
  return 0;
}

/** What fits no file: it will be looked at. */
const NO_STAT = {
  dev: 0,
  ino: 0,
  mode: 0,
  nlink: 0,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 0,
  blocks: 0,
  atime: 0,
  mtime: 0,
  ctime: 0,
};

export const restore: Command = {
  usage: 'restore [--staged] [--worktree] [--source=<tree-ish>] <file>...',
  options: {
    short: 'SWs:qp',
    long: { staged: 'S', worktree: 'W', source: 's:', quiet: 'q', patch: 'p' },
    refused: ['p'],
    inert: ['q'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const names = [...operands, ...(paths ?? [])];
    if (names.length === 0) throw fatal('you must specify path(s) to restore');
    const source = given.value('s');
    if (given.has('S')) {
      await unstage(repository, names, source === undefined ? 'HEAD' : await commitOf(repository, source));
      if (!given.has('W')) return 0;
    }
    const index = await repository.index();
    const files =
      source === undefined
        ? new Map(index.entries().map((entry) => [entry.path, entry]))
        : await repository.filesOf(await commitOf(repository, source));
    for (const { asked, path } of await repositoryPaths(repository, names)) {
      const found = [...files.values()].filter((file) => isBelow(file.path, path));
      if (found.length === 0) throw failed(`pathspec '${asked}' did not match any file(s) known to git`);
      for (const file of found) {
        const before = index.get(file.path);
        await writeFile(repository, index, file);
        // What is to be committed stays what it was.
        if (source !== undefined && before !== undefined) index.set(before);
      }
    }
    await repository.writeIndex(index);
    return 0;
  },
};

export const rm: Command = {
  usage: 'rm [-f] [-n] [-r] [--cached] [-q] [--] <file>...',
  options: {
    short: 'frqn',
    long: { cached: 'cached', force: 'f', quiet: 'q', 'dry-run': 'n' },
    refused: ['n'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const names = [...operands, ...(paths ?? [])];
    if (names.length === 0) throw notSimulated("'git rm' without a path");
    const index = await repository.index();
    const head = await repository.filesOf(await repository.head());
    for (const { asked, path } of await repositoryPaths(repository, names)) {
      const found = index.entries().filter((entry) => isBelow(entry.path, path));
      if (found.length === 0) throw fatal(`pathspec '${asked}' did not match any files`);
      if (found.some((entry) => entry.path !== path) && !given.has('r'))
        throw fatal(`not removing '${asked}' recursively without -r`);
      for (const entry of found) {
        const current = await currentFile(repository, index, entry.path);
        if (!given.has('f') && current !== undefined && current.id !== entry.id)
          throw failed(
            `the following file has local modifications:\n    ${entry.path}\n(use --cached to keep the file, or -f to force removal)`,
          );
        if (!given.has('f', 'cached') && head.get(entry.path)?.id !== entry.id)
          throw failed(
            `the following file has changes staged in the index:\n    ${entry.path}\n(use --cached to keep the file, or -f to force removal)`,
          );
      }
      for (const entry of found) {
        if (given.has('cached')) index.delete(entry.path);
        else await removeFile(repository, index, entry.path);
        if (!given.has('q')) io.stdout.write(`rm '${entry.path}'\n`);
      }
    }
    await repository.writeIndex(index);
    return 0;
  },
};
