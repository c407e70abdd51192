/**
 * POSIX regular expressions (regex(7)) as JavaScript ones. Basic and extended syntax with GNU's `\+ \? \|`, `\w \b \< \>`.
 * Simplified: where alternatives differ in length the first that matches wins, not the longest; `[.x.]` and `[=x=]` are plain
 * characters.
 */
export class RegexError extends Error {}

export interface RegexOptions {
  extended?: boolean;
  ignoreCase?: boolean;
  global?: boolean;
  /** `^` and `$` also match around newlines inside the text (sed's M). */
  multiline?: boolean;
}

const CLASSES: Record<string, string> = {
  alnum: '\\p{L}\\p{Nd}',
  alpha: '\\p{L}',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e\\u00a1-\\u{10ffff}',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e\\u00a0-\\u{10ffff}',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: ' \\t\\n\\v\\f\\r',
  upper: '\\p{Lu}',
  xdigit: '0-9A-Fa-f',
};

/** Compiles; throws `RegexError` with the C library's text. */
export function compileRegex(pattern: string, options: RegexOptions = {}): RegExp {
  const flags = `su${options.ignoreCase ? 'i' : ''}${options.global ? 'g' : ''}${options.multiline ? 'm' : ''}`;
  const source = translate(pattern, options.extended ?? false);
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError('Invalid regular expression');
  }
}

/** A text as a pattern that matches only it. */
export const quoteRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function translate(pattern: string, extended: boolean): string {
  let out = '';
  let depth = 0;
  let groups = 0;
  /** Whether something stands before that a repetition can repeat. */
  let atom = false;
  let i = 0;
  const repeat = (text: string) => {
    // A second repetition repeats the repeated: a**.
    if (/[*+?}]$/.test(out) && !/\\[*+?}]$/.test(out)) out = wrapLast(out);
    out += text;
  };
  while (i < pattern.length) {
    const char = pattern[i]!;
    const next = pattern[i + 1];
    let operator: string | undefined;
    if (char === '\\') {
      if (next === undefined) throw new RegexError('Trailing backslash');
      i += 2;
      if (!extended && '(){}|+?'.includes(next)) operator = next;
      else {
        const special: Record<string, string> = {
          w: '[\\p{L}\\p{Nd}_]',
          W: '[^\\p{L}\\p{Nd}_]',
          s: '\\s',
          S: '\\S',
          b: '\\b',
          B: '\\B',
          '<': '\\b(?=\\w)',
          '>': '\\b(?<=\\w)',
          '`': '^',
          "'": '$',
          n: '\\n',
          t: '\\t',
        };
        if (/[1-9]/.test(next)) {
          if (Number(next) > groups) throw new RegexError('Invalid back reference');
          out += `(?:\\${next})`;
        } else out += special[next] ?? quoteRegex(next);
        atom = true;
        continue;
      }
    } else {
      i++;
      if (extended ? '(){}|+?'.includes(char) : false) operator = char;
      else if (char === '*') {
        if (atom) repeat('*');
        else {
          out += '\\*';
          atom = true;
        }
        continue;
      } else if (char === '.') {
        out += '.';
        atom = true;
        continue;
      } else if (char === '[') {
        const set = bracket(pattern, i);
        out += set.source;
        i = set.end;
        atom = true;
        continue;
      } else if (char === '^') {
        const anchors = extended || i === 1 || /(\(|\|)$/.test(out.replace(/\(\?:$/, '('));
        out += anchors ? '^' : '\\^';
        atom = !anchors;
        continue;
      } else if (char === '$') {
        const rest = pattern.slice(i);
        const anchors = extended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
        out += anchors ? '$' : '\\$';
        atom = !anchors;
        continue;
      } else {
        const whole = String.fromCodePoint(
          char.charCodeAt(0) >= 0xd800 && char.charCodeAt(0) < 0xdc00
            ? pattern.codePointAt(i - 1)!
            : char.charCodeAt(0),
        );
        i += whole.length - 1;
        out += quoteRegex(whole);
        atom = true;
        continue;
      }
    }
    switch (operator) {
      case '(':
        depth++;
        groups++;
        out += '(';
        atom = false;
        break;
      case ')':
        if (depth === 0) {
          if (!extended) throw new RegexError('Unmatched ) or \\)');
          throw new RegexError('Unmatched ) or \\)');
        }
        depth--;
        out += ')';
        atom = true;
        break;
      case '|':
        out += '|';
        atom = false;
        break;
      case '+':
      case '?':
        if (atom) repeat(operator);
        else out += `\\${operator}`;
        break;
      case '{': {
        const match = (extended ? /^(\d*)(,?)(\d*)\}/ : /^(\d*)(,?)(\d*)\\\}/).exec(pattern.slice(i));
        if (!match || (match[1] === '' && match[2] === '')) {
          if (!extended)
            throw new RegexError(
              pattern.includes('\\}') ? 'Invalid content of \\{\\}' : 'Unmatched { or \\{',
            );
          out += '\\{';
          atom = true;
          break;
        }
        if (!atom) throw new RegexError('Invalid preceding regular expression');
        i += match[0].length;
        if (match[3] !== '' && Number(match[1] || 0) > Number(match[3]))
          throw new RegexError('Invalid content of \\{\\}');
        repeat(`{${match[1] || '0'}${match[2]}${match[3]}}`);
        break;
      }
      case '}':
        out += '\\}';
        atom = true;
    }
  }
  if (depth > 0) throw new RegexError('Unmatched ( or \\(');
  return out;
}

/** Puts the last repeated atom into a group, so that it can be repeated again. */
function wrapLast(source: string): string {
  const match =
    /(\\.|\[(?:\\.|[^\]\\])*\]|\((?:[^()]|\([^()]*\))*\)|[^\\])(?:[*+?]|\{\d+(?:,\d*)?\})$/su.exec(source);
  return match ? `${source.slice(0, match.index)}(?:${match[0]})` : source;
}

/** A bracket expression whose `[` is just before `at`. */
function bracket(pattern: string, at: number): { source: string; end: number } {
  let i = at;
  const negated = pattern[i] === '^';
  if (negated) i++;
  let body = '';
  const quoteIn = (text: string) => text.replace(/[\\\]^[\-&~|(){}/]/g, '\\$&');
  for (let first = true; ; first = false) {
    if (i >= pattern.length) throw new RegexError('Unmatched [, [^, [:, [., or [=');
    let char = String.fromCodePoint(pattern.codePointAt(i)!);
    if (char === ']' && !first) break;
    if (char === '[' && pattern[i + 1] === ':') {
      const close = pattern.indexOf(':]', i);
      const set = close === -1 ? undefined : CLASSES[pattern.slice(i + 2, close)];
      if (set === undefined)
        throw new RegexError(
          close === -1 ? 'Unmatched [, [^, [:, [., or [=' : 'Invalid character class name',
        );
      body += set;
      i = close + 2;
      continue;
    }
    if (char === '[' && (pattern[i + 1] === '.' || pattern[i + 1] === '=')) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close !== -1) {
        char = pattern.slice(i + 2, close);
        i = close + 1;
      }
    }
    i += char.length;
    if (pattern[i] === '-' && pattern[i + 1] !== ']' && i + 1 < pattern.length) {
      const last = String.fromCodePoint(pattern.codePointAt(i + 1)!);
      if (last < char) throw new RegexError('Invalid range end');
      body += `${quoteIn(char)}-${quoteIn(last)}`;
      i += 1 + last.length;
    } else body += quoteIn(char);
  }
  return { source: `[${negated ? '^' : ''}${body}]`, end: i + 1 };
}
