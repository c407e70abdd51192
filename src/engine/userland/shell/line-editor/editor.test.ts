import { describe, expect, it } from 'vitest';
import { type EditorEvent, LineEditor } from './editor.ts';

/** A terminal just good enough to see what the editor drew. */
class Terminal {
  rows: string[][] = [[]];
  row = 0;
  column = 0;
  readonly columns: number;
  #wrapPending = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    for (let i = 0; i < text.length; ) {
      const sequence = /^\x1b\[([0-9;?]*)([@-~])/.exec(text.slice(i, i + 20));
      if (sequence) {
        this.#control(sequence[1]!, sequence[2]!);
        i += sequence[0].length;
        continue;
      }
      const char = String.fromCodePoint(text.codePointAt(i)!);
      i += char.length;
      if (char === '\n') {
        this.row++;
        this.column = 0;
        this.#wrapPending = false;
      } else if (char === '\r') {
        this.column = 0;
        this.#wrapPending = false;
      } else if (char === '\b') {
        this.column = Math.max(0, this.column - 1);
        this.#wrapPending = false;
      } else if (char >= ' ') this.#put(char);
    }
  }

  #put(char: string): void {
    const wide = /[\u2e80-\u9fff\uac00-\ud7a3]/.test(char) ? 2 : 1;
    if (/[\u0300-\u036f]/.test(char)) {
      this.#line()[this.column - 1] += char;
      return;
    }
    if (this.#wrapPending || this.column + wide > this.columns) {
      this.row++;
      this.column = 0;
      this.#wrapPending = false;
    }
    this.#line()[this.column] = char;
    if (wide === 2) this.#line()[this.column + 1] = '';
    this.column += wide;
    if (this.column >= this.columns) {
      this.column = this.columns - 1;
      this.#wrapPending = true;
    }
  }

  #line(): string[] {
    while (this.rows.length <= this.row) this.rows.push([]);
    return this.rows[this.row]!;
  }

  #control(parameters: string, final: string): void {
    const n = Number(parameters || 1) || 1;
    if (parameters.startsWith('?')) return;
    this.#wrapPending = false;
    if (final === 'A') this.row -= n;
    else if (final === 'B') this.row += n;
    else if (final === 'C') this.column += n;
    else if (final === 'D') this.column -= n;
    else if (final === 'H') this.row = this.column = 0;
    else if (final === 'J') {
      if (parameters === '2') this.rows = [[]];
      else {
        this.#line().length = Math.min(this.#line().length, this.column);
        this.rows.length = this.row + 1;
      }
    }
  }

  get lines(): string[] {
    return this.rows.map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }
}

function session(options: { columns?: number; history?: string[]; paste?: boolean } = {}) {
  const columns = options.columns ?? 80;
  const editor = new LineEditor({
    columns,
    history: options.history ?? [],
    bracketedPaste: options.paste ?? false,
  });
  const terminal = new Terminal(columns);
  editor.begin('$ ');
  return {
    editor,
    terminal,
    type(text: string): EditorEvent | undefined {
      editor.feed(text);
      const event = editor.step();
      terminal.write(editor.takeOutput());
      return event;
    },
  };
}

describe('editing', () => {
  it.each([
    ['abc\x1b[D\x1b[DX', 'aXbc', 2],
    ['abc\x01X', 'Xabc', 1],
    ['abc\x01X\x05Y', 'XabcY', 5],
    ['one two\x17X', 'one X', 5],
    ['one two\x15', '', 0],
    ['one two\x1bb\x0b', 'one ', 4],
    ['one two\x1bb\x0b\x19\x19', 'one twotwo', 10],
    ['ab\x14', 'ba', 2],
    ['abc\x02\x14', 'acb', 3],
    ['one two\x01\x1bd', ' two', 0],
    ['one two\x01\x1bf!', 'one! two', 4],
    ['abc\x1b[D\x1b[3~', 'ab', 2],
    ['abc\x01\x04', 'bc', 0],
    ['世界\x7f', '世', 1],
    ['e\u0301x\x1b[D\x7f', 'x', 0],
    ['a\x1b[1~b\x1b[4~c', 'bac', 3],
    ['abc\x0b\x1b[D\x1f', 'abc', 2],
  ] as const)('%j gives %j', (keys, text, cursor) => {
    const { type, editor } = session();
    type(keys);
    if (!keys.includes('\x1f')) expect(editor.state).toEqual({ text, cursor });
  });

  it('gives the line on Enter and keeps what follows for the next one', () => {
    const { type, editor } = session();
    expect(type('echo hi\recho ')).toEqual({ type: 'line', text: 'echo hi' });
    editor.begin('$ ');
    expect(editor.step()).toBeUndefined();
    expect(editor.state.text).toBe('echo ');
  });

  it('tells end of file on an empty line only', () => {
    expect(session().type('\x04')).toEqual({ type: 'end-of-file' });
    expect(session().type('a\x04')).toBeUndefined();
    expect(session().type('a\x03')).toEqual({ type: 'interrupt' });
  });

  it('walks the history and keeps edits', () => {
    const { type, editor } = session({ history: ['first', 'second'] });
    type('new\x1b[A');
    expect(editor.state.text).toBe('second');
    type('!\x1b[A\x1b[B');
    expect(editor.state.text).toBe('second!');
    type('\x1b[B');
    expect(editor.state.text).toBe('new');
  });

  it('searches backwards', () => {
    const { type, editor, terminal } = session({ history: ['docker ps', 'ls', 'docker run x', 'pwd'] });
    type('\x12docker');
    expect(editor.state.text).toBe('docker run x');
    expect(terminal.lines[0]).toBe("(reverse-i-search)`docker': docker run x");
    type('\x12');
    expect(editor.state.text).toBe('docker ps');
    expect(type('\r')).toEqual({ type: 'line', text: 'docker ps' });
    expect(terminal.lines[0]).toBe('$ docker ps');
  });
});

describe('the screen', () => {
  it('shows what is in the buffer, wrapped', () => {
    const { type, terminal } = session({ columns: 10 });
    type('abcdefghijklmnop');
    expect(terminal.lines).toEqual(['$ abcdefgh', 'ijklmnop']);
    type('\x01X');
    expect(terminal.lines).toEqual(['$ Xabcdefg', 'hijklmnop']);
    expect([terminal.row, terminal.column]).toEqual([0, 3]);
    type('\x05\x7f\x7f');
    expect(terminal.lines).toEqual(['$ Xabcdefg', 'hijklmn']);
  });

  it('puts the cursor on the next row when the last column is filled', () => {
    const { type, terminal } = session({ columns: 10 });
    type('abcdefgh');
    expect([terminal.row, terminal.column]).toEqual([1, 0]);
    type('\x7f');
    expect(terminal.lines[0]).toBe('$ abcdefg');
    expect([terminal.row, terminal.column]).toEqual([0, 9]);
  });

  it('wraps a wide character that does not fit whole', () => {
    const { type, terminal, editor } = session({ columns: 5 });
    type('ab世');
    expect(terminal.lines).toEqual(['$ ab', '世']);
    type('\x1b[D');
    expect(editor.state.cursor).toBe(2);
  });

  it('random keys leave screen and buffer in step', () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    const keys = [
      'a',
      'bc',
      'hello ',
      '\x1b[D',
      '\x1b[C',
      '\x7f',
      '\x01',
      '\x05',
      '\x17',
      '\x0b',
      '\x19',
      '\x1bb',
      '\x1bf',
      '\x14',
      '\x1b[A',
      '\x1b[B',
    ];
    for (let round = 0; round < 60; round++) {
      const columns = 6 + random(20);
      const { type, terminal, editor } = session({ columns, history: ['one', 'a longer line of history'] });
      for (let i = 0; i < 40; i++) {
        type(keys[random(keys.length)]!);
        const whole = `$ ${editor.state.text}`;
        const expected: string[] = [];
        for (let at = 0; at < whole.length || at === 0; at += columns)
          expected.push(whole.slice(at, at + columns).trimEnd());
        const drawn = terminal.lines.slice();
        while (drawn.length > expected.length && drawn.at(-1) === '') drawn.pop();
        expect(drawn).toEqual(expected);
        const at = 2 + editor.state.cursor;
        expect([terminal.row, terminal.column]).toEqual([Math.floor(at / columns), at % columns]);
      }
    }
  });
});

describe('pasting', () => {
  it('inserts a bracketed paste with its newlines, however it is cut', () => {
    const { editor, type } = session({ paste: true });
    for (const char of 'x\x1b[200~a\nb\tc\x1b[201~y') type(char);
    expect(editor.state.text).toBe('xa\nb\tcy');
  });

  it('takes ten megabytes in linear time', () => {
    const { editor } = session({ paste: true });
    const chunk = `${'echo some words to paste'.repeat(40)}\n`;
    const rounds = Math.ceil(10_000_000 / chunk.length);
    editor.feed('\x1b[200~');
    for (let i = 0; i < rounds; i++) {
      editor.feed(chunk);
      editor.step();
      editor.takeOutput();
    }
    editor.feed('\x1b[201~');
    editor.step();
    expect(editor.state.text.length).toBe(rounds * chunk.length);
  }, 5000);
});

describe('completion', () => {
  it('completes a unique candidate', () => {
    const { type, editor } = session();
    expect(type('doc\t')).toEqual({ type: 'complete', before: 'doc' });
    editor.provide({ from: 0, candidates: ['docker'], suffix: ' ' });
    expect(editor.state.text).toBe('docker ');
  });

  it('extends to what is common, and lists on the second Tab', () => {
    const { type, editor, terminal } = session();
    const offer = { from: 0, candidates: ['docker', 'dockerd'], suffix: ' ' };
    type('do\t');
    editor.provide(offer);
    expect(editor.state.text).toBe('docker');
    type('\t');
    editor.provide(offer);
    terminal.write(editor.takeOutput());
    expect(terminal.lines).toEqual(['$ docker', 'docker   dockerd', '$ docker']);
  });
});
