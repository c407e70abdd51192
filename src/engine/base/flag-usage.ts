/**
 * The list of flags in help texts, wrapped to the terminal.
 * Models spf13/pflag `FlagUsagesWrapped`.
 */
import { quote } from './go-quote.ts';

/** Name, shorthand ('' for none), type, description, default as help shows it, `hidden` when help leaves it out. */
export type UsageRow = readonly [
  name: string,
  shorthand: string,
  type: string,
  usage: string,
  defaultValue?: string | undefined,
  hidden?: 'hidden',
];

/** @param columns the width to wrap at; 0 leaves lines as they are */
export function flagUsages(flags: readonly UsageRow[], columns: number): string {
  const shown = flags.filter((row) => row[5] !== 'hidden');
  const lines = [...shown]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map((row) => [heading(row), description(row)] as const);
  const width = Math.max(0, ...lines.map(([head]) => head.length)) + 1;
  return lines.map(([head, text]) => `${head.padEnd(width)}  ${wrap(width + 2, columns, text)}\n`).join('');
}

function heading([name, shorthand, type]: UsageRow): string {
  const start = shorthand === '' ? `      --${name}` : `  -${shorthand}, --${name}`;
  // What bytes and -1 are is called as what bytes alone are.
  return type === 'bool' ? start : `${start} ${type.replace('swap-', '')}`;
}

function description([, , type, usage, value]: UsageRow): string {
  if (value === undefined) return usage;
  return `${usage} (default ${type === 'string' ? quote(value) : value})`;
}

/** Wraps to `columns`, every line after the first indented by `indent`. */
function wrap(indent: number, columns: number, text: string): string {
  const newline = `\n${' '.repeat(indent)}`;
  const slop = 5;
  const room = columns - indent;
  if (columns === 0 || room < 24) return text.replaceAll('\n', newline);
  let [line, rest] = wrapOnce(room - slop, slop, text);
  let out = line.replaceAll('\n', newline);
  while (rest !== '') {
    [line, rest] = wrapOnce(room - slop, slop, rest);
    out += newline + line.replaceAll('\n', newline);
  }
  return out;
}

/** One line, allowed to run over by `slop` when that finishes the text. */
function wrapOnce(width: number, slop: number, text: string): [line: string, rest: string] {
  if (width + slop > text.length) return [text, ''];
  const head = text.slice(0, width);
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'), head.lastIndexOf('\n'));
  if (space <= 0) return [text, ''];
  const newline = head.lastIndexOf('\n');
  if (newline > 0 && newline < space) return [text.slice(0, newline), text.slice(newline + 1)];
  return [text.slice(0, space), text.slice(space + 1)];
}
