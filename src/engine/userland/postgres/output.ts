import { textWidth } from '../lib/width.ts';
import type { Column } from './client-connection.ts';

/** How psql shows rows: `\pset`. */
export interface Format {
  aligned: boolean;
  tuplesOnly: boolean;
  expanded: boolean;
  csv: boolean;
  separator: string;
}

export interface Rows {
  columns: readonly Column[];
  rows: readonly (readonly (string | null)[])[];
  title?: string;
  /** Lines that stand below, in place of the count of rows. */
  footers?: readonly string[];
}

export function shownRows(rows: Rows, format: Format): string {
  if (format.csv) return asCsv(rows, format);
  if (format.expanded) return asRecords(rows, format);
  return format.aligned ? asTable(rows, format) : asLines(rows, format);
}

const countOf = ({ rows, footers }: Rows) =>
  footers === undefined
    ? `(${rows.length} row${rows.length === 1 ? '' : 's'})\n`
    : footers.map((line) => `${line}\n`).join('');

const cells = (text: string) => text.split('\n');

function asTable(all: Rows, { tuplesOnly }: Format): string {
  const { columns, rows, title } = all;
  const widths = columns.map(({ name }, at) =>
    Math.max(textWidth(name), ...rows.map((row) => Math.max(...cells(row[at] ?? '').map(textWidth)))),
  );
  const total = widths.reduce((sum, width) => sum + width + 3, -1);
  const centred = (text: string, width: number) => {
    const space = width - textWidth(text);
    return ' '.repeat(Math.floor(space / 2)) + text + ' '.repeat(Math.ceil(space / 2));
  };
  const line = (row: readonly (string | null)[]) => {
    const parts = row.map((value) => cells(value ?? ''));
    const height = Math.max(1, ...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, i) => {
      const shown = parts.map((part, at) => {
        const text = part[i] ?? '';
        const space = ' '.repeat((widths[at] ?? 0) - textWidth(text));
        const more = i < part.length - 1 ? '+' : ' ';
        const last = at === parts.length - 1;
        const body = columns[at]?.right ? space + text : last && more === ' ' ? text : text + space;
        return ` ${body}${last && more === ' ' ? '' : more}`;
      });
      return `${shown.join('|')}\n`;
    }).join('');
  };
  const body = rows.map(line).join('');
  if (tuplesOnly) return `${body}\n`;
  const head =
    title === undefined
      ? ''
      : `${' '.repeat(Math.max(0, Math.floor((total - textWidth(title)) / 2)))}${title}\n`;
  const names = columns.map(({ name }, at) => ` ${centred(name, widths[at] ?? 0)} `).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  return `${head}${names}\n${rule}\n${body}${countOf(all)}\n`;
}

function asLines(all: Rows, { tuplesOnly, separator }: Format): string {
  const body = all.rows.map((row) => `${row.map((value) => value ?? '').join(separator)}\n`).join('');
  if (tuplesOnly) return body;
  return `${all.columns.map(({ name }) => name).join(separator)}\n${body}${countOf(all)}`;
}

function asRecords(all: Rows, { tuplesOnly, aligned, separator }: Format): string {
  const { columns, rows } = all;
  if (rows.length === 0) return tuplesOnly ? '' : '(0 rows)\n\n';
  const names = Math.max(...columns.map(({ name }) => textWidth(name)));
  const values = Math.max(...rows.flatMap((row) => row.map((value) => textWidth(value ?? ''))));
  const records = rows.map((row, at) => {
    const head = tuplesOnly ? (at === 0 ? '' : '\n') : recordRule(at + 1, names, values);
    const lines = columns.map(({ name }, i) =>
      aligned
        ? `${name}${' '.repeat(names - textWidth(name))} | ${row[i] ?? ''}\n`
        : `${name}${separator}${row[i] ?? ''}\n`,
    );
    return head + lines.join('');
  });
  return `${records.join('')}\n`;
}

/** The line above a record (print.c, print_aligned_vertical_line): the mark between names and values is left out where it has no room. */
function recordRule(number: number, names: number, values: number): string {
  const label = `-[ RECORD ${number} ]`;
  const over = label.length - names;
  const middle = `${over <= 0 ? '-' : ''}${over <= 1 ? '+' : ''}${over <= 2 ? '-' : ''}`;
  return `${label.padEnd(names, '-')}${middle}${'-'.repeat(Math.max(0, values - Math.max(0, over - 3)))}\n`;
}

function asCsv({ columns, rows }: Rows, { tuplesOnly }: Format): string {
  const field = (value: string | null) =>
    value !== null && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : (value ?? '');
  const lines = [...(tuplesOnly ? [] : [columns.map(({ name }) => name)]), ...rows];
  return lines.map((line) => `${line.map(field).join(',')}\n`).join('');
}
