import { isErrno } from '../../base/errno.ts';
import { parseSignal } from '../../kernel/signals.ts';
import { raw, type TerminalAttributes, type WindowSize } from '../../vfs/tty/attributes.ts';
import { Keys } from '../less/keys.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { Exit, type Stdio } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';
import { busyboxLines, gnuLines, Looks, SORTS, type Sort, type View } from './top-view.ts';

/** top(1): a screenful of processes, the busiest first. */
export const top: Utility = {
  name: 'top',
  usage: '[-b] [-n COUNT] [-d SECS] [-p PID]',
  summary: 'Display processes.',
  options: {
    short: 'bcd:e:E:hHin:o:Op:sSu:U:vVw::1',
    long: {
      'batch-mode': 'b',
      'cmdline-toggle': 'c',
      delay: 'd:',
      'scale-summary-mem': 'E:',
      'scale-task-mem': 'e:',
      'threads-show': 'H',
      'idle-toggle': 'i',
      iterations: 'n:',
      'list-fields': 'O',
      'sort-override': 'o:',
      pid: 'p:',
      'secure-mode': 's',
      'accum-time-toggle': 'S',
      'filter-only-euser': 'u:',
      'filter-any-user': 'U:',
      width: 'w::',
      'single-cpu-toggle': '1',
    },
    about: { help: 'h', version: 'V' },
    refused: ['H', 'O', 'S', 'v'],
  },
  busybox: {
    options: { short: 'bn:d:mH', refused: ['H', 'm'] },
    usage: '[-bmH] [-n COUNT] [-d SECONDS]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const count = Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    const delay = Number(given.value('d') ?? (gnu ? 3 : 5)) * 1000;
    for (const [bad, what, option] of [
      [!(count > 0), 'iterations argument', 'n'],
      [!(delay >= 0), 'delay interval', 'd'],
    ] as const)
      if (bad)
        return io.fail(
          gnu ? `bad ${what} '${given.value(option)}'` : `invalid number '${given.value(option)}'`,
        );
    const batch = given.has('b') || !(await io.sys.isatty(1));
    const session = new Session(io, given, flavour, await viewOf(io, given, gnu), Math.max(100, delay));
    return batch ? session.batch(count) : session.interactive(count);
  },
};

const UNITS = 'kmgtp';

async function viewOf(io: Stdio, given: Given, gnu: boolean): Promise<View> {
  const asked = given.value('o');
  const name = asked?.replace(/^[-+]/, '');
  const sort = name === undefined ? '%CPU' : SORTS.find((each) => each === name);
  if (sort === undefined) throw new Exit(await io.fail(`unrecognized field name '${asked}'`));
  const unit = async (option: string, usual: number) => {
    const text = given.value(option);
    if (text === undefined) return usual;
    if (text.length !== 1 || !UNITS.includes(text))
      throw new Exit(await io.fail(`bad memory scaling arg '${text}'`));
    return UNITS.indexOf(text) + 1;
  };
  const who = given.value('u', 'U');
  return {
    sort,
    ascending: asked?.startsWith('-') ?? false,
    wholeCommands: given.has('c'),
    busyOnly: given.has('i'),
    pids: new Set(
      given
        .values('p')
        .flatMap((text) => text.split(','))
        .map((text) => Number(text) || io.sys.getpid()),
    ),
    user: who === undefined ? undefined : await userOf(io, who, given.last('u', 'U') === 'U'),
    most: 0,
    eachCpu: given.has('1'),
    showsLoad: gnu,
    showsTasks: gnu,
    showsMemory: gnu,
    summaryUnit: await unit('E', 2),
    listUnit: await unit('e', 1),
  };
}

async function userOf(io: Stdio, text: string, any: boolean): Promise<View['user']> {
  const user = (await readAccounts(io.sys)).user(/^\d+$/.test(text) ? Number(text) : text);
  if (!user) throw new Exit(await io.fail('Invalid user'));
  return { uid: user.uid, any };
}

class Session {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  readonly #view: View;
  readonly #looks: Looks;
  #delay: number;
  #keys: Keys | undefined;
  #message = '';
  /** Where on the screen messages and questions stand: below the summary. */
  #messageRow = 1;
  /** The busiest, which is whom `k` means if nobody else is named. */
  #first = 0;

  constructor(io: Stdio, given: Given, flavour: Flavour, view: View, delay: number) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
    this.#view = view;
    this.#delay = delay;
    this.#looks = new Looks(io.sys);
  }

  async batch(count: number): Promise<number> {
    for (let round = 1; ; round++) {
      await this.#draw(undefined);
      if (round >= count) return 0;
      await this.#io.sys.nanosleep(this.#delay);
    }
  }

  async interactive(count: number): Promise<number> {
    const { sys, stdout } = this.#io;
    const hasKeys = await sys.isatty(0);
    const saved = hasKeys ? ((await sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes) : undefined;
    const restore = async () => {
      if (saved) await sys.ioctl(0, { request: 'TCSETS', attributes: saved });
    };
    if (saved) {
      this.#keys = new Keys(sys, 0);
      // Output stays as it is, so that lines end as usual; Ctrl-C still ends us.
      const attributes = { ...raw(saved), opost: true, onlcr: true, isig: true, icrnl: true };
      await sys.ioctl(0, { request: 'TCSETS', attributes });
      const end = () => void restore().then(() => sys.exit(0));
      await sys.sigaction('SIGINT', end);
      await sys.sigaction('SIGTERM', end);
    }
    for (let round = 1; round <= count; round++) {
      await this.#draw(await this.#size());
      if (round === count) break;
      if (!(await this.#wait())) break;
    }
    await restore();
    await stdout.write('\n');
    return 0;
  }

  /** Waits for the next look or a key; false to end. */
  async #wait(): Promise<boolean> {
    const { sys } = this.#io;
    if (!this.#keys) {
      await sys.nanosleep(this.#delay);
      return true;
    }
    const [ready] = await sys.poll([{ fd: 0, read: true }], this.#delay);
    if (!ready?.readable) return true;
    const key = await this.#keys.next();
    if (key === undefined) return true;
    if (key === '' || key === 'q' || (key === 'Q' && !this.#gnu)) return false;
    await this.#key(key);
    return true;
  }

  async #size(): Promise<WindowSize> {
    const size = (await this.#io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as WindowSize;
    return { rows: size.rows || 24, columns: size.columns || 80 };
  }

  async #draw(size: WindowSize | undefined): Promise<void> {
    const { stdout, sys, env } = this.#io;
    const look = await this.#looks.next(this.#view);
    this.#first = look.rows[0]?.info.pid ?? 0;
    const asked = this.#given.has('w') ? Number(this.#given.value('w') ?? 512) : undefined;
    const width = asked ?? size?.columns ?? (Number(env.get('COLUMNS')) || 80);
    const { summary, list } = this.#gnu
      ? await gnuLines(this.#io, look, this.#view, width)
      : busyboxLines(look, sys.getpid());
    const lines = this.#gnu ? [...summary, this.#message, ...list] : [...summary, ...list];
    if (!size) {
      await stdout.write(`${lines.join('\n')}\n`);
      await stdout.flush();
      return;
    }
    this.#messageRow = summary.length + 1;
    const heading = lines.length - list.length;
    const shown = lines.slice(0, size.rows - 1).map((line, i) => {
      const text = line.slice(0, size.columns);
      return i === heading ? `\x1b[7m${text.padEnd(size.columns)}\x1b[m` : text;
    });
    await stdout.write(`\x1b[H\x1b[J${shown.join('\n')}\n`);
    await stdout.flush();
    this.#message = '';
  }

  async #key(key: string): Promise<void> {
    const view = this.#view;
    const sorts: Record<string, Sort> = { M: '%MEM', P: '%CPU', T: 'TIME+', N: 'PID' };
    const sort = sorts[this.#gnu ? key : key.toUpperCase()];
    if (sort) view.sort = sort;
    else if (key === 'R' || (key === 'r' && !this.#gnu)) view.ascending = !view.ascending;
    else if (key === ' ' || key === '\r' || key === '\n' || !this.#gnu) return;
    else if (key === 'c') view.wholeCommands = !view.wholeCommands;
    else if (key === 'i') view.busyOnly = !view.busyOnly;
    else if (key === '1') view.eachCpu = !view.eachCpu;
    else if (key === 'l') view.showsLoad = !view.showsLoad;
    else if (key === 't') view.showsTasks = !view.showsTasks;
    else if (key === 'm') view.showsMemory = !view.showsMemory;
    else if (key === 'E') view.summaryUnit = (view.summaryUnit % UNITS.length) + 1;
    else if (key === 'e') view.listUnit = (view.listUnit % UNITS.length) + 1;
    else if ('dskr'.includes(key) && this.#given.has('s')) this.#message = 'Unavailable in secure mode';
    else if (key === 'd' || key === 's') await this.#changeDelay();
    else if (key === 'k') await this.#kill();
    else if (key === 'r') await this.#renice();
    else if (key === 'u' || key === 'U') await this.#chooseUser(key === 'U');
    else if (key === 'n' || key === '#') await this.#changeMost();
    else if (key === 'h' || key === '?') this.#message = HELP;
    else if (KNOWN.includes(key)) this.#message = new NotSimulated(`The key '${key}'`).message;
    else this.#message = "Unknown command - try 'h' for help";
  }

  /** Reads an answer below the summary; undefined if there is none after all. */
  async #ask(question: string): Promise<string | undefined> {
    const { stdout } = this.#io;
    let text = '';
    for (;;) {
      await stdout.write(`\x1b[${this.#messageRow};1H\x1b[K\x1b[1m${question}\x1b[m ${text}`);
      await stdout.flush();
      const key = await this.#keys!.next();
      if (key === undefined || key === '' || key === '\x1b' || key === '\x03') return undefined;
      if (key === '\r' || key === '\n') return text.trim();
      if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else if (!key.startsWith('\x1b')) text += key;
    }
  }

  async #changeDelay(): Promise<void> {
    const text = await this.#ask(`Change delay from ${(this.#delay / 1000).toFixed(1)} to`);
    if (!text) return;
    if (!(Number(text) >= 0)) this.#message = 'Unacceptable floating point';
    else this.#delay = Math.max(100, Number(text) * 1000);
  }

  async #kill(): Promise<void> {
    const who = await this.#ask(`PID to signal/kill [default pid = ${this.#first}]`);
    if (who === undefined) return;
    if (who !== '' && !/^\d+$/.test(who)) {
      this.#message = 'Unacceptable integer';
      return;
    }
    const pid = who === '' ? this.#first : Number(who);
    const what = await this.#ask(`Send pid ${pid} signal [15/sigterm]`);
    if (what === undefined || pid === 0) return;
    const signal = parseSignal(what === '' ? 'TERM' : what);
    if (!signal) {
      this.#message = 'Invalid signal';
      return;
    }
    await this.#try(`Failed signal pid '${pid}' with '${what || '15'}'`, () =>
      this.#io.sys.kill(pid, signal),
    );
  }

  async #renice(): Promise<void> {
    const who = await this.#ask(`PID to renice [default pid = ${this.#first}]`);
    if (who === undefined) return;
    const pid = who === '' ? this.#first : Number(who);
    const text = await this.#ask(`Renice PID ${pid} to value`);
    if (!text) return;
    if (!/^-?\d+$/.test(text)) this.#message = 'Unacceptable integer';
    else
      await this.#try(`Failed renice of PID ${pid} to ${text}`, () =>
        this.#io.sys.setpriority(pid, Number(text)),
      );
  }

  async #try(failed: string, call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#message = `${failed}: ${error.message}`;
    }
  }

  async #chooseUser(any: boolean): Promise<void> {
    const text = await this.#ask('Which user (blank for all)');
    if (text === undefined) return;
    const user = (await readAccounts(this.#io.sys)).user(/^\d+$/.test(text) ? Number(text) : text);
    if (text === '') this.#view.user = undefined;
    else if (user) this.#view.user = { uid: user.uid, any };
    else this.#message = 'Invalid user';
  }

  async #changeMost(): Promise<void> {
    const text = await this.#ask(`Maximum tasks = ${this.#view.most}, change to (0 is unlimited)`);
    if (!text) return;
    if (/^\d+$/.test(text)) this.#view.most = Number(text);
    else this.#message = 'Unacceptable integer';
  }
}

const HELP =
  'q quit  d delay  k kill  r renice  u user  n number  c command  i idle  1 cpus  P M T N R sort  l t m E e';

/** What the real one has more. */
const KNOWN = 'ABbCFfGgHIJjLoOSVvWwXxYyZz<>&=+-';
