/** Executes a parsed template. Models Go's text/template `exec.go`, error texts included. */
import { quote } from '../../base/go-quote.ts';
import { type Command, type Node, type Operand, type Pipe, source } from './ast.ts';
import { WrongArgument } from './functions.ts';
import type { ParsedTemplate } from './parse.ts';
import { sprint } from './print.ts';
import {
  GoFloat,
  GoMap,
  type GoMethod,
  GoNil,
  GoSlice,
  GoStruct,
  type GoValue,
  Missing,
  truth,
  typeName,
} from './value.ts';

/** The message is Go's: `template: :1:2: executing "" at <.Foo>: …`. */
export class TemplateError extends Error {
  /** What had been written when it failed. */
  readonly partial: string;
  constructor(message: string, partial: string) {
    super(message);
    this.partial = partial;
  }
}

export interface ExecuteOptions {
  readonly functions: ReadonlyMap<string, GoMethod>;
  /** The template's name, for error messages. */
  readonly name: string;
  /** `missingkey=error`: a map without the key is an error, not `<no value>`. */
  readonly missingKeyIsError?: boolean;
}

/** The text that a template makes of `data`. Throws `TemplateError`. */
export function execute(
  template: ParsedTemplate,
  text: string,
  data: GoValue,
  options: ExecuteOptions,
): string {
  return new Execution(template, text, options).run(data);
}

class Jump {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

class Execution {
  readonly #template: ParsedTemplate;
  readonly #text: string;
  readonly #options: ExecuteOptions;
  #variables: { name: string; value: GoValue }[] = [];
  #out = '';
  #depth = 0;
  /** What was looked at last: errors name it. */
  #node: Operand | Command | undefined;

  constructor(template: ParsedTemplate, text: string, options: ExecuteOptions) {
    this.#template = template;
    this.#text = text;
    this.#options = options;
  }

  run(data: GoValue): string {
    this.#variables = [{ name: '$', value: data }];
    this.#walkAll(data, this.#template.nodes);
    return this.#out;
  }

  #fail(at: { pos: number } | undefined, context: string, message: string): TemplateError {
    const pos = at?.pos ?? 0;
    const before = this.#text.slice(0, pos);
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf('\n') + 1)).length;
    const line = before.split('\n').length;
    return new TemplateError(
      `template: ${this.#options.name}:${line}:${column}: executing ${quote(this.#options.name)} at <${context}>: ${message}`,
      this.#out,
    );
  }

  #failHere(message: string): TemplateError {
    const node = this.#node;
    return this.#fail(node, node === undefined ? '' : source(node), message);
  }

  #failAt(node: Operand | Command, message: string): TemplateError {
    this.#node = node;
    return this.#failHere(message);
  }

  #walkAll(dot: GoValue, nodes: readonly Node[]): void {
    for (const node of nodes) this.#walk(dot, node);
  }

  #walk(dot: GoValue, node: Node): void {
    switch (node.kind) {
      case 'text':
        this.#out += node.text;
        return;
      case 'action': {
        const value = this.#pipe(dot, node.pipe);
        if (node.pipe.declares.length === 0) this.#print(value);
        return;
      }
      case 'break':
      case 'continue':
        throw new Jump(node.kind);
      case 'template': {
        const body = this.#template.defined.get(node.name);
        if (body === undefined)
          throw this.#fail(
            node,
            `{{template ${quote(node.name)}}}`,
            `template ${quote(node.name)} not defined`,
          );
        if (++this.#depth > 1000)
          throw this.#fail(
            node,
            `{{template ${quote(node.name)}}}`,
            'exceeded maximum template depth (100000)',
          );
        const value = node.pipe === undefined ? null : this.#pipe(dot, node.pipe);
        const variables = this.#variables;
        this.#variables = [{ name: '$', value }];
        this.#walkAll(value, body);
        this.#variables = variables;
        this.#depth--;
        return;
      }
      case 'range':
        this.#range(dot, node.pipe, node.list, node.otherwise ?? []);
        return;
      default: {
        const known = this.#variables.length;
        const value = this.#pipe(dot, node.pipe);
        const holds = truth(value);
        this.#walkAll(
          holds && node.kind === 'with' ? value : dot,
          holds ? node.list : (node.otherwise ?? []),
        );
        this.#variables.length = known;
      }
    }
  }

  #print(value: GoValue): void {
    if (value === null || value instanceof Missing) this.#out += '<no value>';
    else this.#out += sprint(value);
  }

  #range(dot: GoValue, pipe: Pipe, list: readonly Node[], otherwise: readonly Node[]): void {
    const known = this.#variables.length;
    const value = this.#pipe(dot, pipe, true);
    const turn = (key: GoValue, item: GoValue) => {
      const mark = this.#variables.length;
      const { declares } = pipe;
      const [keyName, itemName] = declares.length === 2 ? declares : [undefined, declares[0]];
      if (itemName !== undefined) this.#bind(itemName, item, pipe.assigns);
      if (keyName !== undefined) this.#bind(keyName, key, pipe.assigns);
      try {
        this.#walkAll(item, list);
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        if (error.kind === 'break') return false;
      } finally {
        this.#variables.length = mark;
      }
      return true;
    };
    let turns = 0;
    if (value instanceof GoSlice) {
      for (const [i, item] of value.items.entries()) {
        turns++;
        if (!turn(i, item)) break;
      }
    } else if (value instanceof GoMap) {
      for (const [key, item] of value.sorted()) {
        turns++;
        if (!turn(key, item)) break;
      }
    } else if (typeof value === 'number') {
      for (let i = 0; i < value; i++) {
        turns++;
        if (!turn(i, i)) break;
      }
    } else if (value !== null && !(value instanceof Missing))
      throw this.#failHere(`range can't iterate over ${sprint(value)}`);
    if (turns === 0) this.#walkAll(dot, otherwise);
    this.#variables.length = known;
  }

  #bind(name: string, value: GoValue, assigns: boolean): void {
    if (assigns) this.#variable(name)!.value = value;
    else this.#variables.push({ name, value });
  }

  #variable(name: string): { value: GoValue } | undefined {
    return this.#variables.findLast((variable) => variable.name === name);
  }

  #pipe(dot: GoValue, pipe: Pipe, inRange = false): GoValue {
    let value: GoValue | undefined;
    this.#node = pipe;
    for (const command of pipe.commands) value = this.#command(dot, command, value) ?? Missing.VALUE;
    if (!inRange) for (const name of pipe.declares) this.#bind(name, value!, pipe.assigns);
    return value!;
  }

  /** `final` is the value piped in, the last argument of the call. */
  #command(dot: GoValue, command: Command, final: GoValue | undefined): GoValue {
    const first = command.args[0]!;
    if (first.kind !== 'pipe') this.#node = first;
    switch (first.kind) {
      case 'identifier':
        return this.#function(dot, command, first.name, final);
      case 'field':
        return this.#fields(dot, first, first.path, dot, command.args.slice(1), final);
      case 'chain': {
        const of = this.#value(dot, first.of);
        return this.#fields(dot, first, first.path, of, command.args.slice(1), final);
      }
      case 'variable': {
        const value = this.#variable(first.path[0]!)!.value;
        if (first.path.length === 1) {
          this.#refuseArguments(command, final);
          return value;
        }
        return this.#fields(dot, first, first.path.slice(1), value, command.args.slice(1), final);
      }
      case 'pipe':
        this.#refuseArguments(command, final);
        return this.#pipe(dot, first);
      case 'nil':
        this.#refuseArguments(command, final);
        throw this.#failHere('nil is not a command');
      default:
        this.#refuseArguments(command, final);
        return this.#value(dot, first);
    }
  }

  #refuseArguments(command: Command, final: GoValue | undefined): void {
    if (command.args.length > 1 || final !== undefined)
      throw this.#failHere(`can't give argument to non-function ${source(command.args[0]!)}`);
  }

  #value(dot: GoValue, node: Operand): GoValue {
    this.#node = node;
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'bool':
      case 'string':
        return node.value;
      case 'number':
        return node.float ? new GoFloat(node.value) : node.value;
      case 'pipe':
        return this.#pipe(dot, node);
      default:
        return this.#command(dot, { kind: 'command', pos: node.pos, args: [node] }, undefined);
    }
  }

  #fields(
    dot: GoValue,
    node: Operand,
    path: readonly string[],
    receiver: GoValue,
    args: readonly Operand[],
    final: GoValue | undefined,
  ): GoValue {
    let value = receiver;
    for (const name of path.slice(0, -1)) value = this.#field(dot, node, name, value, [], undefined);
    return this.#field(dot, node, path.at(-1)!, value, args, final);
  }

  #field(
    dot: GoValue,
    node: Operand,
    name: string,
    receiver: GoValue,
    args: readonly Operand[],
    final: GoValue | undefined,
  ): GoValue {
    if (
      receiver instanceof Missing ||
      (receiver === null && this.#depth === 0 && receiver === this.#variables[0]?.value)
    ) {
      if (this.#options.missingKeyIsError) throw this.#failHere(`nil data; no entry for key ${quote(name)}`);
      return Missing.VALUE;
    }
    if (receiver === null) throw this.#failHere(`nil pointer evaluating interface {}.${name}`);
    if (receiver instanceof GoNil) throw this.#failHere(`nil pointer evaluating ${receiver.type}.${name}`);
    const hasArguments = args.length > 0 || final !== undefined;
    if (receiver instanceof GoStruct) {
      const method = receiver.methods.get(name);
      if (method !== undefined) return this.#call(dot, node, name, method, args, final);
      const field = receiver.fields.get(name);
      if (field !== undefined) {
        if (hasArguments) throw this.#failHere(`${name} has arguments but cannot be invoked as function`);
        return field;
      }
      throw this.#failHere(`can't evaluate field ${name} in type ${receiver.type}`);
    }
    if (receiver instanceof GoMap) {
      const method = receiver.methods.get(name);
      if (method !== undefined) return this.#call(dot, node, name, method, args, final);
      if (hasArguments) throw this.#failHere(`${name} is not a method but has arguments`);
      const found = receiver.entries.get(name);
      if (found !== undefined) return found;
      if (this.#options.missingKeyIsError) throw this.#failHere(`map has no entry for key ${quote(name)}`);
      return Missing.VALUE;
    }
    throw this.#failHere(
      `can't evaluate field ${name} in type ${this.#options.missingKeyIsError ? 'interface {}' : typeName(receiver)}`,
    );
  }

  #function(dot: GoValue, command: Command, name: string, final: GoValue | undefined): GoValue {
    const args = command.args.slice(1);
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, command, name, args, final);
    return this.#call(dot, command, name, this.#options.functions.get(name)!, args, final);
  }

  /** `and` and `or` evaluate no further than they must. */
  #shortCircuit(
    dot: GoValue,
    command: Command,
    name: 'and' | 'or',
    args: readonly Operand[],
    final: GoValue | undefined,
  ): GoValue {
    if (args.length === 0 && final === undefined)
      throw this.#fail(command, name, `wrong number of args for ${name}: want at least 1 got 0`);
    let value: GoValue = null;
    for (const arg of args) {
      value = this.#value(dot, arg);
      if (truth(value) === (name === 'or')) return value;
    }
    return final ?? value;
  }

  #call(
    dot: GoValue,
    node: Operand | Command,
    name: string,
    method: GoMethod,
    args: readonly Operand[],
    final: GoValue | undefined,
  ): GoValue {
    const isCall = name === 'call' && node.kind === 'command';
    const wanted = method.arity - (isCall ? 1 : 0);
    const count = args.length + (final === undefined ? 0 : 1);
    if (method.variadic ? count < wanted : count !== wanted)
      throw this.#failHere(
        `wrong number of args for ${name}: want ${method.variadic ? 'at least ' : ''}${wanted} got ${count}`,
      );
    const values: GoValue[] = [];
    // What was looked at last when an argument had its value.
    const seen: (Operand | Command | undefined)[] = [];
    for (const arg of args) {
      values.push(this.#value(dot, arg));
      seen.push(this.#node);
    }
    if (final !== undefined) values.push(final);
    try {
      return method.call(isCall ? [source(args[0] ?? node), ...values] : values);
    } catch (error) {
      if (error instanceof TemplateError || error instanceof Jump) throw error;
      if (error instanceof WrongArgument) {
        const at = values.indexOf(error.value);
        const arg = args[at];
        if (arg === undefined) throw this.#failHere(error.message);
        this.#node = seen[at];
        throw this.#failHere(
          LITERALS.has(arg.kind) ? `expected ${error.wanted}; found ${source(arg)}` : error.message,
        );
      }
      throw this.#failAt(node, `error calling ${name}: ${(error as Error).message}`);
    }
  }
}

const LITERALS: ReadonlySet<string> = new Set(['bool', 'string', 'number', 'nil']);
