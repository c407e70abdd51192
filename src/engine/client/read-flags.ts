import { CliError } from './cli-error.ts';
import { FlagError } from './flags/flag-error.ts';
import { type Parsed, parseFlags } from './flags/parse.ts';
import type { FlagRow } from './flags/spec.ts';
import { useLine } from './help.ts';

/** Reads flags; an error ends the command with status 125. */
export function readFlags(
  spec: { args: string; flags: readonly FlagRow[] } & Parameters<typeof parseFlags>[0],
  path: string,
  args: readonly string[],
): Parsed {
  try {
    return parseFlags(spec, args);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw badFlag(error.message, path, spec.args);
  }
}

/** What a command line that cannot be read ends with. */
export const badFlag = (message: string, path: string, args: string) =>
  new CliError(
    `${message}\n\nUsage:  ${useLine(path, args)}\n\nRun '${path} --help' for more information`,
    125,
  );

export const DEPRECATED_SHORTHAND = 'Flag shorthand -h has been deprecated, use --help\n';
