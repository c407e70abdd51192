import { parseJson } from './json-text.ts';
import { object, type Value } from './value.ts';

/** What the command line asks for. */
export interface Options {
  /** The program's text, or the file that holds it. */
  program: string | undefined;
  fromFile: boolean;
  files: string[];
  /** `null` is the one input. */
  nullInput: boolean;
  rawInput: boolean;
  slurp: boolean;
  stream: boolean;
  rawOutput: boolean;
  joinOutput: boolean;
  asciiOutput: boolean;
  exitStatus: boolean;
  sortKeys: boolean;
  unbuffered: boolean;
  /** Undefined: where the output is a terminal. */
  color: boolean | undefined;
  /** What a level is indented by; undefined puts all on one line. */
  indent: string | undefined;
  named: Map<string, Value>;
  /** `--slurpfile` and `--rawfile`: names of variables, files and how these are read. */
  fileVariables: { option: '--slurpfile' | '--rawfile'; name: string; path: string }[];
  positional: Value[];
}

/** A mistake in the arguments; whether jq then points to its help. */
export class BadUsage extends Error {
  readonly hint: boolean;

  constructor(message: string, hint = true) {
    super(message);
    this.hint = hint;
  }
}

/** Flags by their letters and their long names. */
const FLAGS: Readonly<Record<string, (options: Options) => void>> = {
  n: (options) => {
    options.nullInput = true;
  },
  R: (options) => {
    options.rawInput = true;
  },
  s: (options) => {
    options.slurp = true;
  },
  r: (options) => {
    options.rawOutput = true;
  },
  j: (options) => {
    options.rawOutput = true;
    options.joinOutput = true;
  },
  a: (options) => {
    options.asciiOutput = true;
  },
  c: (options) => {
    options.indent = undefined;
  },
  C: (options) => {
    options.color = true;
  },
  M: (options) => {
    options.color = false;
  },
  S: (options) => {
    options.sortKeys = true;
  },
  e: (options) => {
    options.exitStatus = true;
  },
  f: (options) => {
    options.fromFile = true;
  },
  tab: (options) => {
    options.indent = '\t';
  },
  stream: (options) => {
    options.stream = true;
  },
  unbuffered: (options) => {
    options.unbuffered = true;
  },
};

const LONG: Readonly<Record<string, string>> = {
  'null-input': 'n',
  'raw-input': 'R',
  slurp: 's',
  'raw-output': 'r',
  'join-output': 'j',
  'ascii-output': 'a',
  'compact-output': 'c',
  'color-output': 'C',
  'monochrome-output': 'M',
  'sort-keys': 'S',
  'exit-status': 'e',
  'from-file': 'f',
  tab: 'tab',
  stream: 'stream',
  unbuffered: 'unbuffered',
};

/** Reads the arguments; `help` and `version` where these are asked for. Throws `BadUsage`. */
export function parseOptions(args: readonly string[]): Options | 'help' | 'version' {
  const options: Options = {
    program: undefined,
    fromFile: false,
    files: [],
    nullInput: false,
    rawInput: false,
    slurp: false,
    stream: false,
    rawOutput: false,
    joinOutput: false,
    asciiOutput: false,
    exitStatus: false,
    sortKeys: false,
    unbuffered: false,
    color: undefined,
    indent: '  ',
    named: new Map(),
    fileVariables: [],
    positional: [],
  };
  /** What arguments after the program are. */
  let rest: 'files' | 'strings' | 'json' = 'files';
  let done = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const parameters = (count: number): string[] => {
      if (i + count >= args.length) {
        const words = count === 1 ? 'one parameter' : 'two parameters';
        const example = count === 1 ? '' : ` (e.g. ${arg} varname ${EXAMPLES[arg] ?? 'value'})`;
        throw new BadUsage(`${arg} takes ${words}${example}`);
      }
      i += count;
      return args.slice(i - count + 1, i + 1);
    };
    if (done || !arg.startsWith('-') || arg === '-') {
      if (options.program === undefined) options.program = arg;
      else if (rest === 'files') options.files.push(arg);
      else options.positional.push(rest === 'strings' ? arg : json(arg, '--jsonargs'));
      continue;
    }
    switch (arg) {
      case '--':
        done = true;
        continue;
      case '-h':
      case '--help':
        return 'help';
      case '-V':
      case '--version':
        return 'version';
      case '--args':
        rest = 'strings';
        continue;
      case '--jsonargs':
        rest = 'json';
        continue;
      case '--arg': {
        const [name, value] = parameters(2);
        if (!options.named.has(name!)) options.named.set(name!, value!);
        continue;
      }
      case '--argjson': {
        const [name, text] = parameters(2);
        const value = json(text!, '--argjson');
        if (!options.named.has(name!)) options.named.set(name!, value);
        continue;
      }
      case '--slurpfile':
      case '--rawfile': {
        const [name, path] = parameters(2);
        options.fileVariables.push({ option: arg, name: name!, path: path! });
        continue;
      }
      case '--indent':
        options.indent = indentOf(parameters(1)[0]!);
        continue;
      case '-L':
        parameters(1);
        continue;
      case '--seq':
      case '--stream-errors':
        throw new BadUsage(`${arg} is not simulated in Drydock`);
      default:
    }
    const letters = arg.startsWith('--') ? [LONG[arg.slice(2)]] : [...arg.slice(1)];
    for (const letter of letters) {
      const flag =
        letter === undefined || (letter.length > 1 && !arg.startsWith('--')) ? undefined : FLAGS[letter];
      if (!flag) throw new BadUsage(`Unknown option ${arg}`);
      flag(options);
    }
  }
  // The program is in a file, so what looked like it is an input.
  if (options.fromFile && options.program === undefined) options.fromFile = false;
  return options;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '--argjson': 'text',
  '--slurpfile': 'filename',
  '--rawfile': 'filename',
};

function json(text: string, option: string): Value {
  const { value, error } = parseJson(text);
  if (error === undefined && value !== undefined) return value;
  throw new BadUsage(`invalid JSON text passed to ${option}`);
}

function indentOf(text: string): string | undefined {
  const width = Number.parseInt(text, 10) || 0;
  if (width < -1 || width > 7) throw new BadUsage('--indent takes a number between -1 and 7');
  if (width === 0) return undefined;
  return width === -1 ? '\t' : ' '.repeat(width);
}

/** `$ARGS` */
export const argumentsObject = ({ positional, named }: Options): Value =>
  object([
    ['positional', positional],
    ['named', new Map(named)],
  ]);
