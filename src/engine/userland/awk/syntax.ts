/** The tree of an awk program (POSIX awk). */
export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'regex'; source: string }
  | { kind: 'variable'; name: string }
  | { kind: 'field'; index: Expr }
  | { kind: 'element'; name: string; subscripts: Expr[] }
  | { kind: 'assign'; operator: string; target: Expr; value: Expr }
  | { kind: 'conditional'; test: Expr; then: Expr; otherwise: Expr }
  | { kind: 'and' | 'or'; left: Expr; right: Expr }
  | { kind: 'in'; subscripts: Expr[]; name: string }
  | { kind: 'match'; negated: boolean; left: Expr; right: Expr }
  | { kind: 'compare' | 'arithmetic'; operator: string; left: Expr; right: Expr }
  | { kind: 'concat'; left: Expr; right: Expr }
  | { kind: 'unary'; operator: string; operand: Expr }
  | { kind: 'increment'; by: 1 | -1; prefix: boolean; target: Expr }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'builtin'; name: string; args: Expr[] }
  | {
      kind: 'getline';
      target: Expr | undefined;
      source: { kind: 'file' | 'command'; from: Expr } | undefined;
    }
  | { kind: 'group'; inner: Expr };

export type Stmt =
  | { kind: 'block'; body: Stmt[] }
  | { kind: 'expr'; value: Expr }
  | { kind: 'print'; args: Expr[]; format: boolean; to: { kind: '>' | '>>' | '|'; target: Expr } | undefined }
  | { kind: 'if'; test: Expr; then: Stmt; otherwise: Stmt | undefined }
  | { kind: 'while'; test: Expr; body: Stmt }
  | { kind: 'do'; test: Expr; body: Stmt }
  | { kind: 'for'; start: Stmt | undefined; test: Expr | undefined; step: Stmt | undefined; body: Stmt }
  | { kind: 'each'; variable: string; name: string; body: Stmt }
  | { kind: 'next' | 'nextfile' | 'break' | 'continue' }
  | { kind: 'exit' | 'return'; value: Expr | undefined }
  | { kind: 'delete'; name: string; subscripts: Expr[] | undefined };

export interface Rule {
  pattern: 'BEGIN' | 'END' | undefined | { from: Expr; to: Expr | undefined };
  /** Absent: print the record. */
  action: Stmt | undefined;
  /** A range under way. */
  active: boolean;
}

export interface AwkFunction {
  parameters: string[];
  body: Stmt;
}

export interface AwkProgram {
  rules: Rule[];
  functions: Map<string, AwkFunction>;
}

/** A program that cannot be read. */
export class AwkSyntaxError extends Error {
  readonly line: number;
  readonly near: string;

  constructor(line: number, near: string, message = 'syntax error') {
    super(message);
    this.line = line;
    this.near = near;
  }
}
