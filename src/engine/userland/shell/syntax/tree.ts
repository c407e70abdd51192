/**
 * The syntax tree of the shell language (POSIX XCU 2.10 and bash's additions). Nodes know the line on which they begin; words carry
 * their source text, and their parts made ready for expansion.
 */

/** A list of commands: what stands between `do` and `done`, within `$(…)`, on a line. */
export interface Script {
  readonly commands: readonly Statement[];
}

/** A command with what ends it: `;`, a newline, or `&`. */
export interface Statement {
  readonly command: AndOr | Stage;
  readonly background: boolean;
}

/** `a && b || c` */
export interface AndOr {
  readonly type: 'and-or';
  readonly commands: readonly Stage[];
  readonly operators: readonly ('&&' | '||')[];
}

/** One side of `&&` and `||`. */
export type Stage = Pipeline | CommandNode;

/** `a | b`, `! a`, `time a` */
export interface Pipeline {
  readonly type: 'pipeline';
  readonly line: number;
  readonly commands: readonly CommandNode[];
  /** For each `|` whether it was `|&`. */
  readonly errorsToo: readonly boolean[];
  readonly negated: boolean;
  readonly timed: 'bash' | 'posix' | undefined;
}

export type CommandNode = SimpleCommand | CompoundCommand | FunctionDefinition | Coprocess;

export interface SimpleCommand {
  readonly type: 'simple';
  readonly line: number;
  readonly assignments: readonly Assignment[];
  /** The arguments of `export`, `declare` and their like may be assignments too. */
  readonly words: readonly (Word | Assignment)[];
  readonly redirections: readonly Redirection[];
}

export type CompoundCommand = { readonly line: number; readonly redirections: readonly Redirection[] } & (
  | { readonly type: 'group' | 'subshell'; readonly body: Script }
  | { readonly type: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Script | undefined }
  | { readonly type: 'while' | 'until'; readonly test: Script; readonly body: Script }
  /** Without `in`, the positional parameters are gone through. */
  | {
      readonly type: 'for' | 'select';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: Script;
    }
  | {
      readonly type: 'arithmetic-for';
      readonly initialise: string;
      readonly test: string;
      readonly update: string;
      readonly body: Script;
    }
  | { readonly type: 'case'; readonly subject: Word; readonly items: readonly CaseItem[] }
  | { readonly type: 'arithmetic'; readonly expression: string }
  | { readonly type: 'test'; readonly expression: TestExpression }
);

export interface Branch {
  readonly test: Script;
  readonly body: Script;
}

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: Script;
  readonly terminator: ';;' | ';&' | ';;&';
}

export interface FunctionDefinition {
  readonly type: 'function';
  readonly line: number;
  readonly name: string;
  readonly body: CommandNode;
}

export interface Coprocess {
  readonly type: 'coprocess';
  readonly line: number;
  readonly name: string;
  readonly body: CommandNode;
}

/** `NAME=VALUE`, `NAME+=VALUE`, `NAME[INDEX]=VALUE`, `NAME=(…)` */
export interface Assignment {
  readonly type: 'assignment';
  readonly name: string;
  readonly index: Word | undefined;
  readonly append: boolean;
  readonly value: Word | readonly Element[];
  readonly text: string;
}

/** An element of `(…)`: `VALUE` or `[KEY]=VALUE`. */
export interface Element {
  readonly key: Word | undefined;
  readonly append: boolean;
  readonly value: Word;
}

/** What stands before the operator of a redirection: a descriptor, or `{NAME}` for bash to choose one. */
interface Redirected {
  readonly fd: number | undefined;
  readonly variable: string | undefined;
}

export type FileOperator = '<' | '>' | '>|' | '>>' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<<';
export interface FileRedirection extends Redirected {
  readonly type: 'file';
  readonly operator: FileOperator;
  readonly target: Word;
}

/** The body is filled in when the line has been read to its end. */
export interface HereDocument extends Redirected {
  readonly type: 'here-document';
  readonly stripsTabs: boolean;
  /** As it was written, and without its quotes. */
  readonly delimiter: string;
  readonly end: string;
  readonly quoted: boolean;
  /** The source text of the body, and the same ready for expansion. */
  text: string;
  body: Prepared;
}

export type Redirection = FileRedirection | HereDocument;

/** What stands within `[[ ]]`. */
export type TestExpression =
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly type: 'not' | 'parentheses'; readonly operand: TestExpression }
  | {
      readonly type: 'and' | 'or';
      readonly left: TestExpression;
      readonly right: TestExpression;
    };

export interface Word extends Prepared {
  readonly type: 'word';
  /** As it stands in the source. */
  readonly text: string;
}

/** A text made ready for expansion: segments that are quoted or not, backslashes taken away. */
export interface Prepared {
  readonly segments: readonly Segment[];
  /** The whole text when nothing in it expands, globs or needs quoting care. */
  readonly plain: string | undefined;
  /** Has an unquoted brace expression. */
  readonly braces: boolean;
}

export type Segment =
  /** `split`: stands in the operand of an unquoted `${x:-…}` and is split into fields like an expansion's result. */
  | { kind: 'text'; text: string; quoted: boolean; split?: boolean }
  | { kind: 'tilde'; user: string }
  | { kind: 'parameter'; parameter: Parameter; quoted: boolean }
  /** `script` is undefined where the text is parsed only when it is run: bash's backquotes. */
  | { kind: 'command'; text: string; script: Script | undefined; line: number; quoted: boolean }
  | { kind: 'arithmetic'; text: string; body: Prepared; quoted: boolean }
  | { kind: 'process'; operator: '<' | '>'; script: Script };

export interface Parameter {
  readonly name: string;
  /** The source text, for messages. */
  readonly text: string;
  readonly index: string | undefined;
  readonly prefix: '!' | '#' | undefined;
  readonly operation: Operation | undefined;
}

export type Operation =
  | { type: 'default'; operator: string; operand: Prepared }
  | { type: 'remove'; operator: string; operand: Prepared }
  | { type: 'replace'; operator: string; pattern: Prepared; replacement: Prepared }
  | { type: 'slice'; offset: Prepared; length: Prepared | undefined }
  | { type: 'case'; operator: string; pattern: Prepared | undefined }
  | { type: 'transform'; operator: string }
  | { type: 'names'; operator: string }
  | { type: 'unknown' };
