import { NotSimulated } from './not-simulated.ts';

/**
 * Command-line options as getopt_long(3) reads them: short options in clusters, long options by unique prefix,
 * permuted operands, `--`. Errors come in the words of the C library that the program is linked with.
 */
export interface OptionTable {
  /** getopt's string: `ab:c::`. A leading `+` stops at the first operand (POSIX). */
  short?: string;
  /**
   * Long options by name. The value is the name under which the option is reported: mostly its short letter. A trailing `:` (or
   * `::`) says that it takes (may take) an argument: `{ all: 'a', lines: 'n:', color: 'color::' }`.
   */
  long?: Readonly<Record<string, string>>;
  /** Options of the real tool that are not simulated, as they would be reported: refused before anything is done. */
  refused?: readonly string[];
  /** Options that the program takes and need not look at: they change nothing that could be seen. A comment says why. */
  inert?: readonly string[];
  /** Which letters stand for `--help` and `--version`. */
  about?: { help?: string; version?: string };
}

export interface ParsedOptions {
  /** In the order given: name as the table reports it, and its argument if it takes one. */
  options: { name: string; value: string | undefined }[];
  operands: string[];
}

/** Whose words: glibc's (GNU and Debian's BusyBox) or musl's (Alpine's BusyBox). */
export type GetoptWords = 'glibc' | 'musl';

/** A misuse of options; `message` is what getopt prints after `NAME: `. */
export class OptionError extends Error {}

/** Parses `args` (without the program's name). Throws `OptionError`, and `NotSimulated` for a refused option. */
export function getopt(
  args: readonly string[],
  table: OptionTable,
  words: GetoptWords = 'glibc',
): ParsedOptions {
  const short = table.short ?? '';
  const posix = short.startsWith('+');
  const result: ParsedOptions = { options: [], operands: [] };
  let i = 0;
  while (i < args.length) {
    const arg = args[i++]!;
    if (arg === '--') {
      result.operands.push(...args.slice(i));
      break;
    }
    if (arg.startsWith('--') && table.long) {
      i = longOption(arg, args, i, table, result, words);
    } else if (arg.startsWith('-') && arg !== '-') {
      i = cluster(arg, args, i, table, result, words);
    } else if (posix) {
      result.operands.push(arg, ...args.slice(i));
      break;
    } else result.operands.push(arg);
  }
  return result;
}

function refuse({ refused }: OptionTable, name: string, spelled: string): void {
  if (refused?.includes(name)) throw new NotSimulated(`option '${spelled}'`);
}

function cluster(
  arg: string,
  args: readonly string[],
  next: number,
  table: OptionTable,
  result: ParsedOptions,
  words: GetoptWords,
): number {
  const { short = '' } = table;
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!;
    const found = letter === ':' || letter === '+' ? -1 : short.indexOf(letter);
    if (found === -1)
      throw new OptionError(
        words === 'musl' ? `unrecognized option: ${letter}` : `invalid option -- '${letter}'`,
      );
    refuse(table, letter, `-${letter}`);
    if (short[found + 1] !== ':') {
      result.options.push({ name: letter, value: undefined });
      continue;
    }
    const optional = short[found + 2] === ':';
    const rest = arg.slice(at + 1);
    if (rest !== '' || optional) result.options.push({ name: letter, value: rest === '' ? undefined : rest });
    else if (next < args.length) result.options.push({ name: letter, value: args[next++] });
    else
      throw new OptionError(
        words === 'musl'
          ? `option requires an argument: ${letter}`
          : `option requires an argument -- '${letter}'`,
      );
    break;
  }
  return next;
}

function longOption(
  arg: string,
  args: readonly string[],
  next: number,
  table: OptionTable,
  result: ParsedOptions,
  words: GetoptWords,
): number {
  const { long = {} } = table;
  const equals = arg.indexOf('=');
  const given = arg.slice(2, equals === -1 ? undefined : equals);
  const inline = equals === -1 ? undefined : arg.slice(equals + 1);
  const name = resolve(given, arg.slice(2), long, words);
  const target = long[name]!;
  const reported = target.replace(/:+$/, '') || name;
  refuse(table, reported, `--${name}`);
  const argument = target.endsWith('::') ? 'optional' : target.endsWith(':') ? 'required' : 'none';
  if (argument === 'none' && inline !== undefined)
    throw new OptionError(
      words === 'musl'
        ? `option does not take an argument: ${name}`
        : `option '--${name}' doesn't allow an argument`,
    );
  if (argument === 'required' && inline === undefined) {
    if (next >= args.length)
      throw new OptionError(
        words === 'musl' ? `option requires an argument: ${name}` : `option '--${name}' requires an argument`,
      );
    result.options.push({ name: reported, value: args[next] });
    return next + 1;
  }
  result.options.push({ name: reported, value: inline });
  return next;
}

function resolve(
  given: string,
  whole: string,
  long: Readonly<Record<string, string>>,
  words: GetoptWords,
): string {
  if (Object.hasOwn(long, given)) return given;
  const candidates = Object.keys(long).filter((name) => name.startsWith(given));
  const distinct = new Set(candidates.map((name) => long[name]));
  if (candidates.length > 0 && distinct.size === 1) return candidates[0]!;
  if (candidates.length > 1)
    throw new OptionError(
      words === 'musl'
        ? `option is ambiguous: ${whole}`
        : `option '--${whole}' is ambiguous; possibilities: ${candidates.map((name) => `'--${name}'`).join(' ')}`,
    );
  throw new OptionError(
    words === 'musl' ? `unrecognized option: ${whole}` : `unrecognized option '--${whole}'`,
  );
}
