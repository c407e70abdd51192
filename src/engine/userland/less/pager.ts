import { isErrno } from '../../base/errno.ts';
import { O_RDWR } from '../../kernel/fcntl.ts';
import { raw, type TerminalAttributes, type WindowSize } from '../../vfs/tty/attributes.ts';
import { isDirectory, statOf } from '../files.ts';
import { compileRegex } from '../lib/regex.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Flavour, Utility } from '../utility.ts';

/** less(1) and more(1): a page at a time on a terminal; without one, they pass everything through like cat. */
function pager(name: 'less' | 'more'): Utility {
  return {
    name,
    usage: '[options] [FILE]...',
    summary: 'View FILE (or stdin) a page at a time.',
    options: { short: 'EFIMNRSXefimnsrcdlpu~0123456789+' },
    busybox: { usage: name === 'less' ? '[-EFIMmNSRh~] [FILE]...' : '[FILE]...' },
    async run(io, parsed, flavour) {
      const screen = await io.sys.isatty(1);
      if (parsed.operands.length === 0 && (await io.sys.isatty(0))) {
        if (flavour === 'busybox') return io.fail('missing filename');
        await io.stderr.write(
          name === 'less'
            ? 'Missing filename ("less --help" for help)\n'
            : "more: bad usage\nTry 'more --help' for more information.\n",
        );
        return 1;
      }
      const files = parsed.operands.length === 0 ? ['-'] : parsed.operands;
      let status = 0;
      const letters = new Set(parsed.options.map((option) => option.name));
      for (const file of files) {
        let input: Input;
        try {
          if (file !== '-' && isDirectory(await statOf(io.sys, file))) {
            await io.stderr.write(
              flavour === 'gnu' && name === 'less'
                ? `${file} is a directory\n`
                : `\n*** ${file}: directory ***\n\n`,
            );
            status = 1;
            continue;
          }
          input = file === '-' ? io.stdin : new Input(io.sys, await io.sys.open(file, 0));
        } catch (error) {
          if (!isErrno(error)) throw error;
          status = await complain(io, flavour, name, file, error.message);
          continue;
        }
        if (!screen) {
          if (name === 'more' && flavour === 'gnu')
            io.stdout.write(
              `${files.length > 1 || file !== '-' ? `::::::::::::::\n${file}\n::::::::::::::\n` : ''}`,
            );
          for (;;) {
            const chunk = await input.read();
            if (chunk.length === 0) break;
            await io.stdout.write(chunk);
          }
          continue;
        }
        const lines = bytesToText(await input.readAll())
          .replace(/\n$/, '')
          .split('\n');
        if (!(await new Pages(io, name, lines, file, letters).show())) break;
      }
      return status;
    },
  };
}

async function complain(
  io: Stdio,
  flavour: Flavour,
  name: string,
  file: string,
  text: string,
): Promise<number> {
  if (flavour === 'busybox') return io.fail(`can't open '${file}': ${text}`);
  await io.stderr.write(name === 'less' ? `${file}: ${text}\n` : `more: cannot open ${file}: ${text}\n`);
  return 1;
}

class Pages {
  readonly #io: Stdio;
  readonly #less: boolean;
  readonly #lines: readonly string[];
  readonly #name: string;
  readonly #numbers: boolean;
  readonly #quitIfOne: boolean;
  #top = 0;
  #rows = 24;
  #columns = 80;
  #message = '';
  #pattern: RegExp | undefined;

  constructor(io: Stdio, name: string, lines: readonly string[], file: string, letters: ReadonlySet<string>) {
    this.#io = io;
    this.#less = name === 'less';
    this.#lines = lines;
    this.#name = file;
    this.#numbers = letters.has('N');
    this.#quitIfOne = letters.has('F');
  }

  /** Shows the text until the reader quits; false when no further file is wanted. */
  async show(): Promise<boolean> {
    const { sys, stdout } = this.#io;
    await this.#measure();
    if (!this.#less || this.#quitIfOne) {
      if (this.#rowsOf(this.#lines) < this.#rows) {
        stdout.write(`${this.#lines.join('\n')}\n`);
        await stdout.flush();
        return true;
      }
    }
    // Keys come from the terminal itself: standard input may be a pipe.
    const keys = await sys.open('/dev/tty', O_RDWR).catch(() => 0);
    const saved = (await sys.ioctl(keys, { request: 'TCGETS' })) as TerminalAttributes;
    await sys.ioctl(keys, {
      request: 'TCSETS',
      attributes: { ...raw(saved), opost: true, onlcr: true, isig: true },
    });
    const restore = async () => {
      await sys.ioctl(keys, { request: 'TCSETS', attributes: saved });
      stdout.write(this.#less ? '\x1b[?1049l' : '\r\x1b[K');
      await stdout.flush();
      if (keys !== 0) await sys.close(keys);
    };
    await sys.sigaction('SIGINT', () => void restore().then(() => sys.exit(130)));
    if (this.#less) stdout.write('\x1b[?1049h');
    let going = true;
    try {
      let first = true;
      for (;;) {
        if (this.#less || first) await this.#draw();
        first = false;
        const key = bytesToText(await sys.read(keys, 16));
        if (key === '' || key === 'q' || key === 'Q' || key === '\x03') {
          going = false;
          break;
        }
        if (!this.#less) {
          if (await this.#forward(key)) break;
        } else await this.#command(key, keys);
      }
    } finally {
      await restore();
    }
    return going;
  }

  async #measure(): Promise<void> {
    const size = (await this.#io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as WindowSize;
    this.#rows = size.rows || 24;
    this.#columns = size.columns || 80;
  }

  #rowsOf(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / this.#columns)), 0);
  }

  get #page(): number {
    return this.#rows - 1;
  }

  get #last(): number {
    return Math.max(0, this.#lines.length - this.#page);
  }

  async #draw(): Promise<void> {
    const { stdout } = this.#io;
    await this.#measure();
    const shown: string[] = [];
    for (let i = this.#top; i < this.#lines.length && shown.length < this.#page; i++) {
      const line = (this.#numbers ? `${String(i + 1).padStart(7)} ` : '') + this.#lines[i]!;
      for (let at = 0; at === 0 || at < line.length; at += this.#columns)
        shown.push(line.slice(at, at + this.#columns));
    }
    const page = shown.slice(0, this.#page);
    if (this.#less) {
      while (page.length < this.#page) page.push('~');
      const atEnd = this.#top + this.#page >= this.#lines.length;
      const status =
        this.#message ||
        (atEnd
          ? '\x1b[7m(END)\x1b[m'
          : this.#top === 0 && this.#name !== '-'
            ? `\x1b[7m${this.#name}\x1b[m`
            : ':');
      stdout.write(`\x1b[H\x1b[J${page.join('\n')}\n${status}`);
      this.#message = '';
    } else {
      stdout.write(`${page.join('\n')}\n`);
      this.#prompt();
    }
    await stdout.flush();
  }

  /** more's line at the foot. */
  #prompt(): void {
    const end = Math.min(this.#lines.length, this.#top + this.#page);
    this.#io.stdout.write(`\x1b[7m--More--(${Math.floor((end / this.#lines.length) * 100)}%)\x1b[27m`);
  }

  /** more goes on by a page or a line; true at the end. */
  async #forward(key: string): Promise<boolean> {
    const { stdout } = this.#io;
    const from = this.#top + this.#page;
    const count = key === '\r' || key === '\n' || key === 'j' ? 1 : this.#page;
    const next = this.#lines.slice(from, from + count);
    stdout.write(`\r\x1b[K${next.join('\n')}${next.length > 0 ? '\n' : ''}`);
    this.#top += count;
    const done = this.#top + this.#page >= this.#lines.length;
    if (!done) this.#prompt();
    await stdout.flush();
    return done;
  }

  async #command(key: string, keys: number): Promise<void> {
    const move = (lines: number) => {
      this.#top = Math.max(0, Math.min(this.#last, this.#top + lines));
    };
    if (key === ' ' || key === 'f' || key === '\x06' || key === '\x1b[6~') move(this.#page);
    else if (key === 'b' || key === '\x02' || key === '\x1b[5~') move(-this.#page);
    else if (key === 'd' || key === '\x04') move(Math.floor(this.#page / 2));
    else if (key === 'u' || key === '\x15') move(-Math.floor(this.#page / 2));
    else if (key === 'j' || key === '\r' || key === '\n' || key === 'e' || /^\x1b[[O]B$/.test(key)) move(1);
    else if (key === 'k' || key === 'y' || /^\x1b[[O]A$/.test(key)) move(-1);
    else if (key === 'g' || key === '<' || /^\x1b[[O]H$/.test(key)) this.#top = 0;
    else if (key === 'G' || key === '>' || /^\x1b[[O]F$/.test(key)) this.#top = this.#last;
    else if (key === '/' || key === '?') await this.#search(key, keys);
    else if (key === 'n') this.#find(1);
    else if (key === 'N') this.#find(-1);
    else if (key === 'h' || key === 'H')
      this.#message = '\x1b[7mspace b: page  j k: line  g G: ends  /: search  n N: again  q: quit\x1b[m';
  }

  /** Reads a pattern at the foot of the screen. */
  async #search(mark: string, keys: number): Promise<void> {
    const { sys, stdout } = this.#io;
    let text = '';
    for (;;) {
      stdout.write(`\r\x1b[K${mark}${text}`);
      await stdout.flush();
      const key = bytesToText(await sys.read(keys, 64));
      if (key === '\x1b' || key === '\x03') return;
      const enter = key.search(/[\r\n]/);
      if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else text += enter === -1 ? key : key.slice(0, enter);
      if (enter !== -1) break;
    }
    try {
      if (text !== '') this.#pattern = compileRegex(text, { extended: true });
      this.#find(mark === '/' ? 1 : -1);
    } catch {
      this.#message = '\x1b[7mInvalid pattern\x1b[m';
    }
  }

  #find(step: 1 | -1): void {
    if (!this.#pattern) return;
    for (let i = this.#top + step; i >= 0 && i < this.#lines.length; i += step)
      if (this.#pattern.test(this.#lines[i]!)) {
        this.#top = Math.min(i, this.#last);
        return;
      }
    this.#message = '\x1b[7mPattern not found  (press RETURN)\x1b[m';
  }
}

export const less: Utility = pager('less');
export const more: Utility = pager('more');
