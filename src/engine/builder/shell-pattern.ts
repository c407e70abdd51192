import { DockerfileError } from './ast.ts';

/**
 * A pattern of `${NAME#PATTERN}` and its kin as a regular expression: `*` and `?`, an escape before either, and nothing else.
 * Models BuildKit frontend/dockerfile/shell convertShellPatternToRegex. Throws `DockerfileError` where it escapes anything else.
 */
export function patternToRegex(
  pattern: string,
  { greedy = false, anchor }: { greedy?: boolean; anchor?: 'start' | 'end' },
): string {
  const star = greedy ? '.*' : '.*?';
  let out = '';
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === '*') out += star;
    else if (char === '?') out += '.';
    else if (char !== '\\') out += literal(char);
    // `}` and `/` are escaped for the sake of the braces, not of the pattern.
    else if (chars[i + 1] !== '}' && chars[i + 1] !== '/') {
      const escaped = chars[++i] ?? '\ufffd';
      if (!'*?\\'.includes(escaped)) throw new DockerfileError(`invalid escape '\\${escaped}'`);
      out += literal(escaped);
    }
  }
  return `${anchor === 'start' ? '^' : ''}${out}${anchor === 'end' ? '$' : ''}`;
}

const literal = (char: string): string => char.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
