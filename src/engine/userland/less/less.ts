import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDONLY, O_RDWR } from '../../kernel/fcntl.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { raw, type TerminalAttributes } from '../../vfs/tty/attributes.ts';
import { isDirectory, statOf } from '../files.ts';
import type { OptionTable } from '../lib/getopt.ts';
import { getopt } from '../lib/getopt.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';
import { HELP, Keys } from './keys.ts';
import { Lines } from './lines.ts';
import { type Settings, Viewer } from './viewer.ts';

const OPTIONS: OptionTable = {
  short: 'aAb:BcCdD:eEfFgGh:iIj:JkKLmMnNo:O:p:P:qQrRsSt:T:uUVwWx:Xy:z:~#:',
  long: {
    help: 'help',
    version: 'V',
    'search-skip-screen': 'a',
    buffers: 'b:',
    'clear-screen': 'c',
    'quit-at-eof': 'e',
    'QUIT-AT-EOF': 'E',
    force: 'f',
    'quit-if-one-screen': 'F',
    'hilite-search': 'g',
    'HILITE-SEARCH': 'G',
    'ignore-case': 'i',
    'IGNORE-CASE': 'I',
    'quit-on-intr': 'K',
    'long-prompt': 'm',
    'LONG-PROMPT': 'M',
    'line-numbers': 'n',
    'LINE-NUMBERS': 'N',
    pattern: 'p:',
    prompt: 'P:',
    quiet: 'q',
    silent: 'q',
    QUIET: 'Q',
    SILENT: 'Q',
    'raw-control-chars': 'r',
    'RAW-CONTROL-CHARS': 'R',
    'squeeze-blank-lines': 's',
    'chop-long-lines': 'S',
    tag: 't:',
    tabs: 'x:',
    'no-init': 'X',
    tilde: '~',
    shift: '#:',
    mouse: 'mouse',
    follow: 'follow-name',
    'follow-name': 'follow-name',
  },
  about: { version: 'V' },
  refused: [
    'a',
    'A',
    'D',
    'h',
    'j',
    'J',
    'k',
    'o',
    'O',
    'P',
    't',
    'T',
    'u',
    'U',
    'w',
    'W',
    'y',
    'z',
    '#',
    'mouse',
    'follow-name',
  ],
  // How the screen is painted and how much is kept ahead cannot be seen; the bell is never rung; lines are counted anyway;
  // of what is found all is shown.
  inert: ['b', 'B', 'c', 'C', 'd', 'G', 'L', 'n', 'q', 'Q'],
};

const BUSYBOX: OptionTable = { short: 'EFIMmNSRh~', inert: ['h'] };

/** less(1): a page at a time on a terminal; without one it passes everything through like cat. */
export const less: Utility = {
  name: 'less',
  usage: '[options] [FILE]...',
  summary: 'View FILE (or stdin) a page at a time.',
  busybox: { usage: '[-EFIMmNSRh~] [FILE]...' },
  async run(io, { operands }, flavour) {
    const gnu = flavour === 'gnu';
    // `+command` may stand anywhere among the options.
    const first = operands.filter((word) => /^\+\+?./.test(word)).map((word) => word.replace(/^\++/, ''));
    const fromEnvironment = gnu ? (io.env.get('LESS') ?? '').split(/\s+/).filter(Boolean) : [];
    const dashed = fromEnvironment.map((word) => (word.startsWith('-') ? word : `-${word}`));
    const words = [...dashed, ...operands.filter((word) => !/^\+\+?./.test(word))];
    const parsed = getopt(words, gnu ? OPTIONS : BUSYBOX);
    const given = new Given(parsed);
    if (given.has('V')) {
      io.stdout.write('less 590\n');
      return 0;
    }
    if (given.has('p')) first.push(`/${given.value('p')}`);
    if (given.has('help')) {
      io.stdout.write(HELP);
      return 0;
    }
    if (parsed.operands.length === 0 && (await io.sys.isatty(0))) {
      if (!gnu) return io.fail('missing filename');
      await io.stderr.write('Missing filename ("less --help" for help)\n');
      return 1;
    }
    const names = parsed.operands.length === 0 ? ['-'] : parsed.operands;
    if (!(await io.sys.isatty(1))) return passThrough(io, names, flavour);
    return new Session(io, names, flavour, given, first).run();
  },
};

/** Opens a file for reading; undefined after a complaint. */
async function openFor(io: Stdio, name: string, flavour: Flavour): Promise<number | undefined> {
  if (name === '-') return 0;
  const gnu = flavour === 'gnu';
  try {
    if (isDirectory(await statOf(io.sys, name))) {
      if (gnu) await io.stderr.write(`${name} is a directory\n`);
      else await io.fail('read error: Is a directory');
      return undefined;
    }
    return await io.sys.open(name, O_RDONLY | O_CLOEXEC);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (gnu) await io.stderr.write(`${name}: ${error.message}\n`);
    else await io.fail(`can't open '${name}': ${error.message}`);
    return undefined;
  }
}

/** What less is in a pipe. */
async function passThrough(io: Stdio, names: readonly string[], flavour: Flavour): Promise<number> {
  let status = 0;
  for (const name of names) {
    const fd = await openFor(io, name, flavour);
    if (fd === undefined) {
      status = 1;
      continue;
    }
    const input = fd === 0 ? io.stdin : new Input(io.sys, fd);
    for (let chunk = await input.read(); chunk.length > 0; chunk = await input.read())
      await io.stdout.write(chunk);
    if (fd !== 0) await io.sys.close(fd);
  }
  return status;
}

function settingsOf(given: Given, gnu: boolean): Settings {
  const raw = given.last('r', 'R');
  return {
    shape: {
      chop: given.has('S'),
      numbers: given.has('N'),
      raw: raw === 'r' ? 'all' : raw === 'R' ? 'colour' : 'no',
      tabs: Number(given.value('x')?.split(',')[0] ?? 8) || 8,
    },
    squeeze: given.has('s'),
    ignoreCase: given.has('I') ? 'always' : given.has('i') ? 'unless upper' : 'no',
    prompt: given.has('M') ? 'long' : given.has('m') ? 'medium' : 'short',
    quitAtEnd: given.has('E') ? 'first' : given.has('e') ? 'second' : 'no',
    highlights: !given.has('g') || gnu,
    tildes: !given.has('~'),
  };
}

/** One run at a terminal: several files, one after the other and back. */
class Session {
  readonly #io: Stdio;
  readonly #flavour: Flavour;
  readonly #given: Given;
  readonly #first: readonly string[];
  readonly #settings: Settings;
  readonly #viewers = new Map<number, Viewer>();
  #names: readonly string[];
  #keys!: Keys;
  #current: Viewer | undefined;

  constructor(io: Stdio, names: readonly string[], flavour: Flavour, given: Given, first: readonly string[]) {
    this.#io = io;
    this.#names = names;
    this.#flavour = flavour;
    this.#given = given;
    this.#first = first;
    this.#settings = settingsOf(given, flavour === 'gnu');
  }

  async run(): Promise<number> {
    const { sys, stdout } = this.#io;
    const readable = new Map<number, Lines>();
    const failed: number[] = [];
    for (const [i, name] of this.#names.entries()) {
      const fd = await openFor(this.#io, name, this.#flavour);
      if (fd === undefined) failed.push(i);
      else readable.set(i, new Lines(sys, fd, name));
    }
    if (readable.size === 0) return 1;
    this.#names = [...readable.values()].map(({ name }) => name);
    // Keys come from the terminal itself: standard input may be a pipe.
    const tty = await sys.open('/dev/tty', O_RDWR | O_CLOEXEC).catch(() => 0);
    this.#keys = new Keys(sys, tty);
    for (const [i, lines] of [...readable.values()].entries()) await this.#add(i, lines);
    const [only] = this.#viewers.values();
    if (this.#given.has('F') && this.#viewers.size === 1 && (await only!.fits())) {
      const [lines] = readable.values();
      for (let i = 0; i < lines!.count; i++) stdout.write(`${lines!.at(i)}\n`);
      return 0;
    }
    const saved = (await sys.ioctl(tty, { request: 'TCGETS' })) as TerminalAttributes;
    const attributes = { ...raw(saved), opost: true, onlcr: true, isig: true };
    await sys.ioctl(tty, { request: 'TCSETS', attributes });
    if (failed.length > 0 && this.#flavour === 'gnu') {
      await stdout.write('Press RETURN to continue ');
      await stdout.flush();
      await this.#keys.next();
    }
    await sys.sigaction('SIGINT', () => {
      if (this.#current) this.#current.interrupted = true;
    });
    const init = !this.#given.has('X');
    if (init) stdout.write('\x1b[?1049h\x1b[?1h\x1b=\r');
    try {
      await this.#show();
    } finally {
      await sys.ioctl(tty, { request: 'TCSETS', attributes: saved });
      await stdout.write(init ? '\r\x1b[K\x1b[?1l\x1b>\x1b[?1049l' : '\r\x1b[K');
      await stdout.flush();
    }
    return 0;
  }

  async #add(index: number, lines: Lines): Promise<void> {
    const { sys } = this.#io;
    const stat = lines.name === '-' ? undefined : await statOf(sys, lines.name);
    const size = stat && (stat.mode & S_IFMT) === S_IFREG ? stat.size : undefined;
    const place = { index, names: this.#names, size };
    const viewer = new Viewer(this.#io, this.#keys, lines, this.#settings, place);
    for (const command of this.#first) await viewer.begin(command);
    this.#viewers.set(index, viewer);
  }

  async #show(): Promise<void> {
    for (let at = 0; ; ) {
      this.#current = this.#viewers.get(at)!;
      const outcome = await this.#current.show();
      if (outcome === 'quit') return;
      if (outcome === 'help') await this.#help();
      else if (outcome === 'previous') at--;
      else if (++at >= this.#viewers.size) return;
    }
  }

  async #help(): Promise<void> {
    const { sys } = this.#io;
    const [read, write] = await sys.pipe(true);
    await sys.write(write, textToBytes(HELP));
    await sys.close(write);
    const lines = new Lines(sys, read, 'HELP -- Press RETURN for more, or q when done');
    const place = { index: 0, names: ['HELP'], size: undefined };
    const viewer = new Viewer(this.#io, this.#keys, lines, this.#settings, place);
    this.#current = viewer;
    for (let outcome = await viewer.show(); outcome === 'help'; ) outcome = await viewer.show();
    await lines.close();
  }
}
