/**
 * What Tab offers: subcommands, flags, arguments, values of flags.
 * Models cobra's hidden command `__complete` (`completions.go`).
 */
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { Completion, Leaf } from './command.ts';
import type { CommandSpec, FlagRow } from './flags/spec.ts';

/** cobra's directive that no file names may be offered instead. */
const NO_FILES = 4;
const DEFAULT = 0;

/** Where in a command line the words lead. */
export interface Found {
  readonly leaf?: Leaf;
  /** The words after the command's name. */
  readonly rest: readonly string[];
  /** What may follow when there is no such command: names with descriptions. */
  readonly names: readonly (readonly [string, string])[];
  /** Flags that may stand in the place of a name. */
  readonly flags?: readonly FlagRow[];
}

/** Prints the candidates, one a line, and the directive. The last argument is the word under the cursor. */
export async function complete(
  cli: Cli,
  words: readonly string[],
  find: (path: readonly string[]) => Found,
): Promise<undefined> {
  const { candidates, directive } = await candidatesFor(cli, words.at(-1) ?? '', find(words.slice(0, -1)));
  await cli.out(`${candidates.map((candidate) => `${candidate}\n`).join('')}:${directive}\n`);
  await cli.err(
    `Completion ended with directive: ${directive === NO_FILES ? 'ShellCompDirectiveNoFileComp' : 'ShellCompDirectiveDefault'}\n`,
  );
  return undefined;
}

interface Candidates {
  readonly candidates: readonly string[];
  readonly directive: number;
}

async function candidatesFor(
  cli: Cli,
  word: string,
  { leaf, rest, names, flags }: Found,
): Promise<Candidates> {
  if (leaf === undefined) {
    if (word.startsWith('-') && flags !== undefined) return flagNames(flags, word);
    const fitting = names.filter(([name]) => name.startsWith(word));
    return {
      candidates: fitting.map(([name, what]) => `${name}\t${what}`),
      directive: names.length === 0 ? DEFAULT : NO_FILES,
    };
  }
  const before = readWords(leaf.spec, rest);
  const equals = before.argumentsOnly ? null : /^--([^=]+)=(.*)$/s.exec(word);
  const awaiting = before.awaiting ?? equals?.[1];
  if (awaiting !== undefined)
    return offered(cli, leaf.values?.[awaiting], before, equals === null ? word : equals[2]!);
  if (word.startsWith('-') && !before.argumentsOnly) return flagNames(leaf.spec.flags, word);
  return offered(cli, leaf.complete, before, word);
}

async function offered(
  cli: Cli,
  offer: Completion | undefined,
  { args, flags }: Words,
  word: string,
): Promise<Candidates> {
  if (offer === undefined) return { candidates: [], directive: DEFAULT };
  try {
    return { candidates: await offer(cli, args, flags, word), directive: NO_FILES };
  } catch (error) {
    // No engine, no names.
    if (!(error instanceof CliError)) throw error;
    return { candidates: [], directive: NO_FILES };
  }
}

function flagNames(flags: readonly FlagRow[], word: string): Candidates {
  const candidates = flags
    .filter((row) => row[5] !== 'hidden')
    .flatMap(([name, shorthand, , usage]) => [
      `--${name}\t${usage.split('\n')[0]}`,
      ...(shorthand === '' ? [] : [`-${shorthand}\t${usage.split('\n')[0]}`]),
    ]);
  return { candidates: candidates.filter((text) => text.startsWith(word)), directive: NO_FILES };
}

interface Words {
  readonly args: readonly string[];
  /** Names of the flags that were given. */
  readonly flags: ReadonlySet<string>;
  /** The flag whose value comes next. */
  readonly awaiting: string | undefined;
  /** Nothing is a flag any more. */
  readonly argumentsOnly: boolean;
}

/** Tells arguments, flags and their values apart; words that make no sense are passed over. */
export function readWords(
  spec: Pick<CommandSpec, 'flags' | 'stopsAtFirstArgument'>,
  words: readonly string[],
): Words {
  const args: string[] = [];
  const flags = new Set<string>();
  let awaiting: string | undefined;
  let argumentsOnly = false;
  for (const word of words) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (argumentsOnly || word.length < 2 || !word.startsWith('-')) {
      args.push(word);
      argumentsOnly ||= spec.stopsAtFirstArgument === true;
    } else if (word === '--') argumentsOnly = true;
    else {
      const row = word.startsWith('--')
        ? spec.flags.find(([name]) => name === /^--([^=]*)/.exec(word)![1])
        : shorthand(spec, word, flags);
      if (row === undefined) continue;
      flags.add(row[0]);
      const complete = word.startsWith('--') ? word.includes('=') : !word.endsWith(row[1]);
      if (row[2] !== 'bool' && !complete) awaiting = row[0];
    }
  }
  return { args, flags, awaiting, argumentsOnly };
}

/** The last flag of a cluster of shorthands: all before it take no value, and are noted as given. */
function shorthand(spec: Pick<CommandSpec, 'flags'>, word: string, flags: Set<string>): FlagRow | undefined {
  let row: FlagRow | undefined;
  for (const letter of word.slice(1)) {
    row = spec.flags.find((one) => one[1] === letter);
    if (row === undefined || row[2] !== 'bool') return row;
    flags.add(row[0]);
  }
  return row;
}
