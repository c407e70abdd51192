import { charWidth } from '../../lib/width.ts';

/** Where text lands on a terminal: rows and columns from the line on which the prompt ends. */
export interface Place {
  row: number;
  column: number;
}

/** Moves on over a text as a terminal of that width would. */
export function advance(place: Place, text: string, columns: number): Place {
  let { row, column } = place;
  if (/^[\x20-\x7e]*$/.test(text)) {
    const total = column + text.length;
    return { row: row + Math.floor(total / columns), column: total % columns };
  }
  for (const char of text) {
    if (char === '\n') {
      row++;
      column = 0;
      continue;
    }
    const cells = charWidth(char.codePointAt(0)!);
    if (column + cells > columns) {
      row++;
      column = 0;
    }
    column += cells;
    if (column >= columns) {
      row++;
      column -= columns;
    }
  }
  return { row, column };
}

/** A buffer's text as it is shown: control characters as ^X, tabs as blanks, bytes that are no text as a replacement. */
export function shown(text: string): string {
  if (/^[\x20-\x7e\n]*$/.test(text)) return text;
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f\udc80-\udcff]/g, (char) => {
    if (char === '\t') return '    ';
    const code = char.charCodeAt(0);
    if (code >= 0xdc80) return '\ufffd';
    return code === 127 ? '^?' : `^${String.fromCharCode(code + 64)}`;
  });
}

/** Control sequences that move from one place to another. */
export function move(from: Place, to: Place): string {
  let out = '';
  if (to.row < from.row) out += `\x1b[${from.row - to.row}A`;
  else if (to.row > from.row) out += `\x1b[${to.row - from.row}B`;
  if (to.column === from.column) return out;
  if (to.column === 0) return `${out}\r`;
  if (to.column < from.column)
    return (
      out +
      (from.column - to.column < 4
        ? '\b'.repeat(from.column - to.column)
        : `\x1b[${from.column - to.column}D`)
    );
  return `${out}\x1b[${to.column - from.column}C`;
}

/** A prompt: what is printed, and the cells its last line takes (control sequences and `\[…\]` take none). */
export function measurePrompt(prompt: string, columns: number): { text: string; start: Place } {
  const text = prompt.replace(/[\x01\x02]/g, '');
  const visible = prompt
    .replace(/\x01[^\x02]*\x02/g, '')
    .replace(/\x1b\][^\x07]*(\x07|\x1b\\)/g, '')
    .replace(/\x1b\[[0-9;?]*[@-~]/g, '');
  const last = visible.slice(visible.lastIndexOf('\n') + 1);
  return { text, start: { row: 0, column: advance({ row: 0, column: 0 }, last, columns).column } };
}
