import { getopt, OptionError, type OptionTable } from '../lib/getopt.ts';
import { BadExpression, everything, type Selection, select } from './selection.ts';
import { SORT_KEYS, type SortKey } from './summary.ts';

/** What the command line asks for. */
export interface Options {
  pids: number[];
  command: readonly string[];
  /** Changes of the command's environment: `NAME=value` sets, `NAME` removes. */
  environment: readonly string[];
  user: string | undefined;
  follow: boolean;
  /** A file for each process (`-ff`). */
  separate: boolean;
  output: { path: string; append: boolean } | undefined;
  selection: Selection;
  /** How quiet: 1 without attach messages, 2 without the end of processes either. */
  column: number;
  stringLimit: number;
  hex: 'none' | 'other' | 'all';
  stamp: 'none' | 'seconds' | 'microseconds' | 'epoch';
  relative: boolean;
  duration: boolean;
  numbers: boolean;
  /** Only a summary (`-c`), or one besides (`-C`). */
  summary: 'none' | 'only' | 'also';
  wallClock: boolean;
  sortBy: SortKey;
}

const TABLE: OptionTable = {
  short: '+a:Ab:cCdDe:E:fFhiI:kno:O:p:P:qrs:S:tTu:U:vVwxX:yzZ',
  long: {
    columns: 'a:',
    'output-append-mode': 'A',
    'detach-on': 'b:',
    'summary-only': 'c',
    summary: 'C',
    debug: 'd',
    daemonize: 'D::',
    env: 'E:',
    'follow-forks': 'f',
    help: 'h',
    'instruction-pointer': 'i',
    interruptible: 'I:',
    'stack-traces': 'k',
    'syscall-number': 'n',
    output: 'o:',
    'output-separately': 'output-separately',
    'summary-syscall-overhead': 'O:',
    attach: 'p:',
    'trace-path': 'P:',
    'relative-timestamps': 'r',
    'string-limit': 's:',
    'summary-sort-by': 'S:',
    'absolute-timestamps': 'absolute-timestamps::',
    'syscall-times': 'T',
    user: 'u:',
    'summary-columns': 'U:',
    'no-abbrev': 'v',
    version: 'V',
    'summary-wall-clock': 'w',
    'strings-in-hex': 'strings-in-hex::',
    'decode-fds': 'decode-fds::',
    'successful-only': 'z',
    'failed-only': 'Z',
    trace: 'trace:',
    signal: 'signal:',
    status: 'status:',
    quiet: 'quiet::',
    silent: 'quiet::',
    silence: 'quiet::',
    abbrev: 'abbrev:',
    verbose: 'verbose:',
    raw: 'raw:',
    read: 'read:',
    write: 'write:',
    inject: 'inject:',
    fault: 'fault:',
  },
};

/** Options of strace that stand for things a simulated process does not have, or that nobody has asked for yet. */
const NOT_SIMULATED = ['b', 'd', 'D', 'i', 'I', 'k', 'O', 'P', 'U', 'X'];

/** A mistake in the arguments; whether strace then points to its help. */
export class BadUsage extends Error {
  readonly hint: boolean;

  constructor(message: string, hint = false) {
    super(message);
    this.hint = hint;
  }
}

/** Reads the arguments; `help` and `version` where these are asked for. Throws `BadUsage`. */
export function parseOptions(args: readonly string[]): Options | 'help' | 'version' {
  const { options, operands } = parsed(args);
  const out: Options = {
    pids: [],
    command: operands,
    environment: [],
    user: undefined,
    follow: false,
    separate: false,
    output: undefined,
    selection: everything,
    column: 40,
    stringLimit: 32,
    hex: 'none',
    stamp: 'none',
    relative: false,
    duration: false,
    numbers: false,
    summary: 'none',
    wallClock: false,
    sortBy: 'time',
  };
  const count = (name: string): number => options.filter((option) => option.name === name).length;
  const environment: string[] = [];
  for (const { name, value = '' } of options) {
    if (NOT_SIMULATED.includes(name)) throw new BadUsage(`option '-${name}' is not simulated in Drydock`);
    switch (name) {
      case 'h':
        return 'help';
      case 'V':
        return 'version';
      case 'a':
        out.column = whole(name, value);
        break;
      case 's':
        out.stringLimit = whole(name, value);
        break;
      case 'e':
        out.selection = narrowed(out.selection, value);
        break;
      case 'E':
        environment.push(value);
        break;
      case 'p':
        out.pids.push(...pidList(value));
        break;
      case 'S':
        out.sortBy = sortKey(value);
        break;
      case 'u':
        out.user = value;
        break;
      case 'o':
        out.output = { path: value, append: count('A') > 0 };
        break;
      case 'quiet':
        out.selection = narrowed(out.selection, `quiet=${value || 'attach,personality'}`);
        break;
      case 'decode-fds':
        out.selection = narrowed(out.selection, `decode-fds=${value || 'path'}`);
        break;
      case 'absolute-timestamps':
        out.stamp = stampOf(value);
        break;
      case 'strings-in-hex':
        out.hex = value === 'all' || value === '' ? 'all' : 'other';
        break;
      case 'z':
        out.selection = { ...out.selection, statuses: new Set(['successful']) };
        break;
      case 'Z':
        out.selection = { ...out.selection, statuses: new Set(['failed']) };
        break;
      default:
        if (name.length > 1 && name !== 'output-separately')
          out.selection = narrowed(out.selection, `${name}=${value}`);
    }
  }
  out.environment = environment;
  out.follow = count('f') + count('F') > 0;
  out.separate = count('f') > 1 || count('output-separately') > 0;
  out.relative = count('r') > 0;
  out.duration = count('T') > 0;
  out.numbers = count('n') > 0;
  out.wallClock = count('w') > 0;
  if (count('c') > 0) out.summary = 'only';
  else if (count('C') > 0) out.summary = 'also';
  if (count('t') > 0)
    out.stamp = (['seconds', 'microseconds', 'epoch'] as const)[Math.min(3, count('t')) - 1]!;
  if (count('x') > 0) out.hex = count('x') > 1 ? 'all' : 'other';
  if (count('v') > 0) out.selection = { ...out.selection, verbose: true };
  if (count('y') > 1) throw new BadUsage("option '-yy' is not simulated in Drydock");
  if (count('y') > 0) out.selection = { ...out.selection, files: true };
  // With a file to write to, the messages about a program of one's own are not wanted.
  if (count('q') > 0 || (out.output && operands.length > 0)) {
    const quiet = count('q') > 1 ? ['attach', 'personality', 'exit'] : ['attach', 'personality'];
    out.selection = { ...out.selection, quiet: new Set([...out.selection.quiet, ...quiet]) };
  }
  if (out.pids.length === 0 && operands.length === 0)
    throw new BadUsage('must have PROG [ARGS] or -p PID', true);
  return out;
}

function parsed(args: readonly string[]) {
  try {
    return getopt(args, TABLE);
  } catch (error) {
    if (error instanceof OptionError) throw new BadUsage(error.message, true);
    throw error;
  }
}

function narrowed(selection: Selection, expression: string): Selection {
  try {
    return select(selection, expression);
  } catch (error) {
    if (error instanceof BadExpression) throw new BadUsage(error.message);
    throw error;
  }
}

function whole(name: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new BadUsage(`invalid -${name} argument: '${value}'`, true);
  return Number(value);
}

/** `-p 1,2` and `-p '1 2'`. */
function pidList(value: string): number[] {
  return value.split(/[,\s]+/).map((pid) => {
    if (!/^[1-9]\d*$/.test(pid)) throw new BadUsage(`Invalid process id: '${pid}'`);
    return Number(pid);
  });
}

function sortKey(value: string): SortKey {
  const key = SORT_KEYS[value];
  if (key === undefined) throw new BadUsage(`invalid sortby: '${value}'`, true);
  return key;
}

function stampOf(value: string): Options['stamp'] {
  const stamps: Readonly<Record<string, Options['stamp']>> = {
    '': 'seconds',
    'format:time': 'seconds',
    'precision:us': 'microseconds',
    'format:unix': 'epoch',
    'format:none': 'none',
  };
  const stamp = stamps[value];
  if (stamp === undefined) throw new BadUsage(`--absolute-timestamps=${value} is not simulated in Drydock`);
  return stamp;
}
