import type { Change } from './edits.ts';
import type { TextFile } from './text-file.ts';

/** The forms in which differences are written (diff(1), "Output Formats"). */

/** Two files and what is different in them. */
export interface Comparison {
  files: readonly [TextFile, TextFile];
  changes: readonly Change[];
  /** What the headers say: name and time, or a label. */
  headers: readonly [string, string];
}

/** SGR sequences by what they are for; without colours each gives the text as it is. */
export type Paint = (what: 'header' | 'hunk' | 'delete' | 'add', text: string) => string;

const CODES = { header: '1', hunk: '36', delete: '31', add: '32' } as const;
export const plain: Paint = (_what, text) => text;
export const colored: Paint = (what, text) => `\x1b[${CODES[what]}m${text}\x1b[0m`;

/** A line with what stands before it; where the file lacks its last line's end, diff says so. */
function line(
  { lines, ended }: TextFile,
  i: number,
  paint: (text: string) => string,
  before: string,
): string {
  const missing = !ended && i === lines.length - 1 ? '\\ No newline at end of file\n' : '';
  return `${paint(before + lines[i])}\n${missing}`;
}

/** `3`, `3,5`; where there are no lines, the one before. */
const range = (from: number, count: number): string => {
  if (count === 0) return `${from}`;
  return count === 1 ? `${from + 1}` : `${from + 1},${from + count}`;
};

/** The usual form of POSIX: `2c2`, `<`, `>`. */
export function normal({ files, changes }: Comparison, paint: Paint): string {
  const [old, now] = files;
  return changes
    .map(({ from, deleted, to, inserted }) => {
      const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c';
      let out = `${paint('hunk', `${range(from, deleted)}${letter}${range(to, inserted)}`)}\n`;
      for (let i = from; i < from + deleted; i++) out += line(old, i, (text) => paint('delete', text), '< ');
      if (letter === 'c') out += '---\n';
      for (let i = to; i < to + inserted; i++) out += line(now, i, (text) => paint('add', text), '> ');
      return out;
    })
    .join('');
}

/** Changes with lines around them; those whose surroundings meet are one. */
interface Hunk {
  changes: Change[];
  from: number;
  fromEnd: number;
  to: number;
  toEnd: number;
}

function hunks({ files, changes }: Comparison, context: number): Hunk[] {
  const [old, now] = files;
  const found: Hunk[] = [];
  for (const change of changes) {
    const last = found.at(-1);
    const before = last?.changes.at(-1);
    if (last && before && change.from - (before.from + before.deleted) <= 2 * context)
      last.changes.push(change);
    else found.push({ changes: [change], from: 0, fromEnd: 0, to: 0, toEnd: 0 });
  }
  for (const hunk of found) {
    const first = hunk.changes[0]!;
    const last = hunk.changes.at(-1)!;
    hunk.from = Math.max(0, first.from - context);
    hunk.to = Math.max(0, first.to - context);
    hunk.fromEnd = Math.min(old.lines.length, last.from + last.deleted + context);
    hunk.toEnd = Math.min(now.lines.length, last.to + last.inserted + context);
  }
  return found;
}

/** `-u`: both sides in one. */
export function unified(comparison: Comparison, context: number, paint: Paint): string {
  const { files, headers } = comparison;
  const [old, now] = files;
  let out = `${paint('header', `--- ${headers[0]}`)}\n${paint('header', `+++ ${headers[1]}`)}\n`;
  for (const hunk of hunks(comparison, context)) {
    const span = (from: number, to: number) => {
      const count = to - from;
      if (count === 1) return `${from + 1}`;
      return count === 0 ? `${from},0` : `${from + 1},${count}`;
    };
    out += `${paint('hunk', `@@ -${span(hunk.from, hunk.fromEnd)} +${span(hunk.to, hunk.toEnd)} @@`)}\n`;
    let at = hunk.from;
    const unchangedTo = (end: number) => {
      while (at < end) out += line(old, at++, (text) => text, ' ');
    };
    for (const { from, deleted, to, inserted } of hunk.changes) {
      unchangedTo(from);
      for (; at < from + deleted; at++) out += line(old, at, (text) => paint('delete', text), '-');
      for (let i = to; i < to + inserted; i++) out += line(now, i, (text) => paint('add', text), '+');
    }
    unchangedTo(hunk.fromEnd);
  }
  return out;
}

/** `-c`: one side after the other. */
export function context(comparison: Comparison, lines: number, paint: Paint): string {
  const { files, headers } = comparison;
  let out = `${paint('header', `*** ${headers[0]}`)}\n${paint('header', `--- ${headers[1]}`)}\n`;
  for (const hunk of hunks(comparison, lines)) {
    out += '***************\n';
    const span = (from: number, to: number) => (to - from <= 1 ? `${to}` : `${from + 1},${to}`);
    out += `${paint('hunk', `*** ${span(hunk.from, hunk.fromEnd)} ****`)}\n`;
    const side = (which: 0 | 1, from: number, end: number) => {
      const file = files[which];
      const kind = which === 0 ? 'delete' : 'add';
      for (let i = from; i < end; i++) {
        const change = hunk.changes.find((one) => {
          const [at, count] = which === 0 ? [one.from, one.deleted] : [one.to, one.inserted];
          return i >= at && i < at + count;
        });
        const mark = !change
          ? ' '
          : change.deleted > 0 && change.inserted > 0
            ? '!'
            : which === 0
              ? '-'
              : '+';
        out += line(file, i, (text) => paint(kind, text), `${mark} `);
      }
    };
    if (hunk.changes.some(({ deleted }) => deleted > 0)) side(0, hunk.from, hunk.fromEnd);
    out += `${paint('hunk', `--- ${span(hunk.to, hunk.toEnd)} ----`)}\n`;
    if (hunk.changes.some(({ inserted }) => inserted > 0)) side(1, hunk.to, hunk.toEnd);
  }
  return out;
}

/** `-e`: commands of ed that make the second file of the first, last place first. */
export function edScript({ files, changes }: Comparison): string {
  const [, now] = files;
  return [...changes]
    .reverse()
    .map(({ from, deleted, to, inserted }) => {
      const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c';
      const lines = now.lines.slice(to, to + inserted).map((text) => `${text}\n`);
      return `${range(from, deleted)}${letter}\n${inserted > 0 ? `${lines.join('')}.\n` : ''}`;
    })
    .join('');
}
