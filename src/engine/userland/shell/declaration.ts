import { doubleQuote, quoteAlways, quoteForReuse } from './quote.ts';
import { entries, type Variable } from './variables.ts';

/** Variables as bash's `declare -p` shows them, so that a shell reads them back. */

/** The letters of a variable's attributes, in bash's order. */
export const flagLetters = (variable: Variable): string =>
  [
    variable.array ? 'a' : '',
    variable.table ? 'A' : '',
    variable.integer ? 'i' : '',
    variable.reference ? 'n' : '',
    variable.readonly ? 'r' : '',
    variable.exported ? 'x' : '',
    { capital: 'c', lower: 'l', upper: 'u', none: '' }[variable.letterCase ?? 'none'],
  ].join('');

/** `declare -x PATH="…"` */
export const declaration = (name: string, variable: Variable): string =>
  `declare -${flagLetters(variable) || '-'} ${name}${valueText(variable)}`;

function valueText(variable: Variable): string {
  if (variable.array || variable.table) return arrayUnset(variable) ? '' : `=${arrayText(variable)}`;
  return variable.value === undefined ? '' : `=${doubleQuote(variable.value)}`;
}

/** An array that was declared and never assigned to. */
const arrayUnset = ({ array, table, assigned }: Variable): boolean =>
  (array ?? table)!.size === 0 && !assigned;

/** `([0]="a" [1]="b")`; of an associative array each pair is followed by a blank. */
export function arrayText(variable: Variable): string {
  const pairs = entries(variable).map(
    ([key, value]) => `[${subscriptText(variable, key)}]=${doubleQuote(value)}`,
  );
  return variable.table ? `(${pairs.map((pair) => `${pair} `).join('')})` : `(${pairs.join(' ')})`;
}

/** `a "1" b "2"` */
export const keysAndValues = (variable: Variable): string[] =>
  entries(variable).flatMap(([key, value]) => [subscriptText(variable, key), doubleQuote(value)]);

/** A subscript is quoted where it holds what the shell would take for something else. */
const subscriptText = (variable: Variable, key: string): string =>
  variable.table && /[^A-Za-z0-9_.,/:=+%@-]/.test(key) ? doubleQuoteKey(key) : key;

const doubleQuoteKey = (key: string): string =>
  /[\x00-\x1f]/.test(key) ? quoteForReuse(key) : doubleQuote(key);

/** `${x@A}`: an assignment or declaration that makes the variable again. */
export function assignmentWords(
  name: string,
  variable: Variable,
  index: string | undefined,
  value: string,
): string {
  const letters = flagLetters(variable);
  if (variable.array || variable.table) {
    if (index === '@' || index === '*') return declaration(name, variable);
    return `declare -${letters} ${name}=${quoteAlways(value)}`;
  }
  return letters === ''
    ? `${name}=${quoteAlways(value)}`
    : `declare -${letters} ${name}=${quoteAlways(value)}`;
}
