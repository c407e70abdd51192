/** The parsed template. Models Go's text/template/parse `node.go`. */

export type Node = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode;

export interface TextNode {
  kind: 'text';
  text: string;
}

/** `{{pipeline}}` */
export interface ActionNode {
  kind: 'action';
  pipe: Pipe;
}

/** `{{if}}`, `{{with}}` and `{{range}}` with their `{{else}}`. */
export interface BranchNode {
  kind: 'if' | 'with' | 'range';
  pos: number;
  pipe: Pipe;
  list: Node[];
  otherwise: Node[] | undefined;
}

export interface JumpNode {
  kind: 'break' | 'continue';
}

/** `{{template "name" pipeline}}` */
export interface TemplateNode {
  kind: 'template';
  pos: number;
  name: string;
  pipe: Pipe | undefined;
}

export interface Pipe {
  kind: 'pipe';
  pos: number;
  declares: string[];
  assigns: boolean;
  commands: Command[];
}

export interface Command {
  kind: 'command';
  pos: number;
  args: Operand[];
}

export type Operand =
  | { kind: 'field'; pos: number; path: string[] }
  | { kind: 'variable'; pos: number; path: string[] }
  | { kind: 'chain'; pos: number; of: Operand; path: string[] }
  | { kind: 'identifier'; pos: number; name: string }
  | { kind: 'string'; pos: number; value: string; source: string }
  | { kind: 'number'; pos: number; value: number; float: boolean; source: string }
  | { kind: 'bool'; pos: number; value: boolean }
  | { kind: 'nil'; pos: number }
  | { kind: 'dot'; pos: number }
  | Pipe;

/** The node as source, for error messages (`Node.String`). */
export function source(node: Operand | Command): string {
  switch (node.kind) {
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'variable':
      return node.path.join('.');
    case 'chain':
      return (
        (node.of.kind === 'pipe' ? `(${source(node.of)})` : source(node.of)) +
        node.path.map((name) => `.${name}`).join('')
      );
    case 'identifier':
      return node.name;
    case 'string':
    case 'number':
      return node.source;
    case 'bool':
      return String(node.value);
    case 'nil':
      return 'nil';
    case 'dot':
      return '.';
    case 'command':
      return node.args.map((arg) => (arg.kind === 'pipe' ? `(${source(arg)})` : source(arg))).join(' ');
    case 'pipe': {
      const variables =
        node.declares.length > 0 ? `${node.declares.join(', ')} ${node.assigns ? '=' : ':='} ` : '';
      return variables + node.commands.map(source).join(' | ');
    }
  }
}
