import type {
  AndOr,
  Assignment,
  CommandNode,
  CompoundCommand,
  HereDocument,
  Redirection,
  Script,
  SimpleCommand,
  Stage,
  TestExpression,
  Word,
} from './tree.ts';

/** The syntax tree as bash prints it (print_cmd.c): for `declare -f`, `jobs` and `$BASH_COMMAND`. */

/** A command, as `jobs` shows it. */
export function printCommand(node: CommandNode | Stage | AndOr): string {
  const printer = new Printer(false);
  printer.conditions(node);
  return printer.text;
}

/** A function definition, as `declare -f` and `type` show it. */
export function printFunction(name: string, body: CommandNode): string {
  const printer = new Printer(true);
  printer.functionBody(`${name} () \n`, body);
  return printer.text;
}

const INDENT = 4;

class Printer {
  text = '';
  #indent = 0;
  /** Within a function each command has a line of its own. */
  #multiline: boolean;
  #documents: HereDocument[] = [];

  constructor(multiline: boolean) {
    this.#multiline = multiline;
  }

  functionBody(head: string, body: CommandNode): void {
    const group = body.type === 'group' ? body : undefined;
    this.text += `${head}${this.#blanks()}{ \n`;
    const outer = this.#multiline;
    this.#multiline = true;
    this.#indented(() => {
      if (group) this.#script(group.body);
      else this.#line(body);
    });
    this.#multiline = outer;
    this.#newline(group && group.redirections.length > 0 ? '} ' : '}');
    if (group) this.#redirections(group.redirections);
  }

  conditions(node: AndOr | Stage): void {
    if (node.type !== 'and-or') {
      this.#stage(node);
      return;
    }
    for (const [i, one] of node.commands.entries()) {
      if (i > 0) this.#joined(` ${node.operators[i - 1]} `);
      this.#stage(one);
    }
  }

  #stage(node: Stage): void {
    if (node.type !== 'pipeline') {
      this.#command(node);
      return;
    }
    if (node.timed) this.text += node.timed === 'posix' ? 'time -p ' : 'time ';
    if (node.negated) this.text += '! ';
    for (const [i, one] of node.commands.entries()) {
      if (i > 0) {
        if (node.errorsToo[i - 1]) this.text += ' 2>&1';
        this.#joined(' | ');
      }
      this.#command(one);
    }
  }

  /** An operator between commands; here-documents come before what follows it. */
  #joined(operator: string): void {
    if (this.#documents.length === 0) {
      this.text += operator;
      return;
    }
    this.text += operator.trimEnd();
    this.#deferred();
  }

  #script({ commands }: Script): void {
    for (const [i, { command, background }] of commands.entries()) {
      if (i === 0 || this.#multiline) this.text += this.#blanks();
      this.conditions(command);
      const last = i === commands.length - 1;
      if (background) this.text += ' &';
      const documents = this.#documents.length > 0;
      if (documents) this.#deferred();
      if (last) continue;
      if (background) this.text += this.#multiline ? '\n' : ' ';
      else this.text += `${documents ? '' : ';'}${this.#multiline ? '\n' : ' '}`;
    }
  }

  #line(node: CommandNode): void {
    this.text += this.#blanks();
    this.#command(node);
  }

  #blanks(): string {
    return ' '.repeat(this.#indent);
  }

  #indented(body: () => void): void {
    this.#indent += INDENT;
    body();
    this.#indent -= INDENT;
    this.#deferred();
  }

  #newline(text: string): void {
    this.text += `\n${this.#blanks()}${text}`;
  }

  #semicolon(): void {
    if (!/[&\n]$/.test(this.text)) this.text += ';';
  }

  /** A list on the same line as the word before it. */
  #inline(script: Script): void {
    const indent = this.#indent;
    const mark = this.text.length;
    this.#script(script);
    if (this.#indent > 0) this.text = this.text.slice(0, mark) + this.text.slice(mark).replace(/^ +/, '');
    this.#indent = indent;
    this.#deferred();
  }

  #command(node: CommandNode): void {
    switch (node.type) {
      case 'simple':
        this.#simple(node);
        return;
      case 'function':
        this.functionBody(`function ${node.name} () \n`, node.body);
        return;
      case 'coprocess':
        this.text += `coproc ${node.name} `;
        this.#command(node.body);
        return;
      default:
        this.#compound(node);
        if (node.redirections.length === 0) return;
        this.text += ' ';
        this.#redirections(node.redirections);
    }
  }

  #compound(node: CompoundCommand): void {
    switch (node.type) {
      case 'group':
        this.#group(node.body);
        return;
      case 'subshell':
        this.text += '( ';
        this.#inline(node.body);
        this.text += ' )';
        return;
      case 'if':
        this.#if(node);
        return;
      case 'while':
      case 'until':
        this.text += `${node.type} `;
        this.#inline(node.test);
        this.#semicolon();
        this.text += ' do\n';
        this.#body(node.body);
        return;
      case 'for':
      case 'select':
        this.text += `${node.type} ${node.name} in ${node.words?.map((word) => word.text).join(' ') ?? '"$@"'};`;
        this.#newline('do\n');
        this.#body(node.body);
        return;
      case 'arithmetic-for': {
        const [initialise, test, update] = [node.initialise, node.test, node.update].map((part) =>
          part.trim(),
        );
        this.text += `for ((${initialise || '1'}; ${test || '1'}; ${update || '1'}))`;
        this.#newline('do\n');
        this.#body(node.body);
        return;
      }
      case 'case':
        this.#case(node);
        return;
      case 'arithmetic':
        this.text += `((${node.expression}))`;
        return;
      case 'test':
        this.text += `[[ ${this.#test(node.expression)} ]]`;
    }
  }

  #group(body: Script): void {
    this.text += '{ ';
    if (!this.#multiline) {
      this.#inline(body);
      this.#semicolon();
      this.text += ' }';
      return;
    }
    this.text += '\n';
    this.#indented(() => this.#script(body));
    this.#newline('}');
  }

  #body(body: Script): void {
    this.#indented(() => this.#script(body));
    this.#semicolon();
    this.#newline('done');
  }

  #if(node: CompoundCommand & { type: 'if' }): void {
    const [first, ...others] = node.branches;
    this.text += 'if ';
    this.#inline(first!.test);
    this.#semicolon();
    this.text += ' then\n';
    this.#indented(() => this.#script(first!.body));
    // An `elif` is an `if` within the `else`.
    const rest: CompoundCommand | undefined =
      others.length > 0 ? { ...node, branches: others, redirections: [] } : undefined;
    if (rest || node.otherwise) {
      this.#semicolon();
      this.#newline('else\n');
      this.#indented(() => {
        if (rest) this.#line(rest);
        else this.#script(node.otherwise!);
      });
    }
    this.#semicolon();
    this.#newline('fi');
  }

  #case(node: CompoundCommand & { type: 'case' }): void {
    this.text += `case ${node.subject.text} in `;
    this.#indent += INDENT;
    for (const { patterns, body, terminator } of node.items) {
      this.#newline(`${patterns.map((word) => word.text).join(' | ')})\n`);
      this.#indented(() => {
        if (body.commands.length === 0) this.text += this.#blanks();
        this.#script(body);
      });
      this.#newline(terminator);
    }
    this.#indent -= INDENT;
    this.#newline('esac');
  }

  #test(node: TestExpression): string {
    switch (node.type) {
      case 'unary':
        return `${node.operator} ${node.operand.text}`;
      case 'binary':
        return `${node.left.text} ${node.operator} ${node.right.text}`;
      case 'not':
        return `! ${this.#test(node.operand)}`;
      case 'parentheses':
        return `( ${this.#test(node.operand)} )`;
      default:
        return `${this.#test(node.left)} ${node.type === 'and' ? '&&' : '||'} ${this.#test(node.right)}`;
    }
  }

  #simple(node: SimpleCommand): void {
    const parts: (Word | Assignment)[] = [...node.assignments, ...node.words];
    this.text += parts.map((part) => part.text).join(' ');
    if (node.redirections.length === 0) return;
    if (parts.length > 0) this.text += ' ';
    this.#redirections(node.redirections);
  }

  #redirections(redirections: readonly Redirection[]): void {
    this.text += redirections.map((one) => this.#redirection(one)).join(' ');
  }

  #redirection(redirection: Redirection): string {
    const { fd, variable } = redirection;
    const before = variable === undefined ? '' : `{${variable}}`;
    if (redirection.type === 'here-document') {
      this.#documents.push(redirection);
      const { stripsTabs, delimiter } = redirection;
      return `${before || (fd === undefined || fd === 0 ? '' : fd)}<<${stripsTabs ? '-' : ''}${delimiter}`;
    }
    const { operator, target } = redirection;
    const standard = operator.startsWith('<') ? 0 : 1;
    if (operator === '<&' || operator === '>&') {
      const isFile = operator === '>&' && fd === undefined && !/^(\d+-?|-|\$.*)$/.test(target.text);
      if (isFile) return `&> ${target.text}`;
      return `${before || (fd ?? standard)}${target.text === '-' ? '>&' : operator}${target.text}`;
    }
    return `${before || (fd === undefined || fd === standard ? '' : fd)}${operator} ${target.text}`;
  }

  /** The bodies of the here-documents announced on the line. */
  #deferred(): void {
    if (this.#documents.length === 0) return;
    this.text += '\n';
    for (const { text, end } of this.#documents) this.text += `${text}${end}\n`;
    this.#documents = [];
  }
}
