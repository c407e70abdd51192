import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDONLY, O_RDWR } from '../../kernel/fcntl.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { raw, type TerminalAttributes, type WindowSize } from '../../vfs/tty/attributes.ts';
import { isDirectory, statOf } from '../files.ts';
import { getopt, type OptionTable } from '../lib/getopt.ts';
import { compileRegex, RegexError } from '../lib/regex.ts';
import { run as runProgram } from '../lib/spawn.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';
import { Keys } from './keys.ts';
import { Lines } from './lines.ts';
import { rowsOf } from './shape.ts';

const OPTIONS: OptionTable = {
  short: 'dflcpeshun:V0123456789',
  long: {
    silent: 'd',
    logical: 'f',
    'no-pause': 'l',
    'print-over': 'c',
    'clean-print': 'p',
    'exit-on-eof': 'e',
    squeeze: 's',
    plain: 'u',
    lines: 'n:',
  },
  about: { help: 'h', version: 'V' },
  // A bell is never rung; form feeds are characters like others; how the screen is cleared cannot be seen.
  inert: ['d', 'l', 'c', 'p'],
  refused: ['u'],
};

/** more(1) of util-linux, and BusyBox': forward through text, a page at a time; without a terminal like cat. */
export const more: Utility = {
  name: 'more',
  usage: '[options] <file>...',
  summary: 'A file perusal filter for CRT viewing.',
  hint: () => "Try 'more --help' for more information.",
  busybox: { usage: '[FILE]...' },
  async run(io, { operands }, flavour) {
    const begins = operands.find((word) => word.startsWith('+'))?.slice(1);
    const words = operands.filter((word) => !word.startsWith('+'));
    const parsed = flavour === 'gnu' ? getopt(words, OPTIONS) : { options: [], operands: words };
    const given = new Given(parsed);
    if (given.has('h', 'V')) {
      io.stdout.write(
        given.has('V') ? 'more from util-linux 2.38.1\n' : 'Usage:\n more [options] <file>...\n',
      );
      return 0;
    }
    if (parsed.operands.length === 0 && (await io.sys.isatty(0))) {
      if (flavour === 'busybox') return io.fail('missing filename');
      await io.stderr.write("more: bad usage\nTry 'more --help' for more information.\n");
      return 1;
    }
    const names = parsed.operands.length === 0 ? ['-'] : parsed.operands;
    const digits = parsed.options
      .map(({ name }) => name)
      .filter((name) => /^\d$/.test(name))
      .join('');
    const session = new Session(io, names, flavour, given, Number(given.value('n') ?? digits) || undefined);
    return (await io.sys.isatty(1)) ? session.run(begins) : session.passThrough();
  },
};

/** What a key asks for beside going on. */
type Step = { rows: number } | 'quit' | 'next file' | 'previous file' | 'rest';

class Session {
  readonly #io: Stdio;
  readonly #gnu: boolean;
  readonly #given: Given;
  readonly #names: readonly string[];
  readonly #asked: number | undefined;
  #keys!: Keys;
  #rows = 24;
  #columns = 80;
  #lines!: Lines;
  #size: number | undefined;
  /** The next line to be shown. */
  #at = 0;
  #pattern: RegExp | undefined;
  #status = 0;

  constructor(io: Stdio, names: readonly string[], flavour: Flavour, given: Given, rows: number | undefined) {
    this.#io = io;
    this.#gnu = flavour === 'gnu';
    this.#given = given;
    this.#names = names;
    this.#asked = rows;
  }

  async passThrough(): Promise<number> {
    const { io } = { io: this.#io };
    for (const name of this.#names) {
      const fd = await this.#open(name);
      if (fd === undefined) continue;
      if (this.#gnu && (this.#names.length > 1 || name !== '-')) io.stdout.write(banner(name));
      const input = fd === 0 ? io.stdin : new Input(io.sys, fd);
      for (let chunk = await input.read(); chunk.length > 0; chunk = await input.read())
        await io.stdout.write(chunk);
      if (fd !== 0) await io.sys.close(fd);
    }
    return this.#status;
  }

  async run(begins: string | undefined): Promise<number> {
    const { sys, stdout } = this.#io;
    const tty = await sys.open('/dev/tty', O_RDWR | O_CLOEXEC).catch(() => 0);
    this.#keys = new Keys(sys, tty);
    const saved = (await sys.ioctl(tty, { request: 'TCGETS' })) as TerminalAttributes;
    const attributes = { ...raw(saved), opost: true, onlcr: true, isig: true };
    await sys.ioctl(tty, { request: 'TCSETS', attributes });
    const restore = () => sys.ioctl(tty, { request: 'TCSETS', attributes: saved });
    await sys.sigaction('SIGINT', () => void restore().then(() => sys.exit(0)));
    try {
      for (let i = 0; i >= 0 && i < this.#names.length; ) {
        const step = await this.#file(i, begins);
        if (step === 'quit') break;
        i += step === 'previous file' ? -1 : 1;
      }
    } finally {
      await restore();
      await stdout.flush();
    }
    return this.#status;
  }

  async #open(name: string): Promise<number | undefined> {
    if (name === '-') return 0;
    const { sys, stdout, stderr } = this.#io;
    try {
      if (isDirectory(await statOf(sys, name))) {
        await stdout.flush();
        await stderr.write(
          this.#gnu ? `\n*** ${name}: directory ***\n\n` : 'more: read error: Is a directory\n',
        );
        this.#status = this.#gnu ? 0 : 1;
        return undefined;
      }
      return await sys.open(name, O_RDONLY | O_CLOEXEC);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await stdout.flush();
      await stderr.write(
        this.#gnu
          ? `more: cannot open ${name}: ${error.message}\n`
          : `more: can't open '${name}': ${error.message}\n`,
      );
      this.#status = this.#gnu ? 0 : 1;
      return undefined;
    }
  }

  /** Shows one file; what the reader wants after it. */
  async #file(index: number, begins: string | undefined): Promise<Step> {
    const name = this.#names[index]!;
    const fd = await this.#open(name);
    if (fd === undefined) return 'next file';
    const { sys, stdout } = this.#io;
    this.#lines = new Lines(sys, fd, name);
    const stat = fd === 0 ? undefined : await sys.fstat(fd);
    this.#size = stat && (stat.mode & S_IFMT) === S_IFREG ? stat.size : undefined;
    this.#at = 0;
    await this.#measure();
    let room = this.#page;
    if (this.#names.length > 1 && this.#gnu) {
      stdout.write(banner(name));
      room -= 3;
    }
    if (begins?.startsWith('/')) await this.#search(begins.slice(1));
    else if (begins !== undefined) this.#at = Math.max(0, Number(begins) - 1 || 0);
    await this.#print(room);
    for (;;) {
      const isLast = index + 1 >= this.#names.length;
      if (await this.#isDone()) {
        // What is left of the terminal's screen is BusyBox' to give back at once.
        if (!isLast) {
          await this.#prompt(`(Next file: ${this.#names[index + 1]})`);
          const key = await this.#keys.next();
          await this.#clear();
          return key === 'q' || key === 'Q' || key === '' ? 'quit' : 'next file';
        }
        if (!this.#gnu || this.#given.has('e')) return 'quit';
        stdout.write('\r\x1b[K\x1b[7m(END)\x1b[27m');
        await stdout.flush();
      } else await this.#prompt();
      const step = await this.#step(index);
      if (step === 'rest') {
        await this.#print(Number.POSITIVE_INFINITY);
        return isLast ? 'quit' : 'next file';
      }
      if (typeof step === 'string') {
        if (fd !== 0) await sys.close(fd);
        return step;
      }
      await this.#print(step.rows);
    }
  }

  async #measure(): Promise<void> {
    const size = (await this.#io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as WindowSize;
    this.#rows = size.rows || 24;
    this.#columns = size.columns || 80;
  }

  get #page(): number {
    return this.#asked ?? this.#rows - 1;
  }

  async #isDone(): Promise<boolean> {
    if (this.#at === Number.MAX_SAFE_INTEGER) return true;
    await this.#lines.load(this.#at + 1);
    return this.#at >= this.#lines.count;
  }

  /** Prints lines that fill so many rows. */
  async #print(rows: number): Promise<void> {
    const { stdout } = this.#io;
    await this.#clear();
    for (let left = rows; left > 0; ) {
      if (await this.#isDone()) {
        // The page is filled, so that the foot stays where it is.
        if (this.#gnu && Number.isFinite(left)) stdout.write('\n'.repeat(left));
        break;
      }
      const line = this.#lines.at(this.#at++)!;
      if (this.#given.has('s') && line === '' && this.#lines.at(this.#at - 2) === '') continue;
      const shape = { columns: this.#columns, chop: false, shift: 0, numbers: false, tabs: 8 } as const;
      const shown = rowsOf(line, 0, { ...shape, raw: 'all', highlight: undefined });
      const written = stdout.write(`${shown.join('\n')}\n`);
      if (written) await written;
      left -= this.#given.has('f') ? 1 : shown.length;
    }
    await stdout.flush();
  }

  async #clear(): Promise<void> {
    await this.#io.stdout.write('\r\x1b[K');
  }

  async #prompt(note?: string): Promise<void> {
    const { stdout } = this.#io;
    const bytes = this.#lines.startOf(this.#at);
    const share = this.#size ? Math.floor((bytes / this.#size) * 100) : undefined;
    const gnu = `\x1b[7m--More--${note ?? (share === undefined ? '' : `(${share}%)`)}\x1b[27m`;
    const busybox = `--More-- ${share === undefined ? '' : `(${Math.round((bytes / this.#size!) * 100)}% of ${this.#size} bytes)`}`;
    stdout.write(this.#gnu ? gnu : busybox);
    await stdout.flush();
  }

  async #step(index: number): Promise<Step> {
    let digits = '';
    for (;;) {
      const key = await this.#keys.next();
      if (key === '') return 'quit';
      if (key === undefined) continue;
      if (/^\d$/.test(key)) {
        digits += key;
        continue;
      }
      const count = digits === '' ? undefined : Number(digits);
      digits = '';
      if (key === 'q' || key === 'Q' || key === '\x03') {
        await this.#clear();
        return 'quit';
      }
      if (key === ' ') return { rows: count ?? this.#page };
      if (key === '\r' || key === '\n') return { rows: count ?? 1 };
      if (!this.#gnu) {
        if (key === 'r' || key === 'R') return 'rest';
        await this.#clear();
        this.#io.stdout.write('(Enter:next line Space:next page Q:quit R:show the rest)');
        await this.#io.stdout.flush();
        continue;
      }
      const step = await this.#command(key, count, index);
      if (step !== undefined) return step;
    }
  }

  /** What only util-linux' knows; undefined when there is nothing to show. */
  async #command(key: string, count: number | undefined, index: number): Promise<Step | undefined> {
    const { stdout } = this.#io;
    switch (key) {
      case 'z':
        return { rows: count ?? this.#page };
      case 'd':
      case '\x04':
        return { rows: count ?? Math.max(1, Math.floor(this.#rows / 2) - 1) };
      case 's':
      case 'f': {
        const skipped = (count ?? 1) * (key === 'f' ? this.#page : 1);
        this.#at += skipped;
        stdout.write(`\r\x1b[K\n...skipping ${skipped} line${skipped === 1 ? '' : 's'}\n`);
        return { rows: this.#page };
      }
      case 'b':
      case '\x02': {
        const pages = count ?? 1;
        this.#at = Math.max(0, this.#at - (pages + 1) * this.#page - 1);
        stdout.write(`\r\x1b[K...back ${pages} page${pages === 1 ? '' : 's'}\n`);
        return { rows: this.#page };
      }
      case '=':
        await this.#clear();
        stdout.write(String(this.#at));
        await stdout.flush();
        return undefined;
      case '/': {
        const text = await this.#ask('/');
        if (text === undefined) return { rows: 0 };
        return (await this.#search(text)) ? { rows: this.#page } : undefined;
      }
      case 'n':
        return (await this.#search('')) ? { rows: this.#page } : undefined;
      case 'v':
        if (this.#lines.name === '-') return undefined;
        await this.#clear();
        await stdout.flush();
        await runProgram(this.#io.process, [
          ...(this.#io.env.get('VISUAL') || this.#io.env.get('EDITOR') || 'vi').split(' '),
          this.#lines.name,
        ]);
        return { rows: 0 };
      case ':': {
        const second = await this.#keys.next();
        if (second === 'q' || second === 'Q') return 'quit';
        if (second === 'n' && index + 1 < this.#names.length) {
          stdout.write(`\r\x1b[K\n...Skipping\n...Skipping to file ${this.#names[index + 1]}\n\n`);
          this.#at = Number.MAX_SAFE_INTEGER;
          return { rows: 0 };
        }
        if (second === 'p' && index > 0) return 'previous file';
        if (second !== 'f') return undefined;
        await this.#clear();
        stdout.write(`"${this.#lines.name}" line ${this.#at}`);
        await stdout.flush();
        return undefined;
      }
      case 'h':
      case '?':
        await this.#clear();
        stdout.write(
          'Space: next page  Enter: next line  b: back  d: 11 lines  /: search  n: again  =: line  q: quit',
        );
        await stdout.flush();
    }
    return undefined;
  }

  async #ask(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      await this.#clear();
      this.#io.stdout.write(mark + text);
      await this.#io.stdout.flush();
      const key = await this.#keys.next();
      if (key === undefined || key === '' || key === '\x1b' || key === '\x03') return undefined;
      if (key === '\r' || key === '\n') return text;
      if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else text += key;
    }
  }

  /** Goes to where the next match is, two lines ahead of it. */
  async #search(text: string): Promise<boolean> {
    const { stdout } = this.#io;
    const said = async (what: string) => {
      await this.#clear();
      stdout.write(`\x1b[7m${what}\x1b[27m`);
      await stdout.flush();
      return false;
    };
    try {
      if (text !== '') this.#pattern = new RegExp(compileRegex(text, { extended: false }).source, 'u');
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return said('Invalid pattern');
    }
    if (!this.#pattern) return said('No previous regular expression');
    for (let line = this.#at; ; line++) {
      await this.#lines.load(line + 1);
      const found = this.#lines.at(line);
      if (found === undefined) return said('Pattern not found');
      if (!this.#pattern.test(found)) continue;
      const skips = line - this.#at > 2;
      this.#at = Math.max(0, line - 2);
      if (skips) stdout.write('\r\x1b[K...skipping\n');
      return true;
    }
  }
}

const banner = (name: string): string => `::::::::::::::\n${name}\n::::::::::::::\n`;
