/**
 * Reads a command line as pflag does: `--name value`, `--name=value`, clusters of shorthands (`-itp 80:80`),
 * flags among or only before the arguments.
 * Models spf13/pflag `flag.go`, error texts included.
 */
import { quoteRune } from '../../base/go-quote.ts';
import { FlagError } from './flag-error.ts';
import { ParsedFlags } from './parsed.ts';
import type { CommandSpec, FlagRow } from './spec.ts';

export interface Parsed {
  readonly flags: ParsedFlags;
  readonly args: string[];
  /** `--help` was given. */
  readonly help: boolean;
  /** It was given as `-h`, which docker deprecates. */
  readonly helpByShorthand: boolean;
}

/**
 * @param spec the command whose flags are known
 * @param argv what follows the command's name
 */
export function parseFlags(
  spec: Pick<CommandSpec, 'flags' | 'checks' | 'stopsAtFirstArgument'>,
  argv: readonly string[],
): Parsed {
  const { byName, byShorthand } = indexOf(spec.flags);
  const flags = new ParsedFlags(byName, spec.checks ?? {});
  const rest = [...argv];
  const args: string[] = [];
  let help = false;
  let helpByShorthand = false;

  const long = (word: string) => {
    const body = word.slice(2);
    if (body === '' || body[0] === '-' || body[0] === '=') throw new FlagError(`bad flag syntax: ${word}`);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const row = byName.get(name);
    if (name === 'help') help = true;
    else if (row === undefined) {
      throw new FlagError(`unknown flag: --${name}`);
    } else if (equals >= 0) flags.set(row, body.slice(equals + 1));
    else if (row[2] === 'bool') flags.set(row, 'true');
    else if (rest.length > 0) flags.set(row, rest.shift()!);
    else throw new FlagError(`flag needs an argument: --${name}`);
  };

  const shorthands = (word: string) => {
    let cluster = word.slice(1);
    while (cluster !== '') {
      const letter = [...cluster][0]!;
      const row: FlagRow | undefined = byShorthand.get(letter);
      const after = cluster.slice(letter.length);
      if (row === undefined) {
        if (letter !== 'h')
          throw new FlagError(`unknown shorthand flag: ${quoteRune(letter)} in -${cluster}`);
        help = true;
        helpByShorthand = true;
        cluster = after;
      } else if (after.length > 1 && after[0] === '=') {
        flags.set(row, after.slice(1));
        return;
      } else if (row[2] === 'bool') {
        flags.set(row, 'true');
        cluster = after;
      } else if (after !== '') {
        flags.set(row, after);
        return;
      } else if (rest.length > 0) {
        flags.set(row, rest.shift()!);
        return;
      } else throw new FlagError(`flag needs an argument: ${quoteRune(letter)} in -${cluster}`);
    }
  };

  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word.length < 2 || word[0] !== '-') {
      args.push(word);
      if (spec.stopsAtFirstArgument) break;
    } else if (word === '--') break;
    else if (word[1] === '-') long(word);
    else shorthands(word);
  }
  args.push(...rest);
  return { flags, args, help, helpByShorthand };
}

interface FlagIndex {
  byName: ReadonlyMap<string, FlagRow>;
  byShorthand: ReadonlyMap<string, FlagRow>;
}

const indices = new WeakMap<readonly FlagRow[], FlagIndex>();

/** The rows by name, made once for each table. */
function indexOf(rows: readonly FlagRow[]): FlagIndex {
  let index = indices.get(rows);
  if (index === undefined) {
    index = {
      byName: new Map(rows.map((row) => [row[0], row])),
      byShorthand: new Map(rows.filter((row) => row[1] !== '').map((row) => [row[1], row])),
    };
    indices.set(rows, index);
  }
  return index;
}
