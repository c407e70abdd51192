import { concat, decode, EMPTY } from '../../base/bytes.ts';
import { SANE, type TerminalAttributes } from './attributes.ts';
import { cellWidth } from './cell-width.ts';

export type TerminalSignal = 'SIGINT' | 'SIGQUIT' | 'SIGTSTP';

/** What typing does besides filling the buffer. */
export interface Reaction {
  /** To be shown, output processing done. */
  echo: Uint8Array;
  /** For the foreground process group. */
  signals: TerminalSignal[];
}

/**
 * What stands between a keyboard and a program that reads (termios(3), the kernel's n_tty): echo, editing of the line,
 * signals from keys, and newlines turned to what a screen needs. It knows nothing of files or processes.
 */
export class LineDiscipline {
  #attributes: TerminalAttributes = { ...SANE };
  /** The line being edited. */
  #line: number[] = [];
  /** What may be read: in canonical mode a line each, an empty one being the end of the file. */
  #ready: Uint8Array[] = [];
  #readyLength = 0;
  #literalNext = false;
  /** Where the cursor is, and where it was when the line began: a tab's width depends on it. */
  #column = 0;
  #lineColumn = 0;
  /** Ctrl-S holds output back until Ctrl-Q. */
  stopped = false;

  get attributes(): Readonly<TerminalAttributes> {
    return this.#attributes;
  }

  /** tcsetattr(3). `flush` drops what was typed and not read yet. */
  setAttributes(attributes: TerminalAttributes, flush = false): void {
    const leavesCanonical = this.#attributes.icanon && !attributes.icanon;
    this.#attributes = { ...attributes };
    if (!attributes.ixon) this.stopped = false;
    if (flush) this.flush();
    else if (leavesCanonical) {
      this.#commit(this.#line);
      this.#line = [];
      this.#ready = this.#ready.filter((chunk) => chunk.length > 0);
    }
  }

  /** Takes what was typed. */
  input(typed: Uint8Array): Reaction {
    const a = this.#attributes;
    if (!a.icanon && !a.isig && !a.echo && !a.ixon && !a.icrnl) {
      if (typed.length > 0) this.#commit(typed);
      return { echo: EMPTY, signals: [] };
    }
    const shown: Uint8Array[] = [];
    const screen: number[] = [];
    const signals: TerminalSignal[] = [];
    const raw: number[] = [];
    const show = () => {
      if (screen.length > 0) shown.push(this.output(Uint8Array.from(screen)));
      screen.length = 0;
    };
    for (const byte of typed) {
      // Where a line begins on the screen must be known before its first character comes and before any goes.
      const erases = byte === a.verase || byte === a.vwerase || byte === a.vkill;
      if (erases || this.#line.length === 0) show();
      this.#key(byte, { screen, signals, raw });
    }
    show();
    if (raw.length > 0) this.#commit(raw);
    return { echo: shown.length === 0 ? EMPTY : concat(shown), signals };
  }

  /** How many bytes can be read now. */
  get available(): number {
    return this.#readyLength;
  }

  /** How many bytes are held, the line being edited included. */
  get held(): number {
    return this.#readyLength + this.#line.length;
  }

  /** Whether a read would give something, be it the end of the file. */
  get canRead(): boolean {
    return this.#ready.length > 0;
  }

  /** Up to `max` bytes, in canonical mode of one line only; empty at an end of file. undefined if there is nothing to read. */
  take(max: number): Uint8Array | undefined {
    const first = this.#ready[0];
    if (first === undefined) return undefined;
    if (!this.#attributes.icanon && first.length < max && this.#ready.length > 1) {
      this.#ready = [concat(this.#ready)];
      return this.take(max);
    }
    if (first.length > max) {
      this.#ready[0] = first.subarray(max);
      this.#readyLength -= max;
      return first.subarray(0, max);
    }
    this.#ready.shift();
    this.#readyLength -= first.length;
    return first;
  }

  /** Drops all that was typed and not read. */
  flush(): void {
    this.#line = [];
    this.#ready = [];
    this.#readyLength = 0;
  }

  /** What a program writes, as the screen gets it: a newline also returns the carriage. */
  output(bytes: Uint8Array): Uint8Array {
    const { opost, onlcr } = this.#attributes;
    let shown = bytes;
    if (opost && onlcr) {
      let newlines = 0;
      for (let i = 0; i < bytes.length; i++) if (bytes[i] === NEWLINE) newlines++;
      if (newlines > 0) {
        shown = new Uint8Array(bytes.length + newlines);
        let at = 0;
        for (let i = 0; i < bytes.length; i++) {
          const byte = bytes[i]!;
          if (byte === NEWLINE) shown[at++] = RETURN;
          shown[at++] = byte;
        }
      }
    }
    this.#advance(shown);
    return shown;
  }

  #key(typed: number, to: { screen: number[]; signals: TerminalSignal[]; raw: number[] }): void {
    const a = this.#attributes;
    const { screen } = to;
    let byte = typed;
    if (this.#literalNext) {
      this.#literalNext = false;
      this.#insert(byte, screen);
      return;
    }
    if (a.ixon && (byte === STOP || byte === START)) {
      this.stopped = byte === STOP;
      return;
    }
    if (a.isig) {
      const signal = signalOf(a, byte);
      if (signal !== undefined) {
        this.flush();
        to.raw.length = 0;
        this.stopped = false;
        if (a.echo) this.#echo(byte, screen);
        to.signals.push(signal);
        return;
      }
    }
    if (a.icrnl && byte === RETURN) byte = NEWLINE;
    if (!a.icanon) {
      to.raw.push(byte);
      if (a.echo) this.#echo(byte, screen, byte === NEWLINE);
      return;
    }
    if (byte === 0) this.#insert(byte, screen);
    else if (byte === NEWLINE) {
      this.#line.push(NEWLINE);
      if (a.echo) screen.push(NEWLINE);
      this.#endLine();
    } else if (byte === a.veof) this.#endLine();
    else if (byte === a.verase) this.#erase(lastCharacter(this.#line), byte, screen);
    else if (byte === a.vkill) this.#erase(0, byte, screen);
    else if (byte === a.vwerase && a.iexten) this.#erase(lastWord(this.#line), byte, screen);
    else if (byte === LITERAL_NEXT && a.iexten) {
      this.#literalNext = true;
      if (a.echo && a.echoctl) screen.push(CARET, BACKSPACE);
    } else if (byte === REPRINT && a.iexten && a.echo) {
      this.#echo(byte, screen);
      screen.push(NEWLINE);
      for (const each of this.#line) this.#echo(each, screen);
    } else this.#insert(byte, screen);
  }

  #insert(byte: number, screen: number[]): void {
    // A line holds 4095 bytes and its newline; more is refused with a bell (termios(3), MAX_CANON).
    if (this.#line.length >= LINE_MAX) {
      screen.push(BELL);
      return;
    }
    if (this.#line.length === 0) this.#lineColumn = this.#column;
    this.#line.push(byte);
    if (this.#attributes.echo) this.#echo(byte, screen);
  }

  #endLine(): void {
    this.#ready.push(Uint8Array.from(this.#line));
    this.#readyLength += this.#line.length;
    this.#line = [];
  }

  #commit(bytes: ArrayLike<number>): void {
    if (bytes.length === 0) return;
    this.#ready.push(Uint8Array.from(bytes));
    this.#readyLength += bytes.length;
  }

  #echo(byte: number, screen: number[], asItIs = byte === TAB): void {
    const isControl = byte < 32 || byte === 127;
    if (isControl && !asItIs && this.#attributes.echoctl) screen.push(CARET, byte ^ 0x40);
    else screen.push(byte);
  }

  /** Shortens the line to `length` and wipes what was shown of the rest. */
  #erase(length: number, key: number, screen: number[]): void {
    if (length === this.#line.length) return;
    const { echo, echoe, echok } = this.#attributes;
    if (echo && !echoe) {
      this.#echo(key, screen);
      if (echok && length === 0 && key === this.#attributes.vkill) screen.push(NEWLINE);
    } else if (echo) {
      // Character by character from the end: a tab is stepped over, all else is overwritten.
      for (let end = this.#line.length; end > length; ) {
        const start = lastCharacter(this.#line, end);
        if (this.#line[start] === TAB) {
          const cells =
            this.#columnAfter(this.#line.slice(0, end)) - this.#columnAfter(this.#line.slice(0, start));
          for (let i = 0; i < cells; i++) screen.push(BACKSPACE);
        } else {
          const cells = this.#cells(decode(Uint8Array.from(this.#line.slice(start, end))).codePointAt(0)!);
          for (let i = 0; i < cells; i++) screen.push(BACKSPACE, SPACE, BACKSPACE);
        }
        end = start;
      }
    }
    this.#line.length = length;
  }

  /** The column after a line as it is echoed. */
  #columnAfter(line: number[]): number {
    let column = this.#lineColumn;
    for (const character of decode(Uint8Array.from(line))) {
      const code = character.codePointAt(0)!;
      column = code === TAB ? nextTab(column) : column + this.#cells(code);
    }
    return column;
  }

  /** How many cells a character's echo takes. */
  #cells(code: number): number {
    if (code < 32 || code === 127) return this.#attributes.echoctl ? 2 : 0;
    return cellWidth(code);
  }

  /** Follows the cursor along what is shown. */
  #advance(shown: Uint8Array): void {
    const start = Math.max(shown.lastIndexOf(NEWLINE), shown.lastIndexOf(RETURN)) + 1;
    if (start > 0) {
      this.#column = 0;
      this.#lineColumn = 0;
    }
    if (start === shown.length) return;
    for (const character of decode(start === 0 ? shown : shown.subarray(start))) {
      const code = character.codePointAt(0)!;
      if (code === TAB) this.#column = nextTab(this.#column);
      else if (code === BACKSPACE) this.#column = Math.max(0, this.#column - 1);
      else if (code >= 32) this.#column += cellWidth(code);
    }
  }
}

const BELL = 7;
const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const START = 17;
const REPRINT = 18;
const STOP = 19;
const LITERAL_NEXT = 22;
const SPACE = 32;
const CARET = 94;
const LINE_MAX = 4095;

const nextTab = (column: number) => (column | 7) + 1;

function signalOf(a: TerminalAttributes, byte: number): TerminalSignal | undefined {
  if (byte === 0) return undefined;
  if (byte === a.vintr) return 'SIGINT';
  if (byte === a.vquit) return 'SIGQUIT';
  if (byte === a.vsusp) return 'SIGTSTP';
  return undefined;
}

/** Where the last character before `end` of a UTF-8 line begins. */
function lastCharacter(line: readonly number[], end = line.length): number {
  let at = end - 1;
  while (at > 0 && (line[at]! & 0xc0) === 0x80) at--;
  return Math.max(at, 0);
}

/** Where the last word begins: what is no letter or digit before it goes too. */
function lastWord(line: readonly number[]): number {
  const isWordPart = (byte: number) =>
    byte >= 0x80 || /[\p{Alphabetic}\p{Nd}_]/u.test(String.fromCharCode(byte));
  let at = line.length;
  while (at > 0 && !isWordPart(line[at - 1]!)) at--;
  while (at > 0 && isWordPart(line[at - 1]!)) at--;
  return at;
}
