import type { Shell } from '../shell.ts';
import { BuiltinMisuse, illegalOption, misuse } from './misuse.ts';

export interface Parsed {
  /** Letters given, the last value of each that takes one. */
  readonly on: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * The options of a builtin: clusters of letters, `--`, up to the first operand. `letters` names them, one that takes a value with a
 * colon behind it. What is unknown is refused, in bash with the usage.
 */
export async function parseOptions(
  shell: Shell,
  builtin: string,
  args: readonly string[],
  letters: string,
  usage: string,
): Promise<Parsed> {
  const on = new Map<string, string>();
  let i = 0;
  for (; i < args.length && /^-./.test(args[i]!); i++) {
    const cluster = args[i]!;
    if (cluster === '--') {
      i++;
      break;
    }
    for (let at = 1; at < cluster.length; at++) {
      const letter = cluster[at]!;
      const known = letter === ':' ? -1 : letters.indexOf(letter);
      if (known === -1) return illegalOption(shell, builtin, letter, usage);
      if (letters[known + 1] !== ':') {
        on.set(letter, '');
        continue;
      }
      const value = cluster.slice(at + 1) || args[++i];
      if (value === undefined) return missingArgument(shell, builtin, letter, usage);
      on.set(letter, value);
      break;
    }
  }
  return { on, operands: args.slice(i) };
}

async function missingArgument(shell: Shell, builtin: string, letter: string, usage: string): Promise<never> {
  if (!shell.dialect.bashSyntax) return misuse(shell, builtin, `No arg for -${letter} option`, 2);
  await shell.warn(`-${letter}: option requires an argument`, builtin);
  await shell.error(`${builtin}: usage: ${usage}\n`);
  throw new BuiltinMisuse(2);
}
