/** Terminal cells that text takes (wcwidth(3)): 0 for combining characters and controls, 2 for East Asian wide ones and emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2fb],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f335],
  [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393],
  [0x1f3a0, 0x1f3ca],
  [0x1f3cf, 0x1f3d3],
  [0x1f3e0, 0x1f3f0],
  [0x1f3f4, 0x1f3f4],
  [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440],
  [0x1f442, 0x1f4fc],
  [0x1f4ff, 0x1f53d],
  [0x1f54b, 0x1f54e],
  [0x1f550, 0x1f567],
  [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596],
  [0x1f5a4, 0x1f5a4],
  [0x1f5fb, 0x1f64f],
  [0x1f680, 0x1f6c5],
  [0x1f6cc, 0x1f6cc],
  [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6d7],
  [0x1f6dc, 0x1f6df],
  [0x1f6eb, 0x1f6ec],
  [0x1f6f4, 0x1f6fc],
  [0x1f7e0, 0x1f7eb],
  [0x1f7f0, 0x1f7f0],
  [0x1f90c, 0x1f93a],
  [0x1f93c, 0x1f945],
  [0x1f947, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
]; // prettier-ignore

const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;

/** Cells of one character given by its code point. */
export function charWidth(point: number): 0 | 1 | 2 {
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return 0;
  if (point < 0x300) return 1;
  if (COMBINING.test(String.fromCodePoint(point))) return 0;
  if (point < 0x1100) return 1;
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = WIDE[middle]!;
    if (point < first) high = middle - 1;
    else if (point > last) low = middle + 1;
    else return 2;
  }
  return 1;
}

/** Cells of a text without control sequences. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char.codePointAt(0)!);
  return width;
}

export interface Layout {
  /** Cells between columns. */
  gap?: number;
  /** All columns are as wide as the widest, as in readline and BusyBox; otherwise each has its own width, as in GNU's ls. */
  equal?: boolean;
  /** Items follow each other in rows (`ls -x`), not down the columns. */
  across?: boolean;
  /** Gaps are filled with tabs as far as these stops allow; 0: with spaces only. */
  tab?: number;
}

/**
 * Arranges items in columns, as few rows as the width allows (`ls`, readline's completions). The last column is
 * not padded.
 */
export function columns(items: readonly string[], width: number, layout: Layout = {}): string[] {
  const { gap = 2, equal = false, across = false, tab = 0 } = layout;
  const cells = items.map(textWidth);
  if (items.length === 0) return [];
  for (let count = items.length; count >= 1; count--) {
    const rows = Math.ceil(items.length / count);
    const indexOf = (row: number, column: number) => (across ? row * count + column : column * rows + row);
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(0, ...Array.from({ length: rows }, (_row, row) => cells[indexOf(row, column)] ?? 0)),
    );
    if (equal) widths.fill(Math.max(...cells));
    const total = widths.reduce((sum, one) => sum + one, 0) + gap * (count - 1);
    if (total > width - (equal ? gap : 0) && count > 1) continue;
    return Array.from({ length: rows }, (_, row) => {
      let line = '';
      let at = 0;
      let start = 0;
      for (let column = 0; column < count; column++) {
        const index = indexOf(row, column);
        if (index >= items.length) break;
        line += indent(at, start, tab) + items[index]!;
        at = start + cells[index]!;
        start += widths[column]! + gap;
      }
      return line;
    });
  }
  return [...items];
}

/** What takes a line from one column to another: tabs where they fit, and spaces. */
function indent(from: number, to: number, tab: number): string {
  let out = '';
  for (let at = from; at < to; ) {
    const isTab = tab > 0 && Math.floor(to / tab) > Math.floor((at + 1) / tab);
    out += isTab ? '\t' : ' ';
    at += isTab ? tab - (at % tab) : 1;
  }
  return out;
}
