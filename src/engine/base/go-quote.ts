import { C_ESCAPES } from './c-escapes.ts';

/** Go's quoted forms, `strconv.Quote` and `%q` of a rune. */

/** `"text"` with Go's escapes. */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) out += char === '"' ? '\\"' : escaped(char);
  return `${out}"`;
}

/** `'c'` with Go's escapes. */
export function quoteRune(char: string): string {
  return `'${char === "'" ? "\\'" : escaped(char)}'`;
}

function escaped(char: string): string {
  const named = C_ESCAPES[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0x80 && code < 0xa0) return `\\u${code.toString(16).padStart(4, '0')}`;
  return char;
}
