/** Text quoted so that a shell reads it back as it is. */

/** As bash's xtrace and `${x@A}` do it: only where needed. */
export function quoteForReuse(text: string): string {
  if (text === '') return "''";
  if (/^[A-Za-z0-9_@%+=:,./^~-]+$/.test(text) && !text.startsWith('~')) return text;
  if (/[\x00-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return singleQuote(text);
}

export const singleQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** As dash and BusyBox list variables and aliases: quotes around all, single quotes between double ones. */
export const posixQuote = (text: string): string => `'${text.replace(/'+/g, (quotes) => `'"${quotes}"'`)}'`;

/** `$'a\nb'` */
export function ansiQuote(text: string): string {
  const named: Record<string, string> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\x1b': '\\E',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
  };
  const body = text.replace(
    /[\x00-\x1f\x7f'\\]/g,
    (char) =>
      named[char] ??
      (char === "'" || char === '\\' ? `\\${char}` : `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`),
  );
  return `$'${body}'`;
}

/** As bash's `printf %q` and completion do it: backslashes. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return text.replace(/[^A-Za-z0-9_@%+=:./\u0080-\uffff-]/g, '\\$&').replace(/^~/, '\\~');
}

/** As bash's `set`, `declare -p` and `export -p` show values: between double quotes. */
export const doubleQuote = (text: string): string =>
  /[\x00-\x1f\x7f]/.test(text) ? ansiQuote(text) : `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
