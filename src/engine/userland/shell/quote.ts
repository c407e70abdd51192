/** Text quoted so that a shell reads it back as it is. */

/** Characters and places that mean something to bash (lib/sh/shquote.c's sh_contains_shell_metas). */
const METAS = /[ \t\n'"\\|&;()<>!{}*[\]?^$`]|^~|[=:]~|^#|(?<=[ \t])#/;
/** What bash shows as `$'…'`: control characters other than white space. */
const CONTROL = /[\x00-\x08\x0e-\x1f\x7f\udc80-\udcff]/;
const ANY_CONTROL = /[\x00-\x1f\x7f\udc80-\udcff]/;

/** As bash's `set` lists values: only where needed. */
export function quoteForReuse(text: string): string {
  if (text === '') return "''";
  if (ANY_CONTROL.test(text)) return ansiQuote(text);
  return METAS.test(text) ? singleQuote(text) : text;
}

/** As bash's xtrace shows words: white space stands between quotes as it is. */
export function quoteForTrace(text: string): string {
  if (text === '') return "''";
  if (METAS.test(text)) return singleQuote(text);
  return CONTROL.test(text) ? ansiQuote(text) : text;
}

/** As BusyBox' xtrace shows words (ash.c, maybe_single_quote). */
export const quoteForBusybox = (text: string): string =>
  /[^+,\-./0-9:@A-Z\]^_a-z]/.test(text) ? posixQuote(text) : text;

/** As `${x@Q}` does it: always. */
export const quoteAlways = (text: string): string =>
  ANY_CONTROL.test(text) ? ansiQuote(text) : singleQuote(text);

export const singleQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** As dash and BusyBox list variables and aliases: quotes around all, single quotes between double ones. */
export const posixQuote = (text: string): string =>
  text === '' ? "''" : `'${text.replace(/'+/g, (quotes) => `'"${quotes}"'`)}'`;

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
    "'": "\\'",
    '\\': '\\\\',
  };
  const body = text.replace(/[\x00-\x1f\x7f'\\\udc80-\udcff]/g, (char) => {
    const code = char.charCodeAt(0);
    return named[char] ?? `\\${(code >= 0xdc80 ? code - 0xdc00 : code).toString(8).padStart(3, '0')}`;
  });
  return `$'${body}'`;
}

/** As bash's `printf %q` and completion do it: backslashes. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (ANY_CONTROL.test(text)) return ansiQuote(text);
  return text
    .replace(/[^A-Za-z0-9_@%+=:./~#\u0080-\uffff-]/g, '\\$&')
    .replace(/^[~#]/, '\\$&')
    .replace(/([=:])~/g, '$1\\~');
}

/** As bash's `declare -p` and `export -p` show values: between double quotes. */
export const doubleQuote = (text: string): string =>
  ANY_CONTROL.test(text) ? ansiQuote(text) : `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
