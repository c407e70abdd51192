import { textToBytes } from '../lib/text.ts';
import { charWidth } from '../lib/width.ts';

/** How a line of text becomes rows of a screen. */

/** How lines are shown. */
export interface Shape {
  columns: number;
  /** Lines that are too long are cut, and what is left of `shift` columns is not shown. */
  chop: boolean;
  shift: number;
  numbers: boolean;
  /** Sequences that colour are passed on (`colour`), or all that there are (`all`). */
  raw: 'no' | 'colour' | 'all';
  tabs: number;
  /** What is found is shown in reverse. */
  highlight: RegExp | undefined;
}

/** One character with its looks. */
interface Cell {
  text: string;
  width: number;
  /** SGR parameters (ECMA-48): of the line's own, and what we add. */
  looks: string;
}

const REVERSE = '7';

/** The rows of a line; one at least. */
export function rowsOf(line: string, number: number, shape: Shape): string[] {
  const cells = [...(shape.numbers ? numberCells(number) : []), ...cellsOf(line, shape)];
  const lead = shape.numbers ? 8 : 0;
  if (shape.chop) return [render(chopped(cells, lead, shape))];
  const rows: string[] = [];
  let row: Cell[] = [];
  let width = 0;
  for (const cell of cells) {
    if (width + cell.width > shape.columns) {
      rows.push(render(row));
      row = [];
      width = 0;
    }
    row.push(cell);
    width += cell.width;
  }
  rows.push(render(row));
  return rows;
}

const numberCells = (number: number): Cell[] =>
  [...`${String(number).padStart(7)} `].map((text) => ({ text, width: 1, looks: '' }));

function chopped(cells: readonly Cell[], lead: number, { columns, shift }: Shape): Cell[] {
  const shown: Cell[] = cells.slice(0, lead);
  let [skipped, width] = [0, lead];
  for (const cell of cells.slice(lead)) {
    if (skipped < shift) {
      skipped += cell.width;
      continue;
    }
    if (width + cell.width > columns) {
      // The last column tells that there is more.
      while (width >= columns && shown.length > 0) width -= shown.pop()!.width;
      shown.push({ text: '>', width: 1, looks: REVERSE });
      break;
    }
    shown.push(cell);
    width += cell.width;
  }
  return shown;
}

/** What is no graphic character is shown by name. */
function cellsOf(line: string, shape: Shape): Cell[] {
  const cells: Cell[] = [];
  const marked = matches(line, shape.highlight);
  let looks = '';
  let column = 0;
  const push = (text: string, width: number, more: string, at: number) => {
    const all = [looks, more, marked(at) ? REVERSE : ''].filter((part) => part !== '');
    cells.push({ text, width, looks: all.join(';') });
    column += width;
  };
  for (let at = 0; at < line.length; ) {
    const char = String.fromCodePoint(line.codePointAt(at)!);
    const sequence = shape.raw === 'no' ? undefined : /^\x1b\[([0-9;]*)m/.exec(line.slice(at, at + 32));
    const struck = overstruck(line, at);
    if (sequence) {
      looks = /^0*$/.test(sequence[1]!) ? '' : [looks, sequence[1]].filter(Boolean).join(';');
      at += sequence[0].length;
    } else if (struck) {
      push(struck.text, charWidth(struck.text.codePointAt(0)!), struck.looks, at);
      at += struck.length;
    } else {
      if (char === '\t') {
        for (const stop = column + shape.tabs - (column % shape.tabs); column < stop; ) push(' ', 1, '', at);
      } else if (char === '\r' && at === line.length - 1) {
        // Lines of DOS end so.
      } else if (shape.raw === 'all' || isGraphic(char)) push(char, charWidth(char.codePointAt(0)!), '', at);
      else for (const letter of nameOf(char)) push(letter, 1, REVERSE, at);
      at += char.length;
    }
  }
  return cells;
}

/** A letter over itself is bold, over an underscore underlined: how pages of the manual were printed. */
function overstruck(line: string, at: number): { text: string; looks: string; length: number } | undefined {
  const [, first, second] = /^(.)\x08(.)/u.exec(line.slice(at, at + 6)) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const length = first.length + 1 + second.length;
  if (first === '_') return { text: second, looks: '4', length };
  return first === second ? { text: first, looks: '1', length } : undefined;
}

const isGraphic = (char: string): boolean => !/[\x00-\x1f\x7f\udc80-\udcff]/.test(char);

function nameOf(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 0x1b) return 'ESC';
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  if (code === 127) return '^?';
  return `<${[...textToBytes(char)].map((byte) => byte.toString(16).toUpperCase()).join('')}>`;
}

/** Whether a place in a line is within what an expression finds. */
function matches(line: string, regex: RegExp | undefined): (at: number) => boolean {
  if (!regex) return () => false;
  const found: [number, number][] = [];
  const all = new RegExp(regex.source, `${regex.flags.replace('g', '')}g`);
  for (const match of line.matchAll(all))
    if (match[0] !== '') found.push([match.index, match.index + match[0].length]);
  return (at) => found.some(([from, to]) => at >= from && at < to);
}

function render(cells: readonly Cell[]): string {
  let out = '';
  let looks = '';
  for (const cell of cells) {
    if (cell.looks !== looks) out += `\x1b[${looks !== '' && cell.looks !== '' ? '0;' : ''}${cell.looks}m`;
    looks = cell.looks;
    out += cell.text;
  }
  return looks === '' ? out : `${out}\x1b[m`;
}
