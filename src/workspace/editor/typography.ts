import type { Edit } from '../../lab/dockerfile/protocol.ts';

/** A character that looks like one that programs read, and is another: word processors and input methods write them. */
export interface OddCharacter {
  sign: string;
  /** What was meant; empty for what cannot be seen. */
  plain: string;
  edit: Edit;
}

const QUOTES: Readonly<Record<string, string>> = {
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u201f': '"',
  '\u2033': '"',
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u2032': "'",
};
const ODD =
  /[\u2018-\u201f\u2032\u2033\u2010-\u2015\u2212\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff\uff01-\uff5e]/g;
const DASH = /[\u2010-\u2015\u2212]/;
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/;
const BLANK = /[\u00a0\u2000-\u200a\u202f\u3000]/;
const HAN = /[\p{Script=Han}\u3001-\u303f]/u;
const CHINESE = /[\p{Script=Han}\u3001-\u303f\uff01-\uff5e]/u;

/** Languages of programs, with what begins a comment that fills a line. */
const COMMENT: Readonly<Record<string, string>> = {
  dockerfile: '#',
  shell: '#',
  yaml: '#',
  python: '#',
  ini: '#',
  javascript: '//',
  json: '//',
};

/** Quotes, dashes, blanks and full-width forms in a program that are not the plain ones. In comments and Chinese prose they are at home. */
export function oddCharacters(text: string, language: string): OddCharacter[] {
  const comment = COMMENT[language];
  if (comment === undefined) return [];
  const found: OddCharacter[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trimStart().startsWith(comment)) continue;
    for (const { 0: sign, index: at } of line.matchAll(ODD)) {
      if (index === 0 && at === 0 && sign === '\ufeff') continue;
      const [before = '', after = ''] = [line[at - 1], line[at + 1]];
      if (CHINESE.test(before) && CHINESE.test(after) && (HAN.test(before) || HAN.test(after))) continue;
      const isFullWidth = sign >= '\uff01' && sign <= '\uff5e';
      if (isFullWidth && (HAN.test(before) || HAN.test(after))) continue;
      const plain = plainOf(sign, line.slice(0, at), line.slice(at + 1));
      const span = { startLine: index + 1, startColumn: at + 1, endLine: index + 1, endColumn: at + 2 };
      found.push({ sign, plain, edit: { span, text: plain } });
    }
  }
  return found;
}

function plainOf(sign: string, before: string, after: string): string {
  if (QUOTES[sign] !== undefined) return QUOTES[sign];
  // Two hyphens before an option become one long dash.
  if (DASH.test(sign)) return /(?:^|[\s[("'=])$/.test(before) && /^[a-z]{2}/.test(after) ? '--' : '-';
  if (INVISIBLE.test(sign)) return '';
  if (BLANK.test(sign)) return ' ';
  return String.fromCharCode(sign.charCodeAt(0) - 0xfee0);
}
