import type { Comparison } from './formats.ts';
import type { TextFile } from './text-file.ts';

/** `-y`: two columns with a mark between them. */
export interface Columns {
  width: number;
  suppressCommon: boolean;
  leftColumn: boolean;
}

const TAB = 8;
const GUTTER = 3;

export function sideBySide({ files, changes }: Comparison, columns: Columns): string {
  const [old, now] = files;
  const offset = Math.floor((columns.width + TAB + GUTTER) / (2 * TAB)) * TAB;
  const half = Math.max(0, Math.min(offset - GUTTER, columns.width - offset));
  const second = half > 0 ? offset : columns.width;
  let out = '';
  const print = (left: number | undefined, mark: string, right: number | undefined) => {
    let column = 0;
    let newline = false;
    let sign = mark;
    if (left !== undefined) {
      newline ||= hasEnd(old, left);
      const piece = halfLine(old.lines[left]!, 0, half);
      out += piece.text;
      column = piece.column;
    }
    if (sign !== ' ') {
      const to = Math.floor((half + second - 1) / 2);
      out += tabsTo(column, to);
      column = Math.max(column, to) + 1;
      if (sign === '|' && newline !== hasEnd(now, right!)) sign = newline ? '/' : '\\';
      out += sign;
    }
    if (right !== undefined) {
      newline ||= hasEnd(now, right);
      if (now.lines[right] !== '') {
        out += tabsTo(column, second);
        out += halfLine(now.lines[right]!, second, half).text;
      }
    }
    if (newline) out += '\n';
  };
  let [i, j] = [0, 0];
  const common = (to: number) => {
    for (; i < to; i++, j++) {
      if (columns.suppressCommon) continue;
      if (columns.leftColumn) print(i, '(', undefined);
      else print(i, ' ', j);
    }
  };
  for (const { from, deleted, to, inserted } of changes) {
    common(from);
    const both = Math.min(deleted, inserted);
    for (let k = 0; k < both; k++) print(from + k, '|', to + k);
    for (let k = both; k < inserted; k++) print(undefined, '>', to + k);
    for (let k = both; k < deleted; k++) print(from + k, '<', undefined);
    i = from + deleted;
    j = to + inserted;
  }
  common(old.lines.length);
  return out;
}

const hasEnd = ({ lines, ended }: TextFile, i: number): boolean => ended || i < lines.length - 1;

/** Tabs and spaces from one column to another. */
function tabsTo(from: number, to: number): string {
  let out = '';
  let at = from;
  for (let tab = at + TAB - (at % TAB); tab <= to; tab += TAB) {
    out += '\t';
    at = tab;
  }
  return out + ' '.repeat(Math.max(0, to - at));
}

/** As much of a line as half the width takes, its tabs kept where they fit. */
function halfLine(line: string, indent: number, most: number): { text: string; column: number } {
  let text = '';
  let column = 0;
  for (const char of line) {
    if (char === '\t') {
      const next = column + TAB - (column % TAB);
      if (next <= most) {
        text += '\t';
        column = next;
      } else column = most;
    } else if (column < most) {
      text += char;
      column++;
    }
  }
  return { text, column: indent + column };
}
