import { assignmentWords, flagLetters } from './declaration.ts';
import { promptText } from './prompt.ts';
import { quoteAlways } from './quote.ts';
import type { Shell } from './shell.ts';
import { decodeAnsiQuoted } from './syntax/ansi-quote.ts';

/** Parameter transformation (bash), `${x@Q}` and its like. */
export async function transform(
  shell: Shell,
  value: string,
  operator: string,
  name: string,
  index: string | undefined,
): Promise<string> {
  const variable = shell.variables.find(name);
  switch (operator) {
    case 'Q':
    case 'K':
    case 'k':
      return quoteAlways(value);
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'E':
      return decodeAnsiQuoted(value);
    case 'P':
      return promptText(shell, value, shell.history.length + 1);
    case 'A':
      return variable ? assignmentWords(name, variable, index, value) : '';
    case 'a':
      return variable ? flagLetters(variable) : '';
    default:
      return shell.abandon(`\${${name}@${operator}}: bad substitution`, { fatal: false });
  }
}
