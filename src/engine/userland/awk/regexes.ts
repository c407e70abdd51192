import { compileRegex } from '../lib/regex.ts';

/** The extended regular expressions of a program, each compiled once. */
export class Regexes {
  readonly #compiled = new Map<string, RegExp>();

  of(source: string): RegExp {
    let regex = this.#compiled.get(source);
    if (!regex) {
      regex = compileRegex(source, { extended: true, global: true });
      this.#compiled.set(source, regex);
    }
    return regex;
  }
}

/** sub and gsub: the text with its first match, or all of them, replaced. */
export function substitute(
  text: string,
  regex: RegExp,
  all: boolean,
  make: (match: string) => string,
): { out: string; count: number } {
  let out = '';
  let at = 0;
  let count = 0;
  let end = -1;
  for (const match of text.matchAll(new RegExp(regex.source, 'gsu'))) {
    if (match[0] === '' && match.index === end) continue;
    end = match.index + match[0].length;
    out += text.slice(at, match.index) + make(match[0]);
    at = end;
    count++;
    if (!all) break;
  }
  return { out: out + text.slice(at), count };
}

/** gensub: every match or the nth, `\1` standing for what a group matched. */
export function substituteGroups(text: string, regex: RegExp, replacement: string, how: string): string {
  const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Number(how) || 1);
  let seen = 0;
  return text.replace(new RegExp(regex.source, 'gsu'), (match: string, ...groups: unknown[]) => {
    seen++;
    if (nth !== 0 && seen !== nth) return match;
    return replacement.replace(/\\(\d)|&/g, (piece, digit: string | undefined) =>
      piece === '&' || digit === '0' ? match : String(groups[Number(digit) - 1] ?? ''),
    );
  });
}

/** `split` of JavaScript would put what groups matched among the pieces. */
export const withoutGroups = (source: string): string =>
  source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/gs, (piece) => (piece === '(' ? '(?:' : piece));
