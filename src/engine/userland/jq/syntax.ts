import type { Value } from './value.ts';

/** Programs of jq as trees. Positions are offsets into the program's text. */
export type Node =
  | { type: 'identity' }
  | { type: 'recurse' }
  | { type: 'literal'; value: Value }
  | { type: 'string'; format: string | undefined; parts: readonly (string | Node)[] }
  | { type: 'format'; name: string }
  | { type: 'index'; target: Node; key: Node }
  | { type: 'slice'; target: Node; from: Node | undefined; to: Node | undefined }
  | { type: 'iterate'; target: Node }
  | { type: 'array'; body: Node | undefined }
  | { type: 'object'; entries: readonly { key: Node; value: Node; at: number }[] }
  | { type: 'negate'; body: Node }
  | { type: 'pipe'; left: Node; right: Node }
  | { type: 'comma'; left: Node; right: Node }
  | { type: 'binary'; operator: BinaryOperator; left: Node; right: Node }
  | { type: 'and' | 'or' | 'alternative'; left: Node; right: Node }
  | { type: 'assign'; operator: AssignOperator; left: Node; right: Node }
  | { type: 'if'; condition: Node; then: Node; otherwise: Node | undefined }
  | { type: 'try'; body: Node; handler: Node | undefined }
  | { type: 'reduce'; source: Node; patterns: readonly Pattern[]; start: Node; update: Node }
  | {
      type: 'foreach';
      source: Node;
      patterns: readonly Pattern[];
      start: Node;
      update: Node;
      extract: Node | undefined;
    }
  | { type: 'as'; source: Node; patterns: readonly Pattern[]; body: Node }
  | { type: 'label'; name: string; body: Node }
  | { type: 'break'; name: string; at: number }
  | { type: 'define'; definition: Definition; body: Node }
  | { type: 'call'; name: string; args: readonly Node[]; at: number }
  | { type: 'variable'; name: string; at: number }
  | { type: 'location'; line: number };

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=';
export type AssignOperator = '=' | '|=' | '+=' | '-=' | '*=' | '/=' | '%=' | '//=';

/** What `as` takes apart. */
export type Pattern =
  | { type: 'variable'; name: string }
  | { type: 'array'; items: readonly Pattern[] }
  | {
      type: 'object';
      entries: readonly { key: Node; variable: string | undefined; value: Pattern | undefined }[];
    };

/** A function; parameters that begin with `$` are bound as variables too. */
export interface Definition {
  name: string;
  params: readonly string[];
  body: Node;
}

/** The names that a pattern binds. */
export function variablesOf(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'variable':
      return [pattern.name];
    case 'array':
      return pattern.items.flatMap(variablesOf);
    case 'object':
      return pattern.entries.flatMap(({ variable, value }) => [
        ...(variable === undefined ? [] : [variable]),
        ...(value ? variablesOf(value) : []),
      ]);
  }
}
