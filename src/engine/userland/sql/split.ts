import { type Lexis, skipBlank, type Token, tokenize, Unterminated } from './lexer.ts';

/** A statement that a client has been given whole, and where it stands. */
export interface Piece {
  text: string;
  /** The line that it begins in, from 1. */
  line: number;
  /** What ended it: `;`, `\G`. */
  end: string;
}

/**
 * Cuts statements out of what has been typed or read so far; gives them, the rest, and what is open in the rest: a quote, a
 * comment, or a statement without its end.
 */
export function splitStatements(
  text: string,
  lexis: Lexis,
  ends: readonly string[] = [';'],
): { pieces: Piece[]; rest: string; open: 'nothing' | 'statement' | "'" | '"' | '`' | 'comment' } {
  let tokens: Token[];
  let open: 'statement' | "'" | '"' | '`' | 'comment' = 'statement';
  let stop = text.length;
  try {
    tokens = tokenize(text, lexis);
  } catch (error) {
    if (!(error instanceof Unterminated)) throw error;
    open = error.what === 'comment' ? 'comment' : (text[error.at] as "'" | '"' | '`');
    stop = error.at;
    tokens = tokenize(text.slice(0, stop), lexis);
  }
  const pieces: Piece[] = [];
  let from = 0;
  for (const [i, { kind, text: word, at }] of tokens.entries()) {
    if (kind !== 'operator') continue;
    const next = tokens[i + 1];
    const end = ends.find((one) =>
      one.length === 1
        ? word === one
        : word === one[0] && next?.text.startsWith(one.slice(1)) && next.at === at + 1,
    );
    if (end === undefined || at < from) continue;
    const start = skipBlank(text, from, lexis);
    const own = text.slice(Math.min(start, at), at).trim();
    const line = text.slice(0, start).split('\n').length;
    if (own !== '' || end === ';') pieces.push({ text: own, line, end });
    from = at + end.length;
  }
  const rest = text.slice(from);
  const isBlank = stop === text.length && skipBlank(text, from, lexis) >= text.length;
  return { pieces, rest, open: isBlank ? 'nothing' : open };
}
