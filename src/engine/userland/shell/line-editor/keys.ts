/** Terminal input taken apart into keys (the sequences that xterm sends). */
export type Key =
  | { kind: 'text'; text: string }
  /** A control character or a named key: `C-a`, `M-b`, `Left`, `Enter`, … */
  | { kind: 'key'; name: string }
  | { kind: 'paste'; text: string; ended: boolean };

const CONTROL: Readonly<Record<number, string>> = {
  9: 'Tab',
  10: 'Enter',
  13: 'Enter',
  127: 'Backspace',
  8: 'Backspace',
};

const SEQUENCES: Readonly<Record<string, string>> = {
  '[A': 'Up',
  '[B': 'Down',
  '[C': 'Right',
  '[D': 'Left',
  OA: 'Up',
  OB: 'Down',
  OC: 'Right',
  OD: 'Left',
  '[H': 'Home',
  '[F': 'End',
  OH: 'Home',
  OF: 'End',
  '[1~': 'Home',
  '[4~': 'End',
  '[7~': 'Home',
  '[8~': 'End',
  '[3~': 'Delete',
  '[2~': 'Insert',
  '[5~': 'PageUp',
  '[6~': 'PageDown',
  '[Z': 'BackTab',
  '[1;5C': 'M-f',
  '[1;5D': 'M-b',
  '[1;3C': 'M-f',
  '[1;3D': 'M-b',
  '[3;5~': 'M-d',
};

const PASTE_END = '\x1b[201~';

/** Input not yet handled; what has been read but not used is still there for the next line. */
export class KeyReader {
  #text = '';
  #at = 0;
  #pasting = false;

  add(text: string): void {
    this.#text = this.#at === this.#text.length ? text : this.#text.slice(this.#at) + text;
    this.#at = 0;
  }

  get pending(): boolean {
    return this.#at < this.#text.length;
  }

  /** Within a bracketed paste. */
  get pasting(): boolean {
    return this.#pasting;
  }

  /** The next key; undefined when more input is needed. */
  next(): Key | undefined {
    if (!this.pending) return undefined;
    if (this.#pasting) return this.#paste();
    const code = this.#text.charCodeAt(this.#at);
    if (code === 27) return this.#escape();
    if (code < 32 || code === 127) {
      this.#at++;
      return { kind: 'key', name: CONTROL[code] ?? `C-${String.fromCharCode(code + 96)}` };
    }
    const run = /[^\x00-\x1f\x7f]+/y;
    run.lastIndex = this.#at;
    const text = run.exec(this.#text)![0];
    this.#at = run.lastIndex;
    return { kind: 'text', text };
  }

  #escape(): Key | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 16);
    const sequence = /^\x1b(\[[0-9;?]*[@-~]|O[A-Z])/.exec(rest);
    if (sequence) {
      this.#at += sequence[0].length;
      if (sequence[1] === '[200~') {
        this.#pasting = true;
        return this.#paste() ?? { kind: 'paste', text: '', ended: false };
      }
      return { kind: 'key', name: SEQUENCES[sequence[1]!] ?? 'Unknown' };
    }
    if (/^\x1b(\[[0-9;?]*)?$/.test(rest) || rest === '\x1bO') return undefined;
    const code = rest.charCodeAt(1);
    this.#at += 2;
    if (code === 127 || code === 8) return { kind: 'key', name: 'M-Backspace' };
    return { kind: 'key', name: `M-${rest[1]}` };
  }

  /** All of a bracketed paste that has come so far. */
  #paste(): Key | undefined {
    const end = this.#text.indexOf(PASTE_END, this.#at);
    if (end !== -1) {
      const text = this.#text.slice(this.#at, end);
      this.#at = end + PASTE_END.length;
      this.#pasting = false;
      return { kind: 'paste', text, ended: true };
    }
    // The end marker itself may be cut in two.
    let stop = this.#text.length;
    for (let length = Math.min(PASTE_END.length - 1, stop - this.#at); length > 0; length--) {
      if (!PASTE_END.startsWith(this.#text.slice(stop - length))) continue;
      stop -= length;
      break;
    }
    if (stop === this.#at) return undefined;
    const text = this.#text.slice(this.#at, stop);
    this.#at = stop;
    return { kind: 'paste', text, ended: false };
  }
}
