import { isErrno } from '../base/errno.ts';
import type { Program } from '../kernel/program.ts';
import { type GetoptWords, getopt, OptionError, type OptionTable, type ParsedOptions } from './lib/getopt.ts';
import { Input, type Stdio, utility } from './lib/stdio.ts';

/** Whose form of a tool runs: GNU's on Debian-like systems, BusyBox's in small images. Texts and options differ. */
export type Flavour = 'gnu' | 'busybox';

/** A utility as data: its options and synopsis in each flavour, and what it does. */
export interface Utility {
  name: string;
  /** What stands after the name in the usage line. */
  usage: string;
  summary: string;
  /** Absent: the arguments are the operands, whatever they look like. */
  options?: OptionTable;
  /** BusyBox' own options and usage, where it is not the same. */
  busybox?: { options?: OptionTable; usage?: string; misuse?: number };
  /** Exit status of a usage error; 1 unless the tool has its own (ls, sort and grep: 2). */
  misuse?: number;
  /** What GNU's form prints after the message of a misuse, where it is not coreutils' `Try 'x --help'…`. */
  hint?: (name: string) => string;
  run(io: Stdio, parsed: ParsedOptions, flavour: Flavour, build: BusyboxBuild): Promise<number>;
}

/** One build of BusyBox: the line it shows of itself and the C library whose words it speaks. */
export interface BusyboxBuild {
  banner: string;
  words: GetoptWords;
  /** Whether its ps shows CPU time (FEATURE_PS_TIME). */
  psTime: boolean;
  /** Whether its wget leaves TLS to ssl_client, which looks at certificates; its own TLS does not. */
  sslClient: boolean;
  /** Whether its ls colours at a terminal unasked (FEATURE_LS_COLOR_IS_DEFAULT). */
  lsColours: boolean;
}

export const BUSYBOX: BusyboxBuild = {
  banner: 'BusyBox v1.36.1 (2024-05-18 02:56:22 UTC) multi-call binary.',
  words: 'glibc',
  psTime: true,
  sslClient: false,
  lsColours: true,
};

/** Debian's build, of which the recordings' images are made. */
export const BUSYBOX_DEBIAN: BusyboxBuild = {
  banner: 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.',
  words: 'glibc',
  psTime: false,
  sslClient: false,
  lsColours: false,
};

/** Alpine's build, with musl. */
export const BUSYBOX_ALPINE: BusyboxBuild = {
  banner: 'BusyBox v1.37.0 (2025-01-17 18:12:01 UTC) multi-call binary.',
  words: 'musl',
  psTime: true,
  sslClient: true,
  lsColours: true,
};

/** A misuse of a utility: GNU's form says what is wrong and where to look, BusyBox prints its usage. */
export class Misuse extends Error {
  readonly busybox: string | undefined;
  /** The exit status, where it is not the tool's usual one. */
  readonly status: number | undefined;

  constructor(message: string, busybox?: string, status?: number) {
    super(message);
    this.busybox = busybox;
    this.status = status;
  }
}

/** The program of a utility in one flavour. */
export function program(tool: Utility, flavour: Flavour, build: BusyboxBuild = BUSYBOX): Program {
  const table = (flavour === 'busybox' ? tool.busybox?.options : undefined) ?? tool.options;
  const long = { ...table?.long, help: '', version: '' };
  // BusyBox reads long options everywhere, if only to refuse them.
  const options = table && { ...table, long: flavour === 'gnu' ? long : (table.long ?? {}) };
  return utility(
    async (io) => {
      try {
        if (options === undefined)
          return await tool.run(io, { options: [], operands: [...io.args] }, flavour, build);
        if (flavour === 'busybox' && io.args.length === 1 && io.args[0] === '--help')
          return await busyboxUsage(io, tool, build, 0);
        const parsed = getopt(io.args, options, flavour === 'busybox' ? build.words : 'glibc');
        if (flavour === 'gnu') {
          const { help, version } = options.about ?? {};
          for (const { name } of parsed.options) {
            if (name === 'help' || name === help) return await about(io, tool, 'help');
            if (name === 'version' || name === version) return await about(io, tool, 'version');
          }
        }
        return await tool.run(io, parsed, flavour, build);
      } catch (error) {
        if (!(error instanceof OptionError || error instanceof Misuse)) throw error;
        const message = flavour === 'busybox' && error instanceof Misuse ? error.busybox : error.message;
        if (message) await io.fail(message);
        if (flavour === 'busybox') return busyboxUsage(io, tool, build);
        await io.stdout.flush();
        await io.stderr.write(`${tool.hint?.(io.name) ?? `Try '${io.name} --help' for more information.`}\n`);
        return (error instanceof Misuse ? error.status : undefined) ?? tool.misuse ?? 1;
      }
    },
    flavour === 'busybox' ? (tool.busybox?.misuse ?? 1) : tool.misuse,
  );
}

async function about(io: Stdio, tool: Utility, what: 'help' | 'version'): Promise<number> {
  io.stdout.write(
    what === 'help'
      ? `Usage: ${io.name} ${tool.usage}\n${tool.summary}\n`
      : `${io.name} (simulated in Drydock after the tools of Debian 12)\n`,
  );
  return 0;
}

/** What BusyBox prints for a misuse, on standard error. */
async function busyboxUsage(io: Stdio, tool: Utility, build: BusyboxBuild, status = 1): Promise<number> {
  const usage = `${tool.name} ${tool.busybox?.usage ?? tool.usage}`.trimEnd();
  await io.stdout.flush();
  await io.stderr.write(`${build.banner}\n\nUsage: ${usage}\n\n${tool.summary}\n`);
  return status === 0 ? 0 : (tool.busybox?.misuse ?? 1);
}

/** The options that were given: whether any of some names, and the last value of one. */
export class Given {
  readonly #options: ParsedOptions['options'];

  constructor({ options }: ParsedOptions) {
    this.#options = options;
  }

  has(...names: string[]): boolean {
    return this.#options.some(({ name }) => names.includes(name));
  }

  /** The value of the last of the names given. */
  value(...names: string[]): string | undefined {
    return this.#options.findLast(({ name }) => names.includes(name))?.value;
  }

  values(...names: string[]): string[] {
    return this.#options.filter(({ name }) => names.includes(name)).map(({ value }) => value ?? '');
  }

  /** Which of the names was given last. */
  last(...names: string[]): string | undefined {
    return this.#options.findLast(({ name }) => names.includes(name))?.name;
  }
}

/** A text as GNU tools quote it in messages: typographically where the locale is UTF-8. */
export function quote(io: Stdio, text: string): string {
  const locale = io.env.get('LC_ALL') || io.env.get('LC_CTYPE') || io.env.get('LANG') || '';
  return /utf-?8/i.test(locale) ? `‘${text}’` : `'${text}'`;
}

/** A file name as GNU tools quote it in messages: as a shell would read it. */
export function quoteName(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return /["$`\\]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}

/**
 * The argument of an option that takes one of a few words, or the beginning of one (argmatch of gnulib); a word that is none
 * ends in a misuse. Words that mean the same stand together: `[['none', 'off'], …]`; the first is given back.
 */
export function choiceOf<T extends string>(
  io: Stdio,
  text: string,
  words: readonly (T | readonly [T, ...string[]])[],
  option: string,
): T {
  const groups = words.map((each) => (typeof each === 'string' ? ([each] as const) : each));
  const exact = groups.find((group) => (group as readonly string[]).includes(text));
  if (exact) return exact[0];
  const begun = groups.filter((group) => group.some((word) => word.startsWith(text)));
  if (begun.length === 1) return begun[0]![0];
  const listed = groups.map((group) => `  - ${group.map((word) => quote(io, word)).join(', ')}`).join('\n');
  const kind = begun.length > 1 ? 'ambiguous' : 'invalid';
  throw new Misuse(
    `${kind} argument ${quote(io, text)} for ${quote(io, option)}\nValid arguments are:\n${listed}`,
    undefined,
    1,
  );
}

/** Runs an action; a system call that fails is reported with its text. Gives whether it succeeded. */
export async function attempt(
  io: Stdio,
  action: () => Promise<unknown>,
  message: (text: string) => string | undefined,
): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    const said = message(error.message);
    if (said !== undefined) await io.fail(said);
    return false;
  }
}

/** `FILE: TEXT`, as many tools of both flavours report. */
export const plainReport = (name: string, text: string): string => `${name}: ${text}`;

/**
 * Opens each operand for reading in turn (`-` is standard input, and so is no operand at all) and hands it on;
 * what cannot be read is reported, and the rest goes on. Gives the exit status.
 */
export async function eachInput(
  io: Stdio,
  operands: readonly string[],
  flavour: Flavour,
  use: (input: Input, name: string, index: number) => Promise<void>,
  report: (name: string, text: string) => string = (name, text) =>
    flavour === 'busybox' ? `can't open '${name}': ${text}` : `${name}: ${text}`,
): Promise<number> {
  let status = 0;
  const files = operands.length === 0 ? ['-'] : operands;
  for (const [index, name] of files.entries()) {
    let fd = -1;
    try {
      fd = name === '-' ? 0 : await io.sys.open(name, 0);
      await use(fd === 0 ? io.stdin : new Input(io.sys, fd), name, index);
    } catch (error) {
      if (!isErrno(error)) throw error;
      status = await io.fail(
        fd === -1
          ? report(name, error.message)
          : `${flavour === 'busybox' ? 'read error' : name}: ${error.message}`,
      );
    }
    if (fd > 0) await io.sys.close(fd);
  }
  return status;
}
