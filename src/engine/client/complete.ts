/**
 * What Tab offers: subcommands, flags, names of containers, images, networks and volumes.
 * Models cobra's hidden command `__complete`.
 */
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { Completion, Leaf } from './command.ts';
import { imageNames } from './commands/images.ts';
import { networkNames } from './commands/network.ts';
import { containerNames } from './commands/ps.ts';
import { volumeNames } from './commands/volume.ts';

const once = (args: readonly string[], names: Promise<string[]>) =>
  names.then((all) => all.filter((name) => !args.includes(name)));

export const allContainers: Completion = (cli, args) => once(args, containerNames(cli, true));
export const runningContainers: Completion = (cli, args) => once(args, containerNames(cli, false));
export const stoppedContainers: Completion = (cli, args) =>
  once(
    args,
    containerNames(cli, true, (container) => container.State === 'exited' || container.State === 'created'),
  );
export const pausedContainers: Completion = (cli, args) =>
  once(
    args,
    containerNames(cli, true, (container) => container.State === 'paused'),
  );
export const imagesOnly: Completion = (cli, args) => once(args, imageNames(cli));
export const networks: Completion = (cli, args) => once(args, networkNames(cli));
export const volumes: Completion = (cli, args) => once(args, volumeNames(cli));

/** cobra's directive that no file names may be offered instead. */
const NO_FILES = 4;
const DEFAULT = 0;

/** Prints the candidates, one a line, and the directive. The last argument is the word under the cursor. */
export async function complete(
  cli: Cli,
  words: readonly string[],
  find: (path: readonly string[]) => {
    leaf?: Leaf;
    rest: readonly string[];
    names: readonly (readonly [string, string])[];
  },
): Promise<undefined> {
  const word = words.at(-1) ?? '';
  const { leaf, rest, names } = find(words.slice(0, -1));
  let candidates: string[] = [];
  let directive = NO_FILES;
  if (leaf === undefined) candidates = names.map(([name, what]) => `${name}\t${what}`);
  else if (word.startsWith('-'))
    candidates = leaf.spec.flags
      .filter((row) => row[5] !== 'hidden')
      .flatMap(([name, shorthand, , usage]) => [
        `--${name}\t${usage.split('\n')[0]}`,
        ...(shorthand === '' || word.startsWith('--') ? [] : [`-${shorthand}\t${usage.split('\n')[0]}`]),
      ]);
  else if (leaf.complete !== undefined) {
    const args = rest.filter((text) => !text.startsWith('-'));
    try {
      candidates = await leaf.complete(cli, args, word);
    } catch (error) {
      // No engine, no names.
      if (!(error instanceof CliError)) throw error;
    }
  } else directive = DEFAULT;
  const fitting = candidates.filter((candidate) => candidate.startsWith(word));
  await cli.out(`${fitting.map((candidate) => `${candidate}\n`).join('')}:${directive}\n`);
  await cli.err(
    `Completion ended with directive: ${directive === NO_FILES ? 'ShellCompDirectiveNoFileComp' : 'ShellCompDirectiveDefault'}\n`,
  );
  return undefined;
}
