/** The nearest of `options`, at most two letters away; undefined where none is, or where it is the very same. Models BuildKit util/suggest. */
export function nearest(name: string, options: readonly string[], caseSensitive = true): string | undefined {
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  let best: string | undefined;
  let least = 3;
  for (const option of options) {
    const distance = levenshtein(fold(name), fold(option));
    if (distance === 0) return undefined;
    if (distance < least) {
      best = option;
      least = distance;
    }
  }
  return best;
}

/** ` (did you mean X?)` for what may have been meant, else nothing. */
export function didYouMean(name: string, options: readonly string[], caseSensitive = true): string {
  const best = nearest(name, options, caseSensitive);
  return best === undefined ? '' : ` (did you mean ${best}?)`;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(row[j]! + (char === b[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row.at(-1)!;
}
