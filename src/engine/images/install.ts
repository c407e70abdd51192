import { CA_CERTIFICATES } from './authority.ts';
import type { Package } from './debian/programs.ts';
import { packages } from './debian/programs.ts';
import { type Instruction, run } from './dockerfile.ts';
import { type Tree, weighing } from './tree.ts';

/** What a distribution's package manager leaves behind: the files named, and the weight of all the others. */
interface Installed {
  /** Of the layer, in bytes. */
  total: number;
  /** Those whose programs one uses. */
  packages?: readonly Package[];
  files?: Tree;
}

const layer = (words: string, command: (words: string) => string, installed: Installed): Instruction =>
  run(command(words.split(' ').join('   ')), () =>
    weighing(installed.total, `usr/share/doc/${words.split(' ')[0]}/files.data`, {
      ...packages(...(installed.packages ?? [])),
      ...(words.split(' ').includes('ca-certificates') ? CA_CERTIFICATES : {}),
      ...installed.files,
    }),
  );

/** RUN apt-get install, as the official images write it. */
export const aptInstall = (words: string, installed: Installed): Instruction =>
  layer(
    words,
    (list) =>
      `set -eux;  apt-get update;  apt-get install -y --no-install-recommends   ${list}  ;  rm -rf /var/lib/apt/lists/*`,
    installed,
  );

/** RUN apk add. */
export const apkAdd = (words: string, installed: Installed): Instruction =>
  layer(words, (list) => `set -eux;  apk add --no-cache   ${list}  ;`, installed);

/** Tags of a flavour: the names of the version with a suffix, which stands alone for `latest`. */
export const flavoured = (names: readonly string[], flavour: string): string[] =>
  names.map((name) => (name === 'latest' ? flavour : `${name}-${flavour}`));
