/** A value: a number, a text, or a text from outside that counts as a number if it looks like one. */
export type Value = number | string | Outside;

/** A text from outside: a field, an argument, a line of getline ("numeric string", POSIX awk). */
export class Outside {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a name never set holds: both 0 and the empty text. */
export const NOTHING = new Outside('');

/** A fault at run time. */
export class AwkError extends Error {}

/** An input file that cannot be opened; each awk says so in its own way. */
export class CannotOpen extends AwkError {
  readonly file: string;

  constructor(file: string, why: string) {
    super(why);
    this.file = file;
  }
}

const NUMERIC = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;
const looksNumeric = (text: string): boolean => NUMERIC.test(text);

/** Whether a value came as a number, or from outside and looks like one. */
export const isNumeric = (value: Value): boolean =>
  typeof value === 'number' || (value instanceof Outside && looksNumeric(value.text));

/** The number that a text begins with; 0 without one. */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : value.text;
  const match = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text);
  return match ? Number(match[0]) : 0;
}

export function truthOf(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return looksNumeric(value.text) ? Number(value.text) !== 0 : value.text !== '';
}

/** Compares as numbers where both count as such, otherwise as texts. */
export function compare(a: Value, b: Value, text: (value: Value) => string): number {
  const numeric = (value: Value) => value === NOTHING || isNumeric(value);
  const [x, y] = numeric(a) && numeric(b) ? [numberOf(a), numberOf(b)] : [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new AwkError('division by zero');
      return a / b;
    case '%':
      if (b === 0) throw new AwkError('division by zero in %');
      return a % b;
    default:
      return a ** b;
  }
}
