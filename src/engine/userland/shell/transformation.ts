import { quoteForReuse } from './quote.ts';
import type { Shell } from './shell.ts';

/** Parameter transformation (bash), `${x@Q}` and its like. */
export function transform(shell: Shell, value: string, operator: string, name: string): string {
  switch (operator) {
    case 'Q':
      return `'${value.replaceAll("'", "'\\''")}'`;
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'A':
      return `${name}=${quoteForReuse(value)}`;
    case 'a': {
      const variable = shell.variables.find(name);
      return `${variable?.array ? 'a' : ''}${variable?.table ? 'A' : ''}${variable?.integer ? 'i' : ''}${variable?.readonly ? 'r' : ''}${variable?.exported ? 'x' : ''}`;
    }
    default:
      return value;
  }
}
