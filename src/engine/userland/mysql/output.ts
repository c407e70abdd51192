import { textToBytes } from '../lib/text.ts';
import { textWidth } from '../lib/width.ts';
import type { Answer } from './client-connection.ts';

type Rows = Extract<Answer, { kind: 'rows' }>;

const size = (text: string): number => textToBytes(text).length;

/** A result as mysql draws it: numbers to the right, all else to the left. */
export function asTable({ fields, rows }: Rows, names: boolean): string {
  const shown = rows.map((row) => row.map((value) => value ?? 'NULL'));
  // The client counts bytes, and leaves room for NULL where that can be.
  const widths = fields.map(({ name, notNull }, i) =>
    Math.max(notNull ? 0 : 4, names ? size(name) : 0, ...shown.map((row) => size(row[i]!))),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const pad = (text: string, width: number, right: boolean) => {
    // What stands on several lines is padded as if it stood on one.
    const blank = ' '.repeat(Math.max(0, width - textWidth(text) - (text.split('\n').length - 1)));
    return right ? blank + text : text + blank;
  };
  const line = (cells: readonly string[], numbers: boolean) =>
    `|${cells.map((cell, i) => ` ${pad(cell, widths[i]!, numbers && fields[i]!.isNumber)} `).join('|')}|\n`;
  const head = names
    ? line(
        fields.map(({ name }) => name),
        false,
      ) + rule
    : '';
  return rule + head + shown.map((row) => line(row, true)).join('') + rule;
}

/** For other programs: tabs between values, and what would disturb that as escapes. */
export function asTabs({ fields, rows }: Rows, names: boolean, raw: boolean): string {
  const cell = (value: string | null) => {
    if (value === null) return 'NULL';
    return raw
      ? value
      : value.replace(
          /[\\\n\t\0]/g,
          (char) => ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\0': '\\0' })[char] ?? char,
        );
  };
  const lines = [...(names ? [fields.map(({ name }) => name)] : []), ...rows.map((row) => row.map(cell))];
  return lines.map((line) => `${line.join('\t')}\n`).join('');
}

/** A line for each value. */
export function asVertical({ fields, rows }: Rows): string {
  const width = Math.max(...fields.map(({ name }) => textWidth(name)));
  const label = (name: string) => ' '.repeat(width - textWidth(name)) + name;
  return rows
    .map(
      (row, i) =>
        `*************************** ${i + 1}. row ***************************\n${row.map((value, at) => `${label(fields[at]!.name)}: ${value ?? 'NULL'}\n`).join('')}`,
    )
    .join('');
}
