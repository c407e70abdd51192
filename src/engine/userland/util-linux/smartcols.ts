import type { Stdio } from '../lib/stdio.ts';
import { textWidth } from '../lib/width.ts';

/** A column of a table. */
export interface Column {
  name: string;
  right?: boolean;
  /** Shows in front of its cells how the rows hang together. */
  tree?: boolean;
  /** A number in JSON. */
  number?: boolean;
  /** May be cut where the terminal is too narrow. */
  cut?: boolean;
}

/** A row: a cell for each column, undefined where there is nothing to say. */
export interface Row {
  cells: (string | undefined)[];
  children: Row[];
}

/** How a table is printed: as a table, as `NAME="value"` pairs, raw with one blank between, as JSON. */
export interface TableForm {
  format: 'table' | 'pairs' | 'raw' | 'json';
  headings: boolean;
  /** Tree lines in ASCII. */
  ascii: boolean;
  /** JSON only: what the list is called. */
  name: string;
  /** Values of several lines are joined by commas. */
  nowrap?: boolean;
}

/** Prints a table as the tools of util-linux do (libsmartcols). */
export async function printTable(
  io: Stdio,
  columns: readonly Column[],
  rows: readonly Row[],
  form: TableForm,
): Promise<void> {
  const isTree = columns.some(({ tree }) => tree);
  if (form.format === 'json') {
    const shown = isTree ? rows : flat(rows).map((cells) => ({ cells, children: [] }));
    io.stdout.write(`{\n   "${form.name}": ${json(columns, shown, '   ')}\n}\n`);
    return;
  }
  const lines = isTree ? branches(columns, rows, form.ascii) : flat(rows);
  if (form.format === 'pairs') {
    for (const cells of lines)
      io.stdout.write(`${columns.map(({ name }, i) => `${name}="${cells[i] ?? ''}"`).join(' ')}\n`);
    return;
  }
  const header = columns.map(({ name }) => name);
  const table = form.headings ? [header, ...lines] : lines;
  if (form.format === 'raw') {
    for (const cells of table) io.stdout.write(`${columns.map((_, i) => rawCell(cells[i])).join(' ')}\n`);
    return;
  }
  const pieces = table.flatMap((cells) => wrapped(cells, form.nowrap));
  const widths = columns.map(({ name }, i) =>
    Math.max(textWidth(name), ...pieces.map((cells) => textWidth(cells[i] ?? ''))),
  );
  narrow(columns, widths, await terminalWidth(io));
  for (const cells of pieces) io.stdout.write(`${line(columns, widths, cells)}\n`);
}

/** A row as lines of the table: a value of several lines goes on in the lines below. */
function wrapped(cells: readonly (string | undefined)[], join = false): (string | undefined)[][] {
  if (join) return [cells.map((cell) => cell?.replaceAll('\n', ','))];
  const parts = cells.map((cell) => (cell ?? '').split('\n'));
  const height = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => parts.map((lines) => lines[at] ?? ''));
}

function line(columns: readonly Column[], widths: readonly number[], cells: readonly (string | undefined)[]) {
  let text = '';
  for (const [i, { right }] of columns.entries()) {
    const cell = cut(cells[i] ?? '', widths[i]!);
    const padding = ' '.repeat(Math.max(0, widths[i]! - textWidth(cell)));
    const isLast = i === columns.length - 1;
    text += right ? padding + cell : isLast ? cell : cell + padding;
    if (!isLast) text += ' ';
  }
  return text;
}

/** Cuts columns, from the last back, until the table fits. */
function narrow(columns: readonly Column[], widths: number[], available: number | undefined): void {
  if (available === undefined) return;
  let over = widths.reduce((sum, width) => sum + width + 1, -1) - available;
  for (let i = columns.length - 1; i >= 0 && over > 0; i--) {
    if (!columns[i]!.cut) continue;
    const narrower = Math.max(textWidth(columns[i]!.name), widths[i]! - over);
    over -= widths[i]! - narrower;
    widths[i] = narrower;
  }
}

function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let shown = text;
  while (textWidth(shown) > width) shown = shown.slice(0, -1);
  return shown;
}

async function terminalWidth(io: Stdio): Promise<number | undefined> {
  if (!(await io.sys.isatty(1).catch(() => false))) return undefined;
  return ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns || 80;
}

const rawCell = (cell = '') =>
  cell.replace(/[\s\\]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

function flat(rows: readonly Row[]): (string | undefined)[][] {
  return rows.flatMap(({ cells, children }) => [cells, ...flat(children)]);
}

/** The rows with their branches drawn; those at the top have none. */
function branches(
  columns: readonly Column[],
  rows: readonly Row[],
  ascii: boolean,
  indent?: string,
): (string | undefined)[][] {
  const [middle, last, through] = ascii ? ['|-', '`-', '| '] : ['├─', '└─', '│ '];
  return rows.flatMap(({ cells, children }, i) => {
    const isLast = i === rows.length - 1;
    const branch = indent === undefined ? '' : indent + (isLast ? last : middle);
    const below = indent === undefined ? '' : indent + (isLast ? '  ' : through);
    const drawn = cells.map((cell, column) => (columns[column]!.tree ? branch + (cell ?? '') : cell));
    return [drawn, ...branches(columns, children, ascii, below)];
  });
}

function json(columns: readonly Column[], rows: readonly Row[], indent: string): string {
  const inner = `${indent}   `;
  const objects = rows.map(({ cells, children }) => {
    const fields = columns.map(
      ({ name, number }, i) => `"${name.toLowerCase()}": ${jsonValue(cells[i], number)}`,
    );
    if (children.length > 0) fields.push(`"children": ${json(columns, children, `${inner}   `)}`);
    return `{\n${fields.map((field) => `${inner}   ${field}`).join(',\n')}\n${inner}}`;
  });
  return `[\n${inner}${objects.join(',')}\n${indent}]`;
}

function jsonValue(cell: string | undefined, number = false): string {
  if (cell === undefined || cell === '') return 'null';
  return number ? cell : JSON.stringify(cell);
}
