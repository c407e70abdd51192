import type { Verbosity } from './voice.ts';

/** How many workers of which kind, and what they do. */
export interface StressOptions {
  verbosity: Verbosity;
  dryRun: boolean;
  /** Microseconds that a worker waits for each that is still to be started. */
  backoff: number;
  /** Seconds; 0 for ever. */
  timeout: number;
  cpu: number;
  io: number;
  vm: number;
  vmBytes: number;
  vmStride: number;
  /** Seconds between touching and freeing; undefined for none, 0 for ever. */
  vmHang: number | undefined;
  vmKeep: boolean;
  hdd: number;
  hddBytes: number;
}

/** What is wrong with the command line, and where in the program that is found. */
export class Unfit extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

type Amount =
  | 'backoff'
  | 'timeout'
  | 'cpu'
  | 'io'
  | 'vm'
  | 'vmBytes'
  | 'vmStride'
  | 'vmHang'
  | 'hdd'
  | 'hddBytes';

interface Row {
  names: readonly string[];
  key: Amount;
  parse: (text: string) => number;
  least: number;
  /** What is said of a smaller value. */
  invalid: (value: number) => string;
  /** The lines of stress.c that refuse a value that is missing, and one that is too small. */
  lines: readonly [missing: number, invalid: number];
}

const hogs = (kind: 'cpu' | 'io' | 'vm' | 'hdd', missing: number): Row => ({
  names: [{ cpu: '-c', io: '-i', vm: '-m', hdd: '-d' }[kind], `--${kind}`],
  key: kind,
  parse: bytes,
  least: 1,
  invalid: (value) => `invalid number of ${kind} hogs: ${value}`,
  lines: [missing, missing + 4],
});

const ROWS: readonly Row[] = [
  {
    names: ['--backoff'],
    key: 'backoff',
    parse: (text) => {
      if (!/^[-+]?\d/.test(text)) throw new Unfit(145, `invalid number: ${text}`);
      return Number.parseInt(text, 10);
    },
    least: 0,
    invalid: (value) => `invalid backoff factor: ${value}`,
    lines: [142, 150],
  },
  {
    names: ['-t', '--timeout'],
    key: 'timeout',
    parse: seconds,
    least: 1,
    invalid: (value) => `invalid timeout value: ${value}s`,
    lines: [157, 161],
  },
  hogs('cpu', 167),
  hogs('io', 177),
  hogs('vm', 187),
  {
    names: ['--vm-bytes'],
    key: 'vmBytes',
    parse: bytes,
    least: 1,
    invalid: (value) => `invalid vm byte value: ${value}`,
    lines: [197, 201],
  },
  {
    names: ['--vm-stride'],
    key: 'vmStride',
    parse: bytes,
    least: 1,
    invalid: (value) => `invalid stride value: ${value}`,
    lines: [207, 211],
  },
  {
    names: ['--vm-hang'],
    key: 'vmHang',
    parse: bytes,
    least: 0,
    invalid: (value) => `invalid value: ${value}`,
    lines: [217, 221],
  },
  hogs('hdd', 231),
  {
    names: ['--hdd-bytes'],
    key: 'hddBytes',
    parse: bytes,
    least: 1,
    invalid: (value) => `invalid hdd byte value: ${value}`,
    lines: [241, 245],
  },
];

/**
 * Reads the command line from left to right; options are words of their own. Throws `Unfit` at the first that is wrong. `debug` is told what
 * is worth telling to whom it has made talkative by then.
 */
export function parseOptions(
  args: readonly string[],
  debug: (text: string) => void,
): StressOptions | 'help' | 'version' {
  const options: StressOptions = {
    verbosity: 2,
    dryRun: false,
    backoff: 3000,
    timeout: 0,
    cpu: 0,
    io: 0,
    vm: 0,
    vmBytes: 256 * 1024 ** 2,
    vmStride: 4096,
    vmHang: undefined,
    vmKeep: false,
    hdd: 0,
    hddBytes: 1024 ** 3,
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const row = ROWS.find(({ names }) => names.includes(word));
    if (row) {
      const text = args[++i];
      if (text === undefined)
        throw new Unfit(row.lines[0], `missing argument to option '${row.names.at(-1)}'`);
      const value = row.parse(text);
      if (value < row.least) throw new Unfit(row.lines[1], row.invalid(value));
      options[row.key] = value;
      if (row.key === 'backoff' && options.verbosity === 3) debug(`setting backoff coeffient to ${value}us`);
    } else if (word === '-?' || word === '--help') return 'help';
    else if (word === '--version') return 'version';
    else if (word === '-v' || word === '--verbose') options.verbosity = 3;
    else if (word === '-q' || word === '--quiet') options.verbosity = 0;
    else if (word === '-n' || word === '--dry-run') options.dryRun = true;
    else if (word === '--vm-keep') options.vmKeep = true;
    else throw new Unfit(251, `unrecognized option: ${word}`);
  }
  return options.cpu + options.io + options.vm + options.hdd === 0 ? 'help' : options;
}

/** `64M`; also numbers of workers and seconds to hang. */
function bytes(text: string): number {
  return suffixed(text, { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }, 640, 665);
}

/** `10m` */
function seconds(text: string): number {
  const minute = 60;
  const units = { s: 1, m: minute, h: 60 * minute, d: 24 * 60 * minute, y: 365 * 24 * 60 * minute };
  return suffixed(text, units, 694, 723);
}

/** What comes before the suffix is read as far as it is a number (atoll(3)). */
function suffixed(
  text: string,
  units: Readonly<Record<string, number>>,
  emptyLine: number,
  suffixLine: number,
): number {
  if (text === '') throw new Unfit(emptyLine, 'invalid string');
  const last = text.at(-1)!;
  const unit = /\d/.test(last) ? 1 : units[last.toLowerCase()];
  if (unit === undefined) throw new Unfit(suffixLine, `unrecognized suffix: ${last}`);
  return Number(/^\s*[-+]?\d+/.exec(text)?.[0] ?? 0) * unit;
}
