/** How tightly operators bind. */
export const BINARY: Readonly<Record<string, number>> = {
  '??': 1,
  '||': 2,
  '&&': 3,
  '|': 4,
  '^': 5,
  '&': 6,
  '==': 7,
  '!=': 7,
  '===': 7,
  '!==': 7,
  '<': 8,
  '>': 8,
  '<=': 8,
  '>=': 8,
  in: 8,
  instanceof: 8,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  '%': 11,
  '**': 12,
};

export const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=']);
/** What is JavaScript and not read here. */
export const ABSENT = new Set([
  'class',
  'import',
  'export',
  'switch',
  'do',
  'yield',
  'with',
  'debugger',
  'delete',
]);
