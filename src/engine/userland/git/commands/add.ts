import { isDirectory, statOf } from '../../files.ts';
import type { Command } from '../command.ts';
import { Failure, fatal } from '../fatal.ts';
import { Ignore } from '../ignore.ts';
import { type Index, noted } from '../index-file.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { Repository } from '../repository.ts';
import { fileAt, filesBelow } from '../work-tree.ts';

const NOTHING = `Nothing specified, nothing added.
hint: Maybe you wanted to say 'git add .'?
hint: Turn this message off by running
hint: "git config advice.addEmptyPathspec false"
`;

export const add: Command = {
  usage: 'add [<options>] [--] <pathspec>...',
  options: {
    short: 'AufvnpiN',
    long: {
      all: 'A',
      update: 'u',
      force: 'f',
      verbose: 'v',
      'dry-run': 'n',
      patch: 'p',
      interactive: 'i',
      'intent-to-add': 'N',
    },
    refused: ['p', 'i', 'N', 'n', 'v'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const names = [...operands, ...(paths ?? [])];
    if (names.length === 0 && !given.has('A', 'u')) {
      await io.stderr.write(NOTHING);
      return 0;
    }
    const index = await repository.index();
    const all = names.length === 0 ? [{ asked: '', path: '' }] : await repositoryPaths(repository, names);
    const ignored: string[] = [];
    for (const { asked, path } of all) {
      const found = await addBelow(repository, index, path, given.has('f'), given.has('u'));
      if (found === 'ignored') ignored.push(asked);
      else if (found === 'nothing' && path !== '') throw fatal(`pathspec '${asked}' did not match any files`);
    }
    await repository.writeIndex(index);
    ignored.sort();
    if (ignored.length > 0)
      throw new Failure(
        `The following paths are ignored by one of your .gitignore files:\n${ignored.join('\n')}\nhint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"`,
        1,
      );
    return 0;
  },
};

async function addBelow(
  repository: Repository,
  index: Index,
  asked: string,
  force: boolean,
  onlyKnown: boolean,
): Promise<'added' | 'ignored' | 'nothing'> {
  const ignore = new Ignore(repository);
  const known = index.entries().filter(({ path }) => isBelow(path, asked));
  const gone: string[] = [];
  for (const { path } of known) {
    if ((await fileAt(repository, path)) === undefined) gone.push(path);
    else await addFile(repository, index, path);
  }
  for (const path of gone) index.delete(path);
  if (onlyKnown) return 'added';
  const single = asked === '' ? undefined : await fileAt(repository, asked);
  const isLeftOut = async (path: string, isDirectory: boolean) =>
    !force && (await ignore.matches(path, isDirectory));
  if (single !== undefined) {
    if (index.get(asked) === undefined && (await isLeftOut(asked, false))) return 'ignored';
    await addFile(repository, index, asked);
    return 'added';
  }
  const isThere = asked !== '' && isDirectory(await statOf(repository.sys, repository.path(asked)));
  if (isThere && known.length === 0 && (await isLeftOut(asked, true))) return 'ignored';
  const files = await filesBelow(repository, asked, async (path) => !(await isLeftOut(path, true)));
  for (const path of files)
    if (index.get(path) === undefined && !path.endsWith('/') && !(await isLeftOut(path, false)))
      await addFile(repository, index, path);
  return known.length > 0 || isThere ? 'added' : 'nothing';
}

/** Keeps what a file of the work tree holds now. */
export async function addFile(repository: Repository, index: Index, path: string): Promise<void> {
  const file = await fileAt(repository, path);
  if (file === undefined) return;
  const id = await repository.objects.write({ type: 'blob', body: await file.read() });
  index.set(noted({ path, mode: file.mode, id }, file.stat));
}
