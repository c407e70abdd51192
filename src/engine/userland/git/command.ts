import { getopt, OptionError, type OptionTable } from '../lib/getopt.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Given } from '../utility.ts';
import { Failure } from './fatal.ts';
import type { Globals } from './repository.ts';

/** A command of git as it runs. */
export interface Invocation {
  io: Stdio;
  globals: Globals;
  given: Given;
  operands: readonly string[];
  /** The operands after `--`; undefined where that is not there. */
  paths: readonly string[] | undefined;
}

export interface Command {
  /** What stands after `git` in its usage line. */
  usage: string;
  options?: OptionTable;
  /** The status that it ends with. Throws `Failure`. */
  run(invocation: Invocation): Promise<number>;
}

/** Runs a command with what stands after its name. Throws `Failure`. */
export async function runCommand(
  { usage, options = {}, run }: Command,
  io: Stdio,
  globals: Globals,
  args: readonly string[],
): Promise<number> {
  const dashes = args.indexOf('--');
  const paths = dashes === -1 ? undefined : args.slice(dashes + 1);
  try {
    const parsed = getopt(dashes === -1 ? args : args.slice(0, dashes), options);
    return await run({
      io,
      globals,
      given: new Given(parsed),
      operands: parsed.operands,
      paths,
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw misuse(inGitsWords(error.message), usage);
  }
}

/** What is said of a wrong use: the real one lists all options, too. */
export const misuse = (why: string, usage: string): Failure =>
  new Failure(`${why}\nusage: git ${usage}\n`, 129);

function inGitsWords(message: string): string {
  const [, name] = /'(?:--)?([^']*)'/.exec(message) ?? [];
  const word = message.startsWith('invalid option') || message.includes("-- '") ? 'switch' : 'option';
  return message.includes('requires an argument')
    ? `error: ${word} \`${name}' requires a value`
    : `error: unknown ${word} \`${name}'`;
}
