import { columns as inColumns } from '../../lib/width.ts';
import { type Key, KeyReader } from './keys.ts';
import { blankWordStart, nextCharacter, previousCharacter, wordEnd, wordStart } from './motion.ts';
import { advance, measurePrompt, move, type Place, shown } from './screen.ts';

/**
 * Line editing as readline does it in its emacs mode: keys in; a buffer, a cursor and screen updates out. It knows no
 * terminal, no shell and no time, so that it can be tested as a function.
 */
export type EditorEvent =
  | { type: 'line'; text: string }
  | { type: 'end-of-file' }
  | { type: 'interrupt' }
  /** Tab: answer with `provide`. */
  | { type: 'complete'; before: string };

/** Completions of the text from `from` to the cursor. */
export interface Completions {
  from: number;
  /** The whole replacement texts, quoted as needed. */
  candidates: readonly string[];
  /** How they are shown in the list; by default as they are. */
  labels?: readonly string[];
  /** What follows a unique one: a blank, a slash, nothing. */
  suffix: string;
}

export interface EditorOptions {
  columns: number;
  history: readonly string[];
  /** Put before the prompt and after the line: switches bracketed paste on and off. */
  bracketedPaste: boolean;
}

/** Above this many, the editor asks before it lists completions. */
const ASK_ABOVE = 100;

/** Enter, newline, Ctrl-C, Ctrl-D. */
const LINE_ENDS = [13, 10, 3, 4];
/** The last byte of the mark that ends a bracketed paste. */
const PASTE_ENDS = ['~'.charCodeAt(0)];

export class LineEditor {
  columns: number;
  readonly #history: readonly string[];
  readonly #bracketedPaste: boolean;
  readonly #keys = new KeyReader();
  #output = '';
  #prompt = '';
  #start: Place = { row: 0, column: 0 };
  #cursor: Place = { row: 0, column: 0 };
  /** The buffer, cut at the cursor. */
  #before = '';
  #after = '';
  #dirty = false;
  #killed = '';
  #lastKey = '';
  /** Which history line is shown; its length means the new line. */
  #historyAt = 0;
  /** History lines as changed here, by index. */
  readonly #edits = new Map<number, string>();
  #search: { query: string; at: number; failed: boolean; saved: string } | undefined;
  #undo: { before: string; after: string }[] = [];
  #tabs = 0;
  #asking: (() => void) | undefined;

  constructor(options: EditorOptions) {
    this.columns = Math.max(2, options.columns);
    this.#history = options.history;
    this.#bracketedPaste = options.bracketedPaste;
  }

  /** The buffer and the cursor in it. */
  get state(): { text: string; cursor: number } {
    return { text: this.#before + this.#after, cursor: this.#before.length };
  }

  /** Begins a line. */
  begin(prompt: string): void {
    const { text, start } = measurePrompt(prompt, this.columns);
    this.#prompt = text;
    this.#start = start;
    this.#cursor = start;
    this.#before = this.#after = '';
    this.#historyAt = this.#history.length;
    this.#edits.clear();
    this.#undo = [];
    this.#search = undefined;
    this.#lastKey = '';
    this.#dirty = false;
    this.#output += `${this.#bracketedPaste ? '\x1b[?2004h' : ''}${text}`;
  }

  /** Adds input from the terminal. */
  feed(text: string): void {
    this.#keys.add(text);
  }

  /** The bytes behind which the line may be done: what follows them may be for somebody else. */
  get ends(): readonly number[] {
    return this.#keys.pasting ? PASTE_ENDS : LINE_ENDS;
  }

  /** Handles input until something happens that the shell must see; undefined when all input is used. */
  step(): EditorEvent | undefined {
    for (;;) {
      const key = this.#keys.next();
      if (key === undefined) return undefined;
      const event = this.#handle(key);
      if (event) return event;
    }
  }

  /** Gives the line up: for a terminal that turns Ctrl-C into a signal. */
  interrupt(): void {
    this.#asking = undefined;
    this.#leaveSearch();
    this.#toEnd();
    this.#output += `^C\n${this.#bracketedPaste ? '\x1b[?2004l\r' : ''}`;
    this.#before = this.#after = '';
  }

  /** What is to be written to the terminal. */
  takeOutput(): string {
    if (this.#dirty) this.#refresh();
    const out = this.#output;
    this.#output = '';
    return out;
  }

  /** Something else was printed meanwhile: shows the prompt and the buffer again. */
  showAgain(): void {
    this.#redraw();
  }

  /** Draws the prompt and the buffer where they stand: somebody may see this terminal for the first time. */
  repaint(): void {
    this.#output += move(this.#cursor, { row: 0, column: 0 });
    this.#output += this.#prompt.slice(this.#prompt.lastIndexOf('\n') + 1);
    this.#cursor = this.#start;
    this.#dirty = true;
  }

  /** The terminal has another width. */
  resize(columns: number): void {
    this.columns = Math.max(2, columns);
    this.#start = measurePrompt(this.#prompt, this.columns).start;
    this.#dirty = true;
  }

  /** The answer to a `complete` event. */
  provide({ from, candidates, labels, suffix }: Completions): void {
    if (candidates.length === 0) {
      this.#output += '\x07';
      return;
    }
    const typed = this.#before.slice(from);
    if (candidates.length === 1) {
      this.#replace(from, candidates[0]! + suffix);
      this.#tabs = 0;
      return;
    }
    const common = commonPrefix(candidates);
    if (common.length > typed.length || (common !== typed && common.startsWith(typed))) {
      this.#replace(from, common);
      this.#output += '\x07';
      this.#tabs = 1;
      return;
    }
    if (this.#tabs < 2) {
      this.#output += '\x07';
      return;
    }
    const list = () => this.#list(labels ?? candidates);
    if (candidates.length <= ASK_ABOVE) {
      list();
      return;
    }
    this.#toEnd();
    this.#output += `\nDisplay all ${candidates.length} possibilities? (y or n)`;
    this.#asking = list;
  }

  #list(labels: readonly string[]): void {
    if (this.#asking === undefined) this.#toEnd();
    this.#output += `\n${inColumns([...new Set(labels)].sort(), this.columns, { equal: true }).join('\n')}\n`;
    this.#redraw();
  }

  /** Prints the prompt and the buffer anew on a fresh line. */
  #redraw(): void {
    this.#output += this.#prompt;
    this.#cursor = this.#start;
    this.#dirty = true;
  }

  #handle(key: Key): EditorEvent | undefined {
    if (this.#asking) return this.#answer(key);
    if (key.kind === 'paste') {
      this.#leaveSearch();
      this.#insert(key.text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
      this.#lastKey = 'paste';
      return undefined;
    }
    if (key.kind === 'text') {
      if (this.#search) this.#searchFor(this.#search.query + key.text, this.#search.at);
      else this.#insert(key.text);
      this.#lastKey = 'text';
      return undefined;
    }
    if (this.#search && !this.#searchKey(key.name)) return undefined;
    this.#tabs = key.name === 'Tab' ? this.#tabs + 1 : 0;
    const event = this.#command(key.name);
    this.#lastKey = key.name;
    return event;
  }

  #answer(key: Key): undefined {
    const list = this.#asking!;
    const text = key.kind === 'text' ? key.text[0]!.toLowerCase() : key.kind === 'key' ? key.name : '';
    if (text === 'y' || text === 'Tab' || text === ' ') {
      list();
      this.#asking = undefined;
    } else if (text === 'n' || text === 'C-c' || text === 'C-g' || text === 'Backspace') {
      this.#asking = undefined;
      this.#output += '\n';
      this.#redraw();
    }
    return undefined;
  }

  #command(name: string): EditorEvent | undefined {
    switch (name) {
      case 'Enter':
        return this.#accept();
      case 'C-c':
        this.interrupt();
        return { type: 'interrupt' };
      case 'C-d':
        if (this.#before === '' && this.#after === '') {
          this.#output += this.#bracketedPaste ? '\n\x1b[?2004l\r' : '\n';
          return { type: 'end-of-file' };
        }
        this.#deleteForward();
        return undefined;
      case 'Delete':
        this.#deleteForward();
        return undefined;
      case 'Backspace':
        this.#change(
          this.#before.slice(0, previousCharacter(this.#before, this.#before.length)),
          this.#after,
        );
        return undefined;
      case 'Tab':
        return { type: 'complete', before: this.#before };
      case 'Left':
      case 'C-b':
        this.#moveTo(previousCharacter(this.#before, this.#before.length));
        return undefined;
      case 'Right':
      case 'C-f':
        this.#moveTo(this.#before.length + nextCharacter(this.#after, 0));
        return undefined;
      case 'Home':
      case 'C-a':
        this.#moveTo(0);
        return undefined;
      case 'End':
      case 'C-e':
        this.#moveTo(this.#before.length + this.#after.length);
        return undefined;
      case 'M-b':
        this.#moveTo(wordStart(this.#before, this.#before.length));
        return undefined;
      case 'M-f':
        this.#moveTo(this.#before.length + wordEnd(this.#after, 0));
        return undefined;
      case 'C-k':
        this.#kill(this.#after, 'forward');
        this.#change(this.#before, '');
        return undefined;
      case 'C-u':
        this.#kill(this.#before, 'backward');
        this.#change('', this.#after);
        return undefined;
      case 'C-w':
      case 'M-Backspace': {
        const from = (name === 'C-w' ? blankWordStart : wordStart)(this.#before, this.#before.length);
        this.#kill(this.#before.slice(from), 'backward');
        this.#change(this.#before.slice(0, from), this.#after);
        return undefined;
      }
      case 'M-d': {
        const to = wordEnd(this.#after, 0);
        this.#kill(this.#after.slice(0, to), 'forward');
        this.#change(this.#before, this.#after.slice(to));
        return undefined;
      }
      case 'C-y':
        this.#insert(this.#killed);
        return undefined;
      case 'C-t':
        this.#transpose();
        return undefined;
      case 'C-l':
        this.#output += '\x1b[H\x1b[2J';
        this.#redraw();
        return undefined;
      case 'Up':
      case 'C-p':
        this.#historyTo(this.#historyAt - 1);
        return undefined;
      case 'Down':
      case 'C-n':
        this.#historyTo(this.#historyAt + 1);
        return undefined;
      case 'M-<':
        this.#historyTo(0);
        return undefined;
      case 'M->':
        this.#historyTo(this.#history.length);
        return undefined;
      case 'M-.':
      case 'M-_':
        this.#insert(/(\S+)\s*$/.exec(this.#history.at(-1) ?? '')?.[1] ?? '');
        return undefined;
      case 'C-r':
        this.#search = {
          query: '',
          at: this.#history.length,
          failed: false,
          saved: this.#before + this.#after,
        };
        this.#dirty = true;
        return undefined;
      case 'C-_': {
        const last = this.#undo.pop();
        if (last) {
          this.#before = last.before;
          this.#after = last.after;
          this.#dirty = true;
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #accept(): EditorEvent {
    this.#leaveSearch();
    this.#toEnd();
    const text = this.#before + this.#after;
    this.#output += this.#bracketedPaste ? '\n\x1b[?2004l\r' : '\n';
    this.#before = this.#after = '';
    return { type: 'line', text };
  }

  #change(before: string, after: string): void {
    if (before === this.#before && after === this.#after) return;
    this.#remember();
    this.#before = before;
    this.#after = after;
    this.#dirty = true;
  }

  #remember(): void {
    this.#undo.push({ before: this.#before, after: this.#after });
    if (this.#undo.length > 200) this.#undo.shift();
  }

  /** Inserts at the cursor. At the buffer's end only the new text is drawn. */
  #insert(text: string): void {
    if (text === '') return;
    if (this.#lastKey !== 'text' && this.#lastKey !== 'paste') this.#remember();
    this.#before += text;
    if (this.#after !== '' || this.#dirty) {
      this.#dirty = true;
      return;
    }
    this.#write(shown(text));
  }

  /** Prints text at the cursor, and makes the terminal wrap where the last column was filled. */
  #write(text: string): void {
    this.#output += text;
    this.#cursor = advance(this.#cursor, text, this.columns);
    if (this.#cursor.column === 0 && text !== '' && !text.endsWith('\n')) this.#output += ' \r';
  }

  #deleteForward(): void {
    this.#change(this.#before, this.#after.slice(nextCharacter(this.#after, 0)));
  }

  #moveTo(position: number): void {
    const text = this.#before + this.#after;
    const at = Math.max(0, Math.min(text.length, position));
    if (at === this.#before.length) return;
    this.#before = text.slice(0, at);
    this.#after = text.slice(at);
    if (this.#dirty) return;
    const place = advance(this.#start, shown(this.#before), this.columns);
    this.#output += move(this.#cursor, place);
    this.#cursor = place;
  }

  #toEnd(): void {
    if (this.#dirty) this.#refresh();
    this.#moveTo(this.#before.length + this.#after.length);
  }

  #kill(text: string, direction: 'forward' | 'backward'): void {
    if (text === '') return;
    const joins = ['C-k', 'C-u', 'C-w', 'M-d', 'M-Backspace'].includes(this.#lastKey);
    this.#killed = joins ? (direction === 'forward' ? this.#killed + text : text + this.#killed) : text;
  }

  #transpose(): void {
    if (this.#before === '') return;
    const whole = this.#before + this.#after;
    const right = this.#after === '' ? previousCharacter(whole, whole.length) : this.#before.length;
    const left = previousCharacter(whole, right);
    const end = right + nextCharacter(whole.slice(right), 0);
    this.#change(whole.slice(0, left) + whole.slice(right, end) + whole.slice(left, right), whole.slice(end));
  }

  #replace(from: number, text: string): void {
    const typed = this.#before.slice(from);
    if (text.startsWith(typed)) this.#insert(text.slice(typed.length));
    else this.#change(this.#before.slice(0, from) + text, this.#after);
  }

  #historyTo(index: number): void {
    if (index < 0 || index > this.#history.length) {
      this.#output += '\x07';
      return;
    }
    this.#edits.set(this.#historyAt, this.#before + this.#after);
    this.#historyAt = index;
    this.#change(this.#edits.get(index) ?? this.#history[index] ?? '', '');
  }

  /** Handles a key in reverse search; true when the key ends the search and is to be obeyed as usual. */
  #searchKey(name: string): boolean {
    const search = this.#search!;
    switch (name) {
      case 'C-r':
        this.#searchFor(search.query, search.at - 1);
        return false;
      case 'Backspace':
        this.#searchFor(
          search.query.slice(0, previousCharacter(search.query, search.query.length)),
          this.#history.length,
        );
        return false;
      case 'C-g':
      case 'C-c':
        this.#before = search.saved;
        this.#after = '';
        this.#leaveSearch();
        return name === 'C-c';
      default:
        this.#leaveSearch();
        return true;
    }
  }

  #searchFor(query: string, from: number): void {
    const search = this.#search!;
    let found = -1;
    for (let i = Math.min(from, this.#history.length - 1); i >= 0; i--) {
      if (!this.#history[i]!.includes(query)) continue;
      found = i;
      break;
    }
    this.#search = { ...search, query, failed: found === -1, at: found === -1 ? search.at : found };
    if (found !== -1) {
      const line = this.#history[found]!;
      const at = line.indexOf(query);
      this.#before = line.slice(0, at);
      this.#after = line.slice(at);
      this.#historyAt = found;
    } else this.#output += '\x07';
    this.#dirty = true;
  }

  #leaveSearch(): void {
    if (!this.#search) return;
    this.#search = undefined;
    this.#dirty = true;
    this.#output += this.#clearLine();
    this.#output += this.#prompt.slice(this.#prompt.lastIndexOf('\n') + 1);
    this.#cursor = this.#start;
  }

  #clearLine(): string {
    const out = `${move(this.#cursor, { row: 0, column: 0 })}\r\x1b[J`;
    this.#cursor = { row: 0, column: 0 };
    return out;
  }

  /** Draws the whole buffer again. */
  #refresh(): void {
    this.#dirty = false;
    let start = this.#start;
    if (this.#search) {
      this.#output += this.#clearLine();
      const label = `(${this.#search.failed ? 'failed ' : ''}reverse-i-search)\`${this.#search.query}': `;
      this.#output += label;
      start = advance({ row: 0, column: 0 }, label, this.columns);
      this.#cursor = start;
    } else {
      this.#output += move(this.#cursor, start);
      this.#cursor = start;
    }
    const before = shown(this.#before);
    const after = shown(this.#after);
    this.#write(before);
    const place = this.#cursor;
    this.#write(after);
    this.#output += '\x1b[J';
    this.#output += move(this.#cursor, place);
    this.#cursor = place;
  }
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0]!;
  for (const text of texts) {
    let i = 0;
    while (i < prefix.length && prefix[i] === text[i]) i++;
    prefix = prefix.slice(0, i);
  }
  // Not through the middle of a character.
  return /[\ud800-\udbff]$/.test(prefix) ? prefix.slice(0, -1) : prefix;
}
