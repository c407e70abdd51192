/**
 * Elastic columns: each cell that a tab ends belongs to one, which is as wide as its widest cell in a run of lines that have it. What
 * no tab ends stands as it is. Models Go's text/tabwriter with blanks to pad.
 *
 * @param minWidth the least columns a cell takes, its padding included
 * @param padding blanks after the widest cell
 */
export function alignColumns(text: string, minWidth: number, padding: number): string {
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
  const out = lines.map(() => '');
  layout(lines, out, 0, lines.length, 0, minWidth, padding);
  for (const [i, cells] of lines.entries()) out[i] += cells.at(-1)!;
  return out.join('\n') + (ended ? '\n' : '');
}

/** Lays out column `column` of the lines from `start` to `end`, then the columns to its right, run by run. */
function layout(
  lines: readonly string[][],
  out: string[],
  start: number,
  end: number,
  column: number,
  minWidth: number,
  padding: number,
): void {
  let at = start;
  while (at < end) {
    // The last cell of a line is not ended by a tab: it belongs to no column.
    if (column >= lines[at]!.length - 1) {
      at++;
      continue;
    }
    let stop = at;
    let width = minWidth;
    while (stop < end && column < lines[stop]!.length - 1) {
      width = Math.max(width, displayWidth(lines[stop]![column]!) + padding);
      stop++;
    }
    for (let i = at; i < stop; i++) {
      const cell = lines[i]![column]!;
      out[i] += cell + ' '.repeat(width - displayWidth(cell));
    }
    layout(lines, out, at, stop, column + 1, minWidth, padding);
    at = stop;
  }
}

/** Columns that a text takes in a terminal: two for East Asian wide characters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    width += code >= 0x1100 && WIDE.test(char) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}]|[\u{20000}-\u{3fffd}]/u;

/** The same with tabs to pad, eight columns each, at least one after a cell: text/tabwriter as `(1, 8, 1, '\t')` sets it up. */
export function alignToTabs(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const out = lines.map((): string[] => []);
  tabs(lines, out, 0, lines.length, 0);
  return out.map((cells, i) => cells.join('') + lines[i]!.at(-1)!).join('\n');
}

function tabs(lines: readonly string[][], out: string[][], start: number, end: number, column: number): void {
  for (let at = start; at < end; at++) {
    if (column >= lines[at]!.length - 1) continue;
    let stop = at;
    let width = 1;
    while (stop < end && column < lines[stop]!.length - 1)
      width = Math.max(width, displayWidth(lines[stop++]![column]!) + 1);
    const stops = Math.ceil(width / 8);
    for (let i = at; i < stop; i++) {
      const cell = lines[i]![column]!;
      out[i]!.push(cell + '\t'.repeat(stops - Math.floor(displayWidth(cell) / 8)));
    }
    tabs(lines, out, at, stop, column + 1);
    at = stop - 1;
  }
}
