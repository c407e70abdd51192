import type { Cursor, Parse } from './cursor.ts';

/** Where the bracket closes that was opened before `from`, waiting for more text if need be; undefined if it does not close. */
export function* closingAt(
  cursor: Cursor,
  from: number,
  open: string,
  close: string,
  lenient = false,
): Parse<number | undefined> {
  for (;;) {
    const end = closing(cursor.text, from, open, close, lenient);
    if (end !== undefined || !(yield* cursor.more((line) => line.includes(close)))) return end;
  }
}

/**
 * Where the bracket closes that was opened before `from`: quotes and substitutions on the way are passed over. `lenient`: a single
 * closing parenthesis is passed over too, as dash does in `$((`.
 */
export function closing(
  text: string,
  from: number,
  open: string,
  close: string,
  lenient = false,
): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i]!;
    if (char === '\\') i++;
    else if (char === open) depth++;
    else if (char === close) {
      if (depth > 0) depth--;
      else if (!lenient || text[i + 1] === close) return i;
    } else if (char === "'" || char === '"' || char === '`') {
      const end = quoteEnd(text, i);
      if (end === undefined) return undefined;
      i = end;
    } else if (char === '$' && open !== '(' && text[i + 1] === '(') {
      const end = closing(text, i + 2, '(', ')');
      if (end === undefined) return undefined;
      i = end;
    } else if (char === '$' && open !== '{' && text[i + 1] === '{') {
      const end = closing(text, i + 2, '{', '}');
      if (end === undefined) return undefined;
      i = end;
    }
  }
  return undefined;
}

function quoteEnd(text: string, at: number): number | undefined {
  const quote = text[at]!;
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === quote) return i;
    if (text[i] === '\\' && quote !== "'") i++;
  }
  return undefined;
}
