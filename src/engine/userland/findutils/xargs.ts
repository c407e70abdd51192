import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDONLY } from '../../kernel/fcntl.ts';
import { shellStatus, spawn } from '../lib/spawn.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { attempt, Given, Misuse, type Utility } from '../utility.ts';

/** xargs(1) */
export const xargs: Utility = {
  name: 'xargs',
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
  summary: 'Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.',
  options: {
    short: '+0a:d:E:e::I:i::L:l::n:oP:prs:tx',
    long: {
      null: '0',
      'arg-file': 'a:',
      delimiter: 'd:',
      eof: 'e::',
      'process-slot-var': 'process-slot-var:',
      'show-limits': 'show-limits',
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
    refused: ['process-slot-var', 'show-limits'],
  },
  busybox: {
    // As many arguments go into a command as there is room for, with -x too.
    options: { short: '+pt0re::E:n:s:xI:i::P:a:o', inert: ['x'] },
    usage: '[OPTIONS] [PROG ARGS]',
  },
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
      ['s', 's'],
    ] as const) {
      const value = given.value(option);
      if (value === undefined) continue;
      const least = option === 'P' ? 0 : 1;
      const isNumber = /^\d+$/.test(value);
      if (isNumber && Number(value) >= least) continue;
      if (flavour === 'busybox')
        return io.fail(
          isNumber ? `number ${value} is not in ${least}..2147483647 range` : `invalid number '${value}'`,
        );
      throw new Misuse(
        isNumber
          ? `value ${value} for -${name} option should be >= ${least}`
          : `invalid number "${value}" for -${name} option`,
      );
    }
    const runner = new Runner(io, command[0]!, Number(given.value('P') ?? 1) || Number.POSITIVE_INFINITY, {
      trace: given.has('t', 'p'),
      asks: given.has('p'),
      terminal: given.has('o'),
    });
    if (given.has('p') && !(await runner.openTerminal())) return 1;
    const most = replace !== undefined ? 1 : Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    let batch: string[] = [];
    let size = 0;
    let ran = false;
    let lineCount = 0;
    // The command's own words count, each with the NUL that ends it.
    const own = command.reduce((sum, word) => sum + textToBytes(word).length + 1, 0);
    const room = Number(given.value('s') ?? 131_072) - own;
    if (room <= 0) return io.fail('cannot fit single argument within argument list size limit');
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
    const eof = given.value('E', 'e');
    const fill = async (): Promise<number | undefined> => {
      outer: for await (const { words, end } of items(input, delimiter, replace !== undefined)) {
        for (const word of words) {
          if (eof !== undefined && word === eof) break outer;
          const length = textToBytes(word).length + 1;
          if (length > room) {
            await runner.finish();
            return io.fail('argument line too long');
          }
          if (
            batch.length > 0 &&
            size + length > room &&
            batch.length < most &&
            given.has('x') &&
            flavour === 'gnu'
          ) {
            await runner.finish();
            return io.fail('argument list too long');
          }
          if (batch.length >= most || size + length > room) if (!(await go())) return runner.finish();
          batch.push(word);
          size += length;
        }
        if (end && words.length > 0 && lines !== undefined && ++lineCount >= Number(lines) && !(await go()))
          return runner.finish();
      }
      return undefined;
    };
    try {
      const ended = await fill();
      if (ended !== undefined) return ended;
    } catch (error) {
      if (!(error instanceof Unmatched)) throw error;
      await runner.finish();
      const why = '; by default quotes are special to xargs unless you use the -0 option';
      return io.fail(`unmatched ${error.kind} quote${flavour === 'gnu' ? why : ''}`);
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
    const open = /["']/.exec(line.replace(/\\.|"[^"]*"|'[^']*'/g, ''))?.[0];
    if (open !== undefined) throw new Unmatched(open === '"' ? 'double' : 'single');
    const words: string[] = [];
    for (const match of line.matchAll(/(?:[^ \t"'\\]|\\.|"[^"]*"|'[^']*')+/g)) words.push(unquote(match[0]));
    yield { words, end: !/[ \t]$/.test(line) };
  }
}

/** A quote that its line does not close. */
class Unmatched extends Error {
  readonly kind: string;

  constructor(kind: string) {
    super(kind);
    this.kind = kind;
  }
}

const unquote = (text: string): string =>
  text.replace(/\\(.)|"([^"]*)"|'([^']*)'/g, (_, a, b, c) => a ?? b ?? c ?? '');

class Runner {
  readonly #io: Stdio;
  readonly #most: number;
  readonly #how: { trace: boolean; asks: boolean; terminal: boolean };
  /** Where answers come from: standard input is the arguments'. */
  #answers: Input | undefined;
  readonly #command: string;
  #running = 0;
  #status = 0;

  constructor(
    io: Stdio,
    command: string,
    most: number,
    how: { trace: boolean; asks: boolean; terminal: boolean },
  ) {
    this.#io = io;
    this.#most = most;
    this.#how = how;
    this.#command = command;
  }

  /** Opens the terminal for -p; false, and a complaint, if there is none. */
  async openTerminal(): Promise<boolean> {
    const { sys } = this.#io;
    return attempt(
      this.#io,
      async () => {
        this.#answers = new Input(sys, await sys.open('/dev/tty', O_RDONLY | O_CLOEXEC));
      },
      (text) => `failed to open /dev/tty for reading: ${text}`,
    );
  }

  /** Runs one command line; false when no more are to be run. */
  async run(argv: readonly string[]): Promise<boolean> {
    while (this.#running >= this.#most) if (!(await this.#reap())) return false;
    if (this.#how.trace) await this.#io.stderr.write(`${argv.join(' ')}${this.#answers ? '?...' : '\n'}`);
    if (this.#answers && !/^[yY]/.test((await this.#answers.line()) ?? '')) return true;
    await this.#io.stdout.flush();
    const input = this.#how.terminal ? '/dev/tty' : '/dev/null';
    const nothing = await this.#io.sys.open(input, 0).catch(() => undefined);
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
