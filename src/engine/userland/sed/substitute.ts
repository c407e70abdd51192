import type { Substitution } from './script.ts';

/** What `s` makes of a text; undefined when nothing matched. */
export function substitute(
  text: string,
  regex: RegExp,
  { replacement, global, nth }: Substitution,
): string | undefined {
  let out = '';
  let copied = 0;
  let seen = 0;
  let changed = false;
  regex.lastIndex = 0;
  let previousEnd = -1;
  for (;;) {
    const match = regex.exec(text);
    if (!match) break;
    const empty = match[0] === '';
    // An empty match directly behind a match does not count.
    if (empty && match.index === previousEnd) {
      if (match.index >= text.length) break;
      regex.lastIndex = match.index + (text.codePointAt(match.index)! > 0xffff ? 2 : 1);
      continue;
    }
    previousEnd = match.index + match[0].length;
    if (++seen >= nth) {
      out += text.slice(copied, match.index) + fill(match, replacement);
      copied = previousEnd;
      changed = true;
      if (!global) break;
    }
    if (empty) {
      if (match.index >= text.length) break;
      regex.lastIndex = match.index + (text.codePointAt(match.index)! > 0xffff ? 2 : 1);
    }
  }
  return changed ? out + text.slice(copied) : undefined;
}

function fill(match: RegExpExecArray, pieces: Substitution['replacement']): string {
  let out = '';
  let lasting: 'U' | 'L' | undefined;
  let once: 'u' | 'l' | undefined;
  for (const piece of pieces) {
    if (piece.kind === 'case') {
      if (piece.to === 'E') lasting = undefined;
      else if (piece.to === 'U' || piece.to === 'L') lasting = piece.to;
      else once = piece.to;
      continue;
    }
    let text = piece.kind === 'text' ? piece.text : (match[piece.number] ?? '');
    if (lasting) text = lasting === 'U' ? text.toUpperCase() : text.toLowerCase();
    if (once && text !== '') {
      text = (once === 'u' ? text[0]!.toUpperCase() : text[0]!.toLowerCase()) + text.slice(1);
      once = undefined;
    }
    out += text;
  }
  return out;
}
