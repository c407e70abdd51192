import { isErrno } from '../../base/errno.ts';
import { shellStatus, spawn } from '../lib/spawn.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';

/** xargs(1) */
export const xargs: Utility = {
  name: 'xargs',
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
  summary: 'Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.',
  options: {
    short: '+0a:d:E:eI:i::L:l::n:oP:prs:tx',
    long: {
      null: '0',
      'arg-file': 'a:',
      delimiter: 'd:',
      replace: 'i::',
      'max-lines': 'l::',
      'max-args': 'n:',
      'open-tty': 'o',
      'max-procs': 'P:',
      interactive: 'p',
      'no-run-if-empty': 'r',
      'max-chars': 's:',
      verbose: 't',
      exit: 'x',
    },
  },
  busybox: { options: { short: '+pt0reE:n:s:xI:i::P:a:' }, usage: '[OPTIONS] [PROG ARGS]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const command = parsed.operands.length === 0 ? ['echo'] : parsed.operands;
    const file = given.value('a');
    const input = file === undefined ? io.stdin : new Input(io.sys, await io.sys.open(file, 0));
    const replace = given.value('I') ?? (given.has('i') ? (given.value('i') ?? '{}') : undefined);
    const delimiter = given.has('0')
      ? '\0'
      : given.value('d')?.replace('\\n', '\n').replace('\\0', '\0').replace('\\t', '\t');
    const lines = given.value('L') ?? (given.has('l') ? (given.value('l') ?? '1') : undefined);
    for (const [name, option] of [
      ['n', 'n'],
      ['P', 'P'],
      ['L', 'L'],
    ] as const) {
      const value = given.value(option);
      if (value !== undefined && !/^\d+$/.test(value))
        return io.fail(
          flavour === 'gnu' ? `invalid number "${value}" for -${name} option` : `invalid number '${value}'`,
        );
    }
    const runner = new Runner(
      io,
      command[0]!,
      Number(given.value('P') ?? 1) || Number.POSITIVE_INFINITY,
      given.has('t'),
    );
    const most = replace !== undefined ? 1 : Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    let batch: string[] = [];
    let size = 0;
    let ran = false;
    let lineCount = 0;
    const go = async (): Promise<boolean> => {
      ran = true;
      const args = batch;
      batch = [];
      size = 0;
      lineCount = 0;
      return replace === undefined
        ? runner.run([...command, ...args])
        : runner.run(command.map((word) => word.replaceAll(replace, args[0]!)));
    };
    const eof = given.value('E');
    outer: for await (const { words, end } of items(input, delimiter, replace !== undefined)) {
      for (const word of words) {
        if (eof !== undefined && word === eof) break outer;
        if (batch.length >= most || size + word.length > 120_000) if (!(await go())) return runner.finish();
        batch.push(word);
        size += word.length + 1;
      }
      if (end && words.length > 0 && lines !== undefined && ++lineCount >= Number(lines) && !(await go()))
        return runner.finish();
    }
    // GNU runs the command once without input too.
    if (batch.length > 0 || (!ran && replace === undefined && !given.has('r'))) await go();
    return runner.finish();
  },
};

/** Words of the input: parted by blanks and quotes, or by a delimiter, or a line each. */
async function* items(
  input: Input,
  delimiter: string | undefined,
  wholeLines: boolean,
): AsyncGenerator<{ words: string[]; end: boolean }, void> {
  if (delimiter !== undefined) {
    for (;;) {
      const bytes = await input.bytesUntil(textToBytes(delimiter)[0]!);
      if (bytes === undefined) return;
      yield {
        words: [bytesToText(bytes.at(-1) === textToBytes(delimiter)[0] ? bytes.subarray(0, -1) : bytes)],
        end: true,
      };
    }
  }
  for await (const line of input.lines()) {
    if (wholeLines) {
      const word = unquote(line.replace(/^[ \t]+/, ''));
      if (word !== '') yield { words: [word], end: true };
      continue;
    }
    const words: string[] = [];
    for (const match of line.matchAll(/(?:[^ \t"'\\]|\\.|"[^"]*"|'[^']*')+/g)) words.push(unquote(match[0]));
    yield { words, end: !/[ \t]$/.test(line) };
  }
}

const unquote = (text: string): string =>
  text.replace(/\\(.)|"([^"]*)"|'([^']*)'/g, (_, a, b, c) => a ?? b ?? c ?? '');

class Runner {
  readonly #io: Stdio;
  readonly #most: number;
  readonly #trace: boolean;
  readonly #command: string;
  #running = 0;
  #status = 0;

  constructor(io: Stdio, command: string, most: number, trace: boolean) {
    this.#io = io;
    this.#most = most;
    this.#trace = trace;
    this.#command = command;
  }

  /** Runs one command line; false when no more are to be run. */
  async run(argv: readonly string[]): Promise<boolean> {
    while (this.#running >= this.#most) if (!(await this.#reap())) return false;
    if (this.#trace) await this.#io.stderr.write(`${argv.join(' ')}\n`);
    await this.#io.stdout.flush();
    const nothing = await this.#io.sys.open('/dev/null', 0).catch(() => undefined);
    await spawn(this.#io.process, argv, nothing === undefined ? {} : { fds: new Map([[0, nothing]]) });
    if (nothing !== undefined) await this.#io.sys.close(nothing);
    this.#running++;
    return this.#most > 1 || this.#reap();
  }

  async #reap(): Promise<boolean> {
    let waited: Awaited<ReturnType<Stdio['sys']['wait']>>;
    try {
      waited = await this.#io.sys.wait(-1);
    } catch (error) {
      if (!isErrno(error, 'EINTR', 'ECHILD')) throw error;
      return true;
    }
    this.#running--;
    const { status } = waited!;
    const code = shellStatus(status);
    if (status.kind === 'signaled') {
      this.#status = 125;
      return false;
    }
    if (code === 255) {
      await this.#io.fail(`${this.#command}: exited with status 255; aborting`);
      this.#status = 124;
      return false;
    }
    if (code === 126 || code === 127) {
      this.#status = code;
      return false;
    }
    if (code !== 0) this.#status = 123;
    return true;
  }

  async finish(): Promise<number> {
    while (this.#running > 0) await this.#reap();
    return this.#status;
  }
}
