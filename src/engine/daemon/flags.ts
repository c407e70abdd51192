import type { UsageRow } from '../base/flag-usage.ts';
import { parseBool } from '../base/go-bool.ts';
import { GoError } from '../runtime/go-error.ts';
import { hostProblem } from './configuration.ts';
import { isModelled } from './directives.ts';
import { directiveOf, FLAGS, usage } from './flag-table.ts';

/** dockerd's command line: what the configuration file may say too, where that and containerd are, what else is asked. */
export interface DaemonFlags {
  /** By the directives' names. */
  configuration: Record<string, unknown>;
  configFile?: string;
  /** The socket of a containerd that runs already. */
  containerd?: string;
  /** The first flag that asks for what is not modelled. */
  unmodelled?: string;
  asks?: 'help' | 'version' | 'validate';
}

/** Reads the arguments as pflag does. Throws in dockerd's words. */
export function parseDaemonFlags(
  argv: readonly string[],
  { home = '/root', columns = 80 }: { home?: string; columns?: number } = {},
): DaemonFlags {
  const refuse = (text: string) =>
    new GoError(`Status: ${text}\nSee 'dockerd --help'.\n${usage(home, columns)}, Code: 125`);
  const flags: DaemonFlags = { configuration: {} };
  const rest = argv.slice(1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flag, attached] = /^(--[^=]+|-\w)(?:=?(.+))?$/s.exec(word) ?? [];
    if (flag === undefined) throw new GoError(usage(home, columns).trimEnd());
    const bare = flag.replace(/^-+/, '');
    const row = FLAGS.find(([name, shorthand]) => bare === (flag.startsWith('--') ? name : shorthand));
    if (row === undefined)
      throw refuse(
        flag.startsWith('--') ? `unknown flag: ${flag}` : `unknown shorthand flag: '${bare}' in ${flag}`,
      );
    const value = attached ?? (row[2] === 'bool' ? 'true' : rest.shift());
    if (value === undefined)
      throw refuse(`flag needs an argument: ${flag.startsWith('--') ? flag : `'${bare}' in ${flag}`}`);
    try {
      set(flags, row, value);
    } catch (error) {
      const called = row[1] === '' ? `--${row[0]}` : `-${row[1]}, --${row[0]}`;
      throw refuse(
        `invalid argument ${JSON.stringify(value)} for "${called}" flag: ${(error as Error).message}`,
      );
    }
  }
  return flags;
}

function set(flags: DaemonFlags, [name, , type]: UsageRow, text: string): void {
  const value = readValue(name, type, text);
  const { configuration } = flags;
  if (name === 'config-file') flags.configFile = text;
  else if (name === 'containerd') flags.containerd = text;
  else if (name === 'help' || name === 'version' || name === 'validate') {
    if (value === true) flags.asks = name;
  } else {
    const directive = directiveOf(name)!;
    const before = configuration[directive];
    if (!isModelled(directive)) flags.unmodelled ??= `--${name}`;
    if (Array.isArray(value))
      configuration[directive] = [...((before as string[] | undefined) ?? []), ...value];
    else if (typeof value === 'object') configuration[directive] = { ...(before as object), ...value };
    else configuration[directive] = value;
  }
}

/** The value of a flag as the configuration has it. */
function readValue(name: string, type: string, text: string): unknown {
  const invalid = (what: string) =>
    new Error(`strconv.${what}: parsing ${JSON.stringify(text)}: invalid syntax`);
  switch (type) {
    case 'bool': {
      const read = parseBool(text);
      if (read === undefined) throw invalid('ParseBool');
      return read;
    }
    case 'int':
      if (!/^[+-]?\d+$/.test(text)) throw invalid('ParseInt');
      return Number(text);
    case 'list':
    case 'ipSlice': {
      const problem = name === 'host' ? hostProblem(text) : undefined;
      if (problem !== undefined) throw new Error(problem);
      return [text];
    }
    case 'map': {
      const [key = '', ...value] = text.split('=');
      return { [key]: value.join('=') };
    }
    default:
      return text;
  }
}
