import type { Process } from '../../kernel/program.ts';
import { shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import { readAll, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** watch(1): runs a command again and again, and shows what fits on the screen of what it prints. */
export const watch: Utility = {
  name: 'watch',
  usage: '[options] command',
  summary: 'Execute a program periodically, showing output fullscreen.',
  hint: () => '\nUsage:\n watch [options] command\n',
  options: {
    short: '+bcd::eghn:pq:tvwx',
    long: {
      beep: 'b',
      color: 'c',
      differences: 'd::',
      errexit: 'e',
      chgexit: 'g',
      interval: 'n:',
      precise: 'p',
      equexit: 'q:',
      'no-title': 't',
      'no-wrap': 'w',
      exec: 'x',
    },
    about: { help: 'h', version: 'v' },
  },
  busybox: { options: { short: '+n:t' }, usage: '[-n SEC] [-t] PROG ARGS' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('');
    const asked = given.value('n') ?? '2';
    if (!/^\d*[.,]?\d+$/.test(asked))
      return io.fail(
        flavour === 'gnu' ? `failed to parse argument: '${asked}'` : `invalid number '${asked}'`,
      );
    const interval = Math.max(0.1, Number(asked.replace(',', '.')));
    const screen = new Screen(io, given, interval, parsed.operands.join(' '));
    const argv = given.has('x') ? parsed.operands : ['sh', '-c', parsed.operands.join(' ')];
    let same = 0;
    for (;;) {
      const begun = io.sys.clock_gettime('monotonic');
      const { output, status } = await outputOf(io.process, argv);
      const changed = await screen.show(output);
      if (status !== 0 && given.has('b')) io.stdout.write('\x07');
      await io.stdout.flush();
      if (status !== 0 && given.has('e')) return status;
      if (changed && given.has('g')) return 0;
      same = changed === false ? same + 1 : 0;
      if (given.has('q') && same >= Number(given.value('q'))) return 0;
      const spent = given.has('p') ? io.sys.clock_gettime('monotonic') - begun : 0;
      await io.sys.nanosleep(Math.max(0, interval * 1000 - spent));
    }
  },
};

/** Runs a program; what it prints on both its outputs, and its status. */
async function outputOf(
  process: Process,
  argv: readonly string[],
): Promise<{ output: string; status: number }> {
  const { sys } = process;
  const [read, write] = await sys.pipe(true);
  const pid = await spawn(process, argv, {
    fds: new Map([
      [1, write],
      [2, write],
    ]),
  });
  await sys.close(write);
  const output = bytesToText(await readAll(sys, read));
  await sys.close(read);
  return { output, status: shellStatus(await waitFor(sys, pid)) };
}

class Screen {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #interval: number;
  readonly #command: string;
  /** What was shown last, and with `-d=permanent` what has ever differed. */
  #before: string[] | undefined;
  #everDiffered: boolean[][] = [];

  constructor(io: Stdio, given: Given, interval: number, command: string) {
    this.#io = io;
    this.#given = given;
    this.#interval = interval;
    this.#command = command;
  }

  /** Shows an output; whether it differs from the last, undefined at the first. */
  async show(output: string): Promise<boolean | undefined> {
    const { sys, stdout } = this.#io;
    const terminal = await sys.isatty(1);
    const size = terminal
      ? ((await sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { rows: number; columns: number })
      : { rows: 24, columns: 80 };
    const [rows, columns] = [size.rows || 24, size.columns || 80];
    const titled = !this.#given.has('t');
    const lines = this.#laidOut(output, columns).slice(0, Math.max(1, rows - (titled ? 2 : 0)));
    const before = this.#before;
    const changed = before && (lines.length !== before.length || lines.some((line, i) => line !== before[i]));
    const shown = this.#given.has('d') && before ? this.#marked(lines, before) : lines;
    this.#before = lines;
    const head = titled ? `${await this.#title(columns)}\n\n` : '';
    stdout.write(`\x1b[H\x1b[J${head}${shown.join('\n')}`);
    return changed;
  }

  async #title(columns: number): Promise<string> {
    const { nodename } = await this.#io.sys.uname();
    const left = `Every ${this.#interval.toFixed(1)}s: ${this.#command}`;
    const right = `${nodename}: ${strftime('%c', this.#io.sys.clock_gettime('realtime'))}`;
    return `${left}${' '.repeat(Math.max(1, columns - left.length - right.length))}${right}`;
  }

  #laidOut(output: string, columns: number): string[] {
    // Without -c sequences that would move the cursor or colour are left out.
    const plain = this.#given.has('c') ? output : output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    const lines: string[] = [];
    for (const line of plain.replace(/\n$/, '').split('\n')) {
      const wide = line.replace(/\t/g, (_tab, at: number) => ' '.repeat(8 - (at % 8)));
      if (this.#given.has('w') || this.#given.has('c')) lines.push(wide);
      else
        for (let at = 0; at === 0 || at < wide.length; at += columns)
          lines.push(wide.slice(at, at + columns));
    }
    return lines;
  }

  /** With what differs in reverse video. */
  #marked(lines: readonly string[], before: readonly string[]): string[] {
    const keeps = this.#given.value('d') !== undefined;
    return lines.map((line, row) => {
      this.#everDiffered[row] ??= [];
      const differed = this.#everDiffered[row];
      let out = '';
      for (const [column, char] of [...line].entries()) {
        const differs = char !== (before[row]?.[column] ?? ' ');
        if (differs && keeps) differed[column] = true;
        out += differs || differed[column] ? `\x1b[7m${char}\x1b[27m` : char;
      }
      return out;
    });
  }
}
