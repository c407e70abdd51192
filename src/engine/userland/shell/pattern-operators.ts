import { compilePattern } from '../lib/glob.ts';

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`: what is left when the part that matches is removed (POSIX XCU 2.6.2). */
export function removePart(value: string, pattern: string, operator: string, extended: boolean): string {
  const compiled = compilePattern(pattern, { extended });
  if (compiled.literal !== undefined) {
    const { literal } = compiled;
    if (operator.startsWith('#')) return value.startsWith(literal) ? value.slice(literal.length) : value;
    return value.endsWith(literal) ? value.slice(0, value.length - literal.length) : value;
  }
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    if (operator.startsWith('#')) {
      if (compiled.matches(value.slice(0, length))) return value.slice(length);
    } else if (compiled.matches(value.slice(value.length - length)))
      return value.slice(0, value.length - length);
  }
  return value;
}

/** bash's `${x/p/r}`, `${x//p/r}`, `${x/#p/r}`, `${x/%p/r}`. */
export function replacePart(
  value: string,
  pattern: string,
  replacement: (match: string) => string,
  operator: string,
): string {
  if (pattern === '') return value;
  const compiled = compilePattern(pattern, { extended: true });
  if (compiled.literal !== undefined) {
    const { literal } = compiled;
    if (operator === '//') return value.split(literal).join(replacement(literal));
    if (operator === '/#')
      return value.startsWith(literal) ? replacement(literal) + value.slice(literal.length) : value;
    if (operator === '/%')
      return value.endsWith(literal)
        ? value.slice(0, value.length - literal.length) + replacement(literal)
        : value;
    const at = value.indexOf(literal);
    return at === -1 ? value : value.slice(0, at) + replacement(literal) + value.slice(at + literal.length);
  }
  const longest = (from: number): number => {
    for (let end = value.length; end > from; end--) if (compiled.matches(value.slice(from, end))) return end;
    return compiled.matches('') ? from : -1;
  };
  if (operator === '/#') {
    const end = longest(0);
    return end === -1 ? value : replacement(value.slice(0, end)) + value.slice(end);
  }
  if (operator === '/%') {
    for (let from = 0; from <= value.length; from++)
      if (compiled.matches(value.slice(from))) return value.slice(0, from) + replacement(value.slice(from));
    return value;
  }
  let out = '';
  let at = 0;
  while (at < value.length) {
    const end = longest(at);
    if (end <= at) {
      out += value[at++];
      continue;
    }
    out += replacement(value.slice(at, end));
    at = end;
    if (operator === '/') break;
  }
  return out + value.slice(at);
}
