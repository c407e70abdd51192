import type { Stdio } from '../lib/stdio.ts';
import { makeDirectories, readBytes, writeBytes } from './disk.ts';
import type { Globals } from './repository.ts';
import { Repository } from './repository.ts';

const DESCRIPTION = "Unnamed repository; edit this file 'description' to name the repository.\n";
const EXCLUDE = `# git ls-files --others --exclude-from=.git/info/exclude
# Lines that start with '#' are comments.
# For a project mostly in C, the following would be a good set of
# exclude patterns (uncomment them if you want to use them):
# *.[oa]
# *~
`;

const settings = (bare: boolean): string =>
  `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = ${bare}\n${bare ? '' : '\tlogallrefupdates = true\n'}`;

/** Makes the files of an empty repository, those that are not there yet. */
export async function makeRepository(
  io: Stdio,
  globals: Globals,
  { gitDir, workTree, branch }: { gitDir: string; workTree: string | undefined; branch: string },
): Promise<Repository> {
  const { sys } = io;
  for (const name of ['branches', 'hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await makeDirectories(sys, `${gitDir}/${name}`);
  const files = {
    HEAD: `ref: refs/heads/${branch}\n`,
    config: settings(workTree === undefined),
    description: DESCRIPTION,
    'info/exclude': EXCLUDE,
  };
  for (const [name, text] of Object.entries(files))
    if ((await readBytes(sys, `${gitDir}/${name}`)) === undefined)
      await writeBytes(sys, `${gitDir}/${name}`, text);
  return Repository.at(io, gitDir, workTree, globals);
}
