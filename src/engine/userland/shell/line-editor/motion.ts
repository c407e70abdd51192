import { charWidth } from '../../lib/width.ts';

/** Moving in text by characters (with the marks that combine with them) and by words. */

const combines = (point: number): boolean => point >= 0x300 && charWidth(point) === 0;

/** Where the character before `at` begins. */
export function previousCharacter(text: string, at: number): number {
  let i = at;
  while (i > 0) {
    i -= i > 1 && /[\ud800-\udbff]/.test(text[i - 2]!) && /[\udc00-\udfff]/.test(text[i - 1]!) ? 2 : 1;
    if (!combines(text.codePointAt(i)!)) break;
  }
  return i;
}

/** Where the character at `at` ends. */
export function nextCharacter(text: string, at: number): number {
  if (at >= text.length) return at;
  let i = at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
  while (i < text.length && combines(text.codePointAt(i)!)) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return i;
}

const isWordPart = (char: string): boolean => /[\p{L}\p{N}\p{M}\ud800-\udfff]/u.test(char);

/** The beginning of the word before `at` (letters and digits). */
export function wordStart(text: string, at: number): number {
  let i = at;
  while (i > 0 && !isWordPart(text[i - 1]!)) i--;
  while (i > 0 && isWordPart(text[i - 1]!)) i--;
  return i;
}

/** The end of the word after `at`. */
export function wordEnd(text: string, at: number): number {
  let i = at;
  while (i < text.length && !isWordPart(text[i]!)) i++;
  while (i < text.length && isWordPart(text[i]!)) i++;
  return i;
}

/** The beginning of the word before `at`, words being separated by white space (Ctrl-W). */
export function blankWordStart(text: string, at: number): number {
  let i = at;
  while (i > 0 && /\s/.test(text[i - 1]!)) i--;
  while (i > 0 && !/\s/.test(text[i - 1]!)) i--;
  return i;
}
