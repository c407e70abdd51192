import { isErrno } from '../../base/errno.ts';
import type { WindowSize } from '../../vfs/tty/attributes.ts';
import { compileRegex, RegexError } from '../lib/regex.ts';
import { run } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Command, commandOf, type Keys } from './keys.ts';
import type { Lines } from './lines.ts';
import { type Place, type PromptKind, prompt, type Where } from './prompt.ts';
import { rowsOf, type Shape } from './shape.ts';

/** What options ask for, for all files. */
export interface Settings {
  shape: Omit<Shape, 'columns' | 'shift' | 'highlight'>;
  squeeze: boolean;
  ignoreCase: 'no' | 'unless upper' | 'always';
  prompt: PromptKind;
  /** Quits when the end is come to: never, the second time, at once. */
  quitAtEnd: 'no' | 'second' | 'first';
  highlights: boolean;
  tildes: boolean;
}

/** A row of the screen: which of the rows of which line. */
interface Position {
  line: number;
  row: number;
}

/** What a reader asks of a file that is about others. */
export type Outcome = 'quit' | 'next' | 'previous' | 'help';

/** One file on the screen: where the reader is in it, and what the keys do. */
export class Viewer {
  readonly #io: Stdio;
  readonly #keys: Keys;
  readonly #lines: Lines;
  readonly #settings: Settings;
  readonly #place: Place;
  #top: Position = { line: 0, row: 0 };
  #rows = 24;
  #columns = 80;
  #shift = 0;
  /** Lines that a filter hides are gone over; blank ones after blank ones too, if squeezed. */
  #filter: RegExp | undefined;
  #pattern: RegExp | undefined;
  #patternShown = true;
  #back = false;
  #message = '';
  /** Nothing was painted yet since this file was come to. */
  #isFirst = true;
  /** What is short is shown short, until all is painted anew. */
  #isShort = true;
  #atEnd = false;
  #bottom = 0;
  readonly #marks = new Map<string, Position>();
  #laidOut = new Map<number, string[]>();
  /** Set by Ctrl-C. */
  interrupted = false;

  constructor(io: Stdio, keys: Keys, lines: Lines, settings: Settings, place: Place) {
    this.#io = io;
    this.#keys = keys;
    this.#lines = lines;
    this.#settings = settings;
    this.#place = place;
  }

  /** Whether all of it is on one screen. */
  async fits(): Promise<boolean> {
    await this.#measure();
    await this.#lines.load(this.#rows);
    let rows = 0;
    for (let line = 0; line < this.#lines.count; line++) rows += this.#rowsAt(line).length;
    return this.#lines.ended && rows < this.#rows;
  }

  /** Does what `+cmd` asks for. */
  async begin(command: string): Promise<void> {
    await this.#measure();
    if (command.startsWith('/') || command.startsWith('?')) {
      this.#setPattern(command.slice(1));
      await this.#find(command[0] === '?', true, 1);
    } else if (/^\d+g?$/.test(command)) await this.#goTo(Number.parseInt(command, 10));
    else if (command === 'G') this.#top = await this.#lastTop();
    else for (const key of command) this.#keys.unread(key);
  }

  /** Shows the file until the reader wants something else. */
  async show(): Promise<Outcome> {
    this.#laidOut.clear();
    this.#isFirst = true;
    let digits = '';
    let ends = 0;
    await this.#draw();
    for (;;) {
      if (this.#atEnd && this.#settings.quitAtEnd === 'first') return 'next';
      const key = await this.#keys.next();
      if (key === undefined) continue;
      if (key === '') return 'quit';
      if (/^\d$/.test(key)) {
        digits += key;
        await this.#say(`:${digits}`, false);
        continue;
      }
      const count = digits === '' ? undefined : Number(digits);
      digits = '';
      const command = commandOf(key);
      const wasAtEnd = this.#atEnd;
      if (command === 'quit') return 'quit';
      if (command === 'help') return 'help';
      if (command === 'colon') {
        const outcome = await this.#colon();
        if (outcome !== undefined) return outcome;
      } else if (command !== undefined) await this.#do(command, count);
      await this.#draw();
      const forward = command === 'forward' || command === 'line forward';
      ends = wasAtEnd && forward ? ends + 1 : 0;
      if (ends > 0 && this.#settings.quitAtEnd === 'second') return 'next';
    }
  }

  async #measure(): Promise<void> {
    const size = (await this.#io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as WindowSize;
    const [rows, columns] = [size.rows || 24, size.columns || 80];
    if (columns !== this.#columns) this.#laidOut.clear();
    this.#rows = rows;
    this.#columns = columns;
  }

  get #page(): number {
    return Math.max(1, this.#rows - 1);
  }

  #rowsAt(line: number): string[] {
    let rows = this.#laidOut.get(line);
    if (!rows) {
      const highlight = this.#settings.highlights && this.#patternShown ? this.#pattern : undefined;
      const shape = { ...this.#settings.shape, columns: this.#columns, shift: this.#shift, highlight };
      rows = rowsOf(this.#lines.at(line)!, line + 1, shape);
      // The last line may grow.
      if (line < this.#lines.count - 1) this.#laidOut.set(line, rows);
    }
    return rows;
  }

  #isHidden(line: number): boolean {
    const text = this.#lines.at(line)!;
    if (this.#filter && !this.#filter.test(text)) return true;
    return this.#settings.squeeze && text === '' && line > 0 && this.#lines.at(line - 1) === '';
  }

  /** The row below one; undefined at the end. */
  async #below({ line, row }: Position): Promise<Position | undefined> {
    if (line < this.#lines.count && row + 1 < this.#rowsAt(line).length) return { line, row: row + 1 };
    for (let next = line + 1; ; next++) {
      if (!(await this.#lines.load(next + 1)) || next >= this.#lines.count) return undefined;
      if (!this.#isHidden(next)) return { line: next, row: 0 };
    }
  }

  #above({ line, row }: Position): Position | undefined {
    if (row > 0) return { line, row: row - 1 };
    for (let before = line - 1; before >= 0; before--)
      if (!this.#isHidden(before)) return { line: before, row: this.#rowsAt(before).length - 1 };
    return undefined;
  }

  /** The top of a screen that ends with the end of the file. */
  async #lastTop(): Promise<Position> {
    while (!this.#lines.ended && !this.interrupted) await this.#lines.more();
    let top: Position = { line: Math.max(0, this.#lines.count - 1), row: 0 };
    while (top.line > 0 && this.#isHidden(top.line)) top = { line: top.line - 1, row: 0 };
    if (this.#lines.count > 0) top = { line: top.line, row: this.#rowsAt(top.line).length - 1 };
    for (let rows = 1; rows < this.#page; rows++) top = this.#above(top) ?? top;
    return top;
  }

  async #forward(rows: number): Promise<void> {
    for (let i = 0; i < rows; i++) {
      // Nobody scrolls past the end.
      let bottom: Position | undefined = this.#top;
      for (let row = 1; row <= this.#page && bottom; row++) bottom = await this.#below(bottom);
      const next = bottom && (await this.#below(this.#top));
      if (!next) return;
      this.#top = next;
    }
  }

  #backward(rows: number): void {
    for (let i = 0; i < rows; i++) this.#top = this.#above(this.#top) ?? this.#top;
  }

  async #goTo(number: number): Promise<void> {
    await this.#lines.load(number);
    if (number > this.#lines.count) {
      this.#message = `Cannot seek to line number ${number}`;
      return;
    }
    this.#top = { line: Math.max(0, number - 1), row: 0 };
  }

  async #do(command: Command, count: number | undefined): Promise<void> {
    const half = Math.max(1, Math.floor(this.#rows / 2));
    switch (command) {
      case 'forward':
        return this.#forward(count ?? this.#page);
      case 'back':
        return this.#backward(count ?? this.#page);
      case 'half forward':
        return this.#forward(count ?? half);
      case 'half back':
        return this.#backward(count ?? half);
      case 'line forward':
        return this.#forward(count ?? 1);
      case 'line back':
        return this.#backward(count ?? 1);
      case 'left':
      case 'right':
        return this.#sideways(command, count);
      case 'first':
        return this.#goTo(count ?? 1);
      case 'last':
        if (count !== undefined) return this.#goTo(count);
        this.#top = await this.#lastTop();
        return;
      case 'per cent': {
        await this.#lastTop();
        const at = (this.#lines.size * Math.min(100, count ?? 0)) / 100;
        let line = 0;
        while (line + 1 < this.#lines.count && this.#lines.startOf(line + 1) <= at) line++;
        this.#top = { line, row: 0 };
        return;
      }
      case 'follow':
        return this.#follow();
      case 'repaint':
        this.#isShort = false;
        return;
      case 'state':
        this.#message = prompt('state', await this.#where('state'));
        return;
      case 'search':
      case 'search back':
        return this.#search(command === 'search back', count ?? 1);
      case 'again':
        return this.#find(this.#back, false, count ?? 1);
      case 'again back':
        return this.#find(!this.#back, false, count ?? 1);
      case 'filter':
        return this.#readFilter();
      case 'mark': {
        const letter = await this.#keys.next();
        if (letter) this.#marks.set(letter, this.#top);
        return;
      }
      case 'to mark': {
        const letter = (await this.#keys.next()) ?? '';
        const mark =
          letter === '^' ? { line: 0, row: 0 } : letter === '$' ? await this.#lastTop() : undefined;
        const to = mark ?? this.#marks.get(letter);
        if (to) this.#top = to;
        else this.#message = 'Mark not set';
        return;
      }
      case 'option':
        return this.#toggle();
      case 'highlight':
        this.#patternShown = !this.#patternShown;
        this.#laidOut.clear();
        return;
      case 'edit':
        return this.#edit();
    }
  }

  #sideways(command: 'left' | 'right', count: number | undefined): void {
    const step = count ?? Math.floor(this.#columns / 2);
    this.#shift = Math.max(0, this.#shift + (command === 'right' ? step : -step));
    this.#laidOut.clear();
  }

  /** Goes on as the file grows, until Ctrl-C. */
  async #follow(): Promise<void> {
    const { sys } = this.#io;
    this.interrupted = false;
    this.#top = await this.#lastTop();
    for (let count = -1; !this.interrupted; ) {
      if (this.#lines.size !== count) {
        count = this.#lines.size;
        this.#top = await this.#lastTop();
        this.#message = '';
        await this.#draw('Waiting for data... (interrupt to abort)');
      }
      try {
        await sys.nanosleep(FOLLOW_INTERVAL);
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
      if (!this.interrupted) await this.#lines.more();
    }
  }

  /** Reads text at the foot of the screen; undefined if the reader thinks better of it. */
  async #ask(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      await this.#say(mark + text, false);
      const key = await this.#keys.next();
      if (key === undefined || key === '' || key === '\x03') return undefined;
      if (key === '\r' || key === '\n') return text;
      if (key === '\x7f' || key === '\b') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key === '\x15') text = '';
      else if (!key.startsWith('\x1b')) text += key;
      else if (key === '\x1b') return undefined;
    }
  }

  async #search(back: boolean, count: number): Promise<void> {
    const text = await this.#ask(back ? '?' : '/');
    if (text === undefined) return;
    this.#back = back;
    if (text === '') return this.#find(back, false, count);
    if (this.#setPattern(text)) await this.#find(back, true, count);
  }

  #setPattern(text: string): boolean {
    const { ignoreCase } = this.#settings;
    const folds = ignoreCase === 'always' || (ignoreCase === 'unless upper' && !/[A-Z]/.test(text));
    try {
      this.#pattern = new RegExp(compileRegex(text, { extended: true }).source, folds ? 'iu' : 'u');
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.#message = 'Invalid pattern';
      return false;
    }
    this.#patternShown = true;
    this.#laidOut.clear();
    return true;
  }

  /** Goes to a line that matches: with a new pattern what is on the screen counts, otherwise only what is beyond the top. */
  async #find(back: boolean, fresh: boolean, count: number): Promise<void> {
    const pattern = this.#pattern;
    if (!pattern) {
      this.#message = 'No previous regular expression';
      return;
    }
    const step = back ? -1 : 1;
    let left = count;
    const from = fresh ? (back ? this.#bottom : this.#top.line) : this.#top.line + step;
    for (let line = from; line >= 0; line += step) {
      if (line >= this.#lines.count && (!(await this.#lines.load(line + 1)) || line >= this.#lines.count))
        break;
      const pause = this.#io.process.work(1);
      if (pause) await pause;
      if (this.#isHidden(line) || !pattern.test(this.#lines.at(line)!)) continue;
      if (--left > 0) continue;
      this.#top = { line, row: 0 };
      return;
    }
    this.#message = 'Pattern not found';
    if (fresh) {
      this.#pattern = undefined;
      this.#laidOut.clear();
    }
  }

  async #readFilter(): Promise<void> {
    const text = await this.#ask('&/');
    if (text === undefined) return;
    const before = this.#pattern;
    if (text === '') this.#filter = undefined;
    else if (this.#setPattern(text)) {
      this.#filter = this.#pattern;
      this.#pattern = before;
    }
    this.#laidOut.clear();
    if (!this.#filter || !this.#lines.at(this.#top.line) || !this.#isHidden(this.#top.line)) return;
    this.#top = (await this.#below({ line: this.#top.line, row: Number.MAX_SAFE_INTEGER })) ?? this.#top;
  }

  /** `-N` and its kin, typed while reading. */
  async #toggle(): Promise<void> {
    await this.#say('-', false);
    const letter = (await this.#keys.next()) ?? '';
    const { shape } = this.#settings;
    const settings = this.#settings;
    this.#laidOut.clear();
    this.#isShort = false;
    if (letter === 'N') {
      shape.numbers = !shape.numbers;
      this.#message = shape.numbers ? 'Constantly display line numbers' : 'Use line numbers';
    } else if (letter === 'S') {
      shape.chop = !shape.chop;
      this.#shift = 0;
      this.#message = shape.chop ? 'Chop long lines' : 'Fold long lines';
    } else if (letter === 'i' || letter === 'I') {
      const wanted = letter === 'I' ? 'always' : 'unless upper';
      settings.ignoreCase = settings.ignoreCase === wanted ? 'no' : wanted;
      this.#message =
        settings.ignoreCase === 'no'
          ? 'Case is significant in searches'
          : `Ignore case in searches${letter === 'I' ? ' and in patterns' : ''}`;
    } else if (letter !== '' && letter !== '\x1b' && letter !== '\r')
      this.#message = `Changing -${letter} is not simulated in Drydock`;
  }

  async #colon(): Promise<Outcome | undefined> {
    await this.#say(' :', false);
    const key = await this.#keys.next();
    if (key === 'q' || key === 'Q') return 'quit';
    if (key === 'n') {
      if (this.#place.index + 1 < this.#place.names.length) return 'next';
      this.#message = 'No next file';
    } else if (key === 'p') {
      if (this.#place.index > 0) return 'previous';
      this.#message = 'No previous file';
    } else if (key === 'f') this.#message = prompt('state', await this.#where('state'));
    return undefined;
  }

  /** Opens the file in the editor of the environment. */
  async #edit(): Promise<void> {
    if (this.#lines.name === '-') {
      this.#message = 'Cannot edit standard input';
      return;
    }
    const editor = this.#io.env.get('VISUAL') || this.#io.env.get('EDITOR') || 'vi';
    await this.#io.stdout.flush();
    await run(this.#io.process, [...editor.split(' '), this.#lines.name]);
    this.#isShort = false;
  }

  async #where(kind: PromptKind): Promise<Where> {
    const last = this.#bottom;
    // The lines of a file can be counted; of what comes through a pipe nobody knows how many will.
    const counts = (kind === 'long' || kind === 'state') && this.#place.size !== undefined;
    while (counts && !this.#lines.ended && (await this.#lines.more()));
    const total = this.#lines.ended ? this.#lines.count : undefined;
    const bytes = this.#lines.startOf(last + 1);
    const size = this.#lines.ended ? this.#lines.size : this.#place.size;
    return {
      ...this.#place,
      name: this.#lines.name,
      isFirst: this.#isFirst,
      atEnd: this.#atEnd,
      filtered: this.#filter !== undefined,
      lines: { top: this.#top.line + 1, bottom: last + 1, total },
      bytes: { bottom: bytes, total: size },
    };
  }

  /** Paints the screen, with a prompt or what there is to say. */
  async #draw(waiting?: string): Promise<void> {
    await this.#measure();
    const { stdout } = this.#io;
    const shown: string[] = [];
    let at: Position | undefined = (await this.#lines.load(this.#top.line + 1)) ? this.#top : undefined;
    if (this.#lines.count === 0) at = undefined;
    else if (this.#isHidden(this.#top.line))
      at = await this.#below({ ...this.#top, row: Number.MAX_SAFE_INTEGER });
    this.#bottom = at?.line ?? 0;
    while (at && shown.length < this.#page) {
      shown.push(this.#rowsAt(at.line)[at.row]!);
      this.#bottom = at.line;
      at = await this.#below(at);
    }
    this.#atEnd = at === undefined;
    if (this.#top.line > 0) this.#isShort = false;
    if (!this.#isShort && this.#settings.tildes) while (shown.length < this.#page) shown.push('~');
    let foot = prompt(this.#settings.prompt, await this.#where(this.#settings.prompt));
    if (waiting !== undefined) foot = reverse(waiting);
    else if (this.#message !== '') foot = reverse(`${this.#message}  (press RETURN)`);
    stdout.write(`\x1b[H\x1b[J${shown.map((row) => `${row}\n`).join('')}${foot}`);
    await stdout.flush();
    this.#isFirst = false;
    if (this.#message === '' || waiting !== undefined) return;
    this.#message = '';
    const key = await this.#keys.next();
    if (key !== undefined && key !== '\r' && key !== '\n') this.#keys.unread(key);
    else await this.#draw();
  }

  /** At the foot of the screen. */
  async #say(text: string, isReverse: boolean): Promise<void> {
    this.#io.stdout.write(`\x1b[${this.#footRow()};1H\x1b[K${isReverse ? reverse(text) : text}`);
    await this.#io.stdout.flush();
  }

  #footRow(): number {
    return this.#rows;
  }
}

const reverse = (text: string): string => `\x1b[7m${text}\x1b[27m`;

/** How often a file that is followed is looked at, in ms. */
const FOLLOW_INTERVAL = 1000;
