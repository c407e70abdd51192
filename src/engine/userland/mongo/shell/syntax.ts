/** The part of JavaScript that the shell reads, as a tree. */
export type Node =
  | { kind: 'literal'; value: unknown }
  | { kind: 'regex'; source: string; flags: string }
  | { kind: 'template'; texts: string[]; values: Node[] }
  | { kind: 'name'; name: string }
  | { kind: 'array'; items: Node[] }
  | { kind: 'object'; entries: { key: Node | undefined; value: Node }[] }
  | { kind: 'spread'; value: Node }
  | { kind: 'member'; object: Node; key: Node; optional: boolean }
  | { kind: 'call'; callee: Node; args: Node[]; isNew: boolean }
  | { kind: 'unary'; operator: string; value: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'choice'; test: Node; yes: Node; no: Node }
  | { kind: 'assign'; operator: string; target: Node; value: Node }
  | { kind: 'step'; by: 1 | -1; prefix: boolean; target: Node }
  | { kind: 'function'; name: string; parameters: string[]; body: Statement[] | Node };

export type Statement =
  | { kind: 'expression'; value: Node }
  | { kind: 'declare'; constant: boolean; names: { name: string; value: Node | undefined }[] }
  | { kind: 'block'; body: Statement[] }
  | { kind: 'if'; test: Node; yes: Statement; no: Statement | undefined }
  | {
      kind: 'for';
      first: Statement | undefined;
      test: Node | undefined;
      next: Node | undefined;
      body: Statement;
    }
  | { kind: 'each'; name: string; keys: boolean; value: Node; body: Statement }
  | { kind: 'while'; test: Node; body: Statement }
  | { kind: 'return'; value: Node | undefined }
  | { kind: 'throw'; value: Node }
  | {
      kind: 'try';
      body: Statement[];
      name: string | undefined;
      handler: Statement[] | undefined;
      last: Statement[] | undefined;
    }
  | { kind: 'leave'; how: 'break' | 'continue' };

/** A text that is no program. */
export class ScriptSyntaxError extends Error {}

/** A text that ends before the program does: more lines may complete it. */
export class Incomplete extends ScriptSyntaxError {}
