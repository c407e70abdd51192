import type { Prepared, Segment } from './tree.ts';

/** Gathers the segments of a word. */
export class SegmentBuilder {
  readonly segments: Segment[] = [];
  /** In the operand of an unquoted expansion. */
  split = false;

  text(text: string, quoted: boolean): void {
    const last = this.segments.at(-1);
    const split = this.split && !quoted;
    if (last?.kind === 'text' && last.quoted === quoted && (last.split ?? false) === split) last.text += text;
    else this.segments.push(split ? { kind: 'text', text, quoted, split } : { kind: 'text', text, quoted });
  }

  push(segment: Segment): void {
    this.segments.push(segment);
  }
}

/** Where a word stands decides about tildes; in bash a tilde prefix ends at `:` in words, too. */
export type WordPlace = 'word' | 'bash word' | 'assignment' | 'pattern';

/** Segments as a word that is ready for expansion. */
export function prepared(segments: readonly Segment[], place: WordPlace = 'pattern'): Prepared {
  const marked = place === 'pattern' ? segments : withTildes(segments, place);
  const braces = hasBraces(marked);
  let plain: string | undefined = '';
  for (const segment of marked) {
    if (segment.kind !== 'text' || segment.split || (!segment.quoted && /[*?[\\]/.test(segment.text))) {
      plain = undefined;
      break;
    }
    plain += segment.text;
  }
  if (marked.length === 0 || braces) plain = undefined;
  return { segments: marked, plain, braces };
}

/** A text that is taken as it is, each character quoted. */
export const quotedText = (text: string): Prepared => ({
  segments: [{ kind: 'text', text, quoted: true }],
  plain: text,
  braces: false,
});

function hasBraces(segments: readonly Segment[]): boolean {
  if (!segments.some((one) => one.kind === 'text' && !one.quoted && one.text.includes('{'))) return false;
  const shape = segments.map((one) => (one.kind === 'text' && !one.quoted ? one.text : '_')).join('');
  return /\{.*(,|\.\.).*\}/s.test(shape);
}

/** Marks tilde prefixes (POSIX XCU 2.6.1): at the start of a word; in assignments also after `:`. */
function withTildes(segments: readonly Segment[], place: WordPlace): readonly Segment[] {
  if (!segments.some((one) => one.kind === 'text' && !one.quoted && one.text.includes('~'))) return segments;
  const out: Segment[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.kind !== 'text' || segment.quoted || !segment.text.includes('~')) {
      out.push(segment);
      continue;
    }
    const last = index === segments.length - 1;
    let rest = segment.text;
    let start = index === 0;
    while (rest !== '') {
      const tilde = start
        ? (place === 'word' ? /^~([^/]*)(?=\/|$)/ : /^~([^/:]*)(?=[/:]|$)/).exec(rest)
        : null;
      // A prefix that runs on into a quoted part or an expansion is none.
      if (tilde && (tilde[0].length < rest.length || last)) {
        out.push({ kind: 'tilde', user: tilde[1]! });
        rest = rest.slice(tilde[0].length);
      }
      const next = place === 'assignment' ? rest.indexOf(':~') : -1;
      const piece = next === -1 ? rest : rest.slice(0, next + 1);
      if (piece !== '') out.push({ ...segment, text: piece });
      rest = rest.slice(piece.length);
      start = next !== -1;
    }
  }
  return out;
}
