import { isDocument, Moment, Pattern } from '../values.ts';
import {
  isHost,
  isTrue,
  memberOf,
  ShellError,
  type ShellFunction,
  Thrown,
  toNumber,
  toText,
} from './members.ts';
import type { Node, Statement } from './syntax.ts';

/** Where names stand for something. */
class Scope {
  readonly values = new Map<string, { value: unknown; constant: boolean }>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  find(name: string): { value: unknown; constant: boolean } | undefined {
    return this.values.get(name) ?? this.#outer?.find(name);
  }
}

type Completion = { how: 'return'; value: unknown } | { how: 'break' | 'continue' } | undefined;

/** How deep calls may be within one another. */
const DEEPEST = 400;

/** Runs programs one after another: what one declares the next knows. */
export class Interpreter {
  readonly #global = new Scope();
  readonly #lookup: (name: string) => unknown;
  readonly #pause: (kept: number) => Promise<void> | void;
  #last: unknown;
  #depth = 0;

  /**
   * @param lookup what the shell itself calls something; undefined for nothing
   * @param pause gives way to others, once a turn of a loop or a call, which may keep some bytes of memory
   */
  constructor(lookup: (name: string) => unknown, pause: (kept: number) => Promise<void> | void) {
    this.#lookup = lookup;
    this.#pause = pause;
  }

  /** Gives the value of the last expression. Throws `ShellError` and `Thrown`. */
  async run(program: readonly Statement[]): Promise<unknown> {
    this.#last = undefined;
    this.#depth = 0;
    for (const statement of program) {
      const completion = await this.#statement(statement, this.#global);
      if (completion !== undefined)
        throw new ShellError('SyntaxError', `'${completion.how}' outside of function or loop`);
    }
    return this.#last;
  }

  async #block(body: readonly Statement[], scope: Scope): Promise<Completion> {
    for (const statement of body) {
      const completion = await this.#statement(statement, scope);
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  async #statement(statement: Statement, scope: Scope): Promise<Completion> {
    switch (statement.kind) {
      case 'expression':
        this.#last = await this.#value(statement.value, scope);
        return undefined;
      case 'declare':
        for (const { name, value } of statement.names)
          scope.values.set(name, {
            value: value && (await this.#value(value, scope)),
            constant: statement.constant,
          });
        return undefined;
      case 'block':
        return this.#block(statement.body, new Scope(scope));
      case 'if':
        if (isTrue(await this.#value(statement.test, scope))) return this.#statement(statement.yes, scope);
        return statement.no && this.#statement(statement.no, scope);
      case 'while':
        return this.#loop(scope, statement.test, undefined, statement.body);
      case 'for': {
        const own = new Scope(scope);
        if (statement.first) await this.#statement(statement.first, own);
        return this.#loop(own, statement.test, statement.next, statement.body);
      }
      case 'each':
        return this.#each(statement, scope);
      case 'return':
        return { how: 'return', value: statement.value && (await this.#value(statement.value, scope)) };
      case 'throw':
        throw new Thrown(await this.#value(statement.value, scope));
      case 'try':
        return this.#try(statement, scope);
      case 'leave':
        return { how: statement.how };
    }
  }

  async #loop(
    scope: Scope,
    test: Node | undefined,
    next: Node | undefined,
    body: Statement,
  ): Promise<Completion> {
    while (test === undefined || isTrue(await this.#value(test, scope))) {
      await this.#pause(0);
      const completion = await this.#statement(body, new Scope(scope));
      if (completion?.how === 'break') break;
      if (completion?.how === 'return') return completion;
      if (next) await this.#value(next, scope);
    }
    return undefined;
  }

  async #each(
    { name, keys, value, body }: Extract<Statement, { kind: 'each' }>,
    scope: Scope,
  ): Promise<Completion> {
    const over = await this.#value(value, scope);
    for (const item of keys ? keysOf(over) : await this.#items(over)) {
      await this.#pause(0);
      const own = new Scope(scope);
      own.values.set(name, { value: item, constant: false });
      const completion = await this.#statement(body, own);
      if (completion?.how === 'break') break;
      if (completion?.how === 'return') return completion;
    }
    return undefined;
  }

  async #items(value: unknown): Promise<unknown[]> {
    if (Array.isArray(value)) return [...value];
    if (typeof value === 'string') return [...value];
    const all = isHost(value) ? value.get('toArray') : undefined;
    if (typeof all === 'function') return (await all()) as unknown[];
    throw new ShellError('TypeError', `${toText(value)} is not iterable`);
  }

  async #try(statement: Extract<Statement, { kind: 'try' }>, scope: Scope): Promise<Completion> {
    const { body, name, handler, last } = statement;
    let completion: Completion;
    try {
      completion = await this.#block(body, new Scope(scope));
    } catch (error) {
      if (handler === undefined || !(error instanceof ShellError || error instanceof Thrown)) throw error;
      const own = new Scope(scope);
      if (name !== undefined)
        own.values.set(name, { value: error instanceof Thrown ? error.value : error, constant: false });
      completion = await this.#block(handler, own);
    } finally {
      const before = this.#last;
      if (last !== undefined) await this.#block(last, new Scope(scope));
      this.#last = before;
    }
    return completion;
  }

  async #value(node: Node, scope: Scope): Promise<unknown> {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'regex':
        return new Pattern(node.source, node.flags);
      case 'template': {
        let text = node.texts[0]!;
        for (const [i, value] of node.values.entries())
          text += toText(await this.#value(value, scope)) + node.texts[i + 1];
        return text;
      }
      case 'name':
        return this.#named(node.name, scope);
      case 'array':
        return this.#list(node.items, scope);
      case 'object':
        return this.#object(node.entries, scope);
      case 'spread':
        throw new ShellError('SyntaxError', 'Unexpected token');
      case 'member': {
        const object = await this.#value(node.object, scope);
        if (node.optional && (object === undefined || object === null)) return undefined;
        return memberOf(object, toText(await this.#value(node.key, scope)));
      }
      case 'call':
        return this.#call(node, scope);
      case 'unary':
        return this.#unary(node.operator, node.value, scope);
      case 'binary':
        return this.#binary(node, scope);
      case 'choice':
        return this.#value(isTrue(await this.#value(node.test, scope)) ? node.yes : node.no, scope);
      case 'assign': {
        const given = await this.#value(node.value, scope);
        const value =
          node.operator === '='
            ? given
            : binary(node.operator.slice(0, -1), await this.#value(node.target, scope), given);
        await this.#assign(node.target, value, scope);
        return value;
      }
      case 'step': {
        const before = toNumber(await this.#value(node.target, scope));
        await this.#assign(node.target, before + node.by, scope);
        return node.prefix ? before + node.by : before;
      }
      case 'function':
        return this.#function(node, scope);
    }
  }

  #named(name: string, scope: Scope): unknown {
    const found = scope.find(name);
    if (found !== undefined) return found.value;
    const own = this.#lookup(name);
    if (own === undefined) throw new ShellError('ReferenceError', `${name} is not defined`);
    return own;
  }

  async #list(items: readonly Node[], scope: Scope): Promise<unknown[]> {
    const out: unknown[] = [];
    for (const item of items)
      if (item.kind === 'spread') out.push(...(await this.#items(await this.#value(item.value, scope))));
      else out.push(await this.#value(item, scope));
    return out;
  }

  async #object(
    entries: readonly { key: Node | undefined; value: Node }[],
    scope: Scope,
  ): Promise<Map<string, unknown>> {
    const out = new Map<string, unknown>();
    for (const { key, value } of entries) {
      const made = await this.#value(value, scope);
      if (key !== undefined) out.set(toText(await this.#value(key, scope)), made);
      else if (isDocument(made)) for (const [name, inner] of made) out.set(name, inner);
    }
    return out;
  }

  async #call({ callee, args, isNew }: Extract<Node, { kind: 'call' }>, scope: Scope): Promise<unknown> {
    const called = await this.#value(callee, scope);
    if (callee.kind === 'member' && callee.optional && called === undefined) return undefined;
    if (typeof called !== 'function')
      throw new ShellError('TypeError', `${sourceOf(callee)} is not a ${isNew ? 'constructor' : 'function'}`);
    const given = await this.#list(args, scope);
    if (++this.#depth > DEEPEST) throw new ShellError('RangeError', 'Maximum call stack size exceeded');
    // What is added to a list is kept; whether it is ever let go nobody here can tell.
    const isAdding = callee.kind === 'member' && callee.key.kind === 'literal' && callee.key.value === 'push';
    await this.#pause(isAdding ? given.length * 16 : 0);
    const result = await (called as ShellFunction)(...given);
    this.#depth--;
    return result;
  }

  async #unary(operator: string, value: Node, scope: Scope): Promise<unknown> {
    if (
      operator === 'typeof' &&
      value.kind === 'name' &&
      scope.find(value.name) === undefined &&
      this.#lookup(value.name) === undefined
    )
      return 'undefined';
    const of = await this.#value(value, scope);
    switch (operator) {
      case '!':
        return !isTrue(of);
      case '-':
        return -toNumber(of);
      case '+':
        return toNumber(of);
      case '~':
        return ~toNumber(of);
      case 'typeof':
        return of === undefined
          ? 'undefined'
          : ['string', 'number', 'boolean', 'function'].includes(typeof of)
            ? typeof of
            : 'object';
      default:
        return operator === 'void' ? undefined : of;
    }
  }

  async #binary(
    { operator, left, right }: Extract<Node, { kind: 'binary' }>,
    scope: Scope,
  ): Promise<unknown> {
    const a = await this.#value(left, scope);
    if (operator === '&&') return isTrue(a) ? this.#value(right, scope) : a;
    if (operator === '||') return isTrue(a) ? a : this.#value(right, scope);
    if (operator === '??') return a ?? this.#value(right, scope);
    return binary(operator, a, await this.#value(right, scope));
  }

  async #assign(target: Node, value: unknown, scope: Scope): Promise<void> {
    if (target.kind === 'name') {
      const found = scope.find(target.name);
      if (found?.constant) throw new ShellError('TypeError', 'Assignment to constant variable.');
      if (found === undefined) this.#global.values.set(target.name, { value, constant: false });
      else found.value = value;
      return;
    }
    if (target.kind !== 'member')
      throw new ShellError('SyntaxError', 'Invalid left-hand side in assignment expression.');
    const object = await this.#value(target.object, scope);
    const key = toText(await this.#value(target.key, scope));
    if (isDocument(object)) (object as Map<string, unknown>).set(key, value);
    else if (Array.isArray(object) && /^\d{1,6}$/.test(key)) object[Number(key)] = value;
    else throw new ShellError('TypeError', `Cannot set properties of ${toText(object)} (setting '${key}')`);
  }

  #function({ name, parameters, body }: Extract<Node, { kind: 'function' }>, scope: Scope): ShellFunction {
    const call = async (...args: unknown[]): Promise<unknown> => {
      const own = new Scope(scope);
      for (const [i, parameter] of parameters.entries())
        own.values.set(parameter, { value: args[i], constant: false });
      if (!Array.isArray(body)) return this.#value(body, own);
      const before = this.#last;
      const completion = await this.#block(body, own);
      this.#last = before;
      return completion?.how === 'return' ? completion.value : undefined;
    };
    Object.defineProperty(call, 'name', { value: name });
    return call;
  }
}

const keysOf = (value: unknown): string[] =>
  isDocument(value) ? [...value.keys()] : Array.isArray(value) ? value.map((_, i) => String(i)) : [];

function binary(operator: string, a: unknown, b: unknown): unknown {
  const isText = typeof a === 'string' && typeof b === 'string';
  switch (operator) {
    case ',':
      return b;
    case '+':
      if (typeof a === 'number' && typeof b === 'number') return a + b;
      return typeof a === 'object' || typeof b === 'object' || typeof a === 'string' || typeof b === 'string'
        ? toText(a) + toText(b)
        : toNumber(a) + toNumber(b);
    case '-':
      return toNumber(a) - toNumber(b);
    case '*':
      return toNumber(a) * toNumber(b);
    case '/':
      return toNumber(a) / toNumber(b);
    case '%':
      return toNumber(a) % toNumber(b);
    case '**':
      return toNumber(a) ** toNumber(b);
    case '|':
      return toNumber(a) | toNumber(b);
    case '&':
      return toNumber(a) & toNumber(b);
    case '^':
      return toNumber(a) ^ toNumber(b);
    case '===':
      return a === b;
    case '!==':
      return a !== b;
    case '==':
      return same(a, b);
    case '!=':
      return !same(a, b);
    case '<':
      return isText ? a < b : toNumber(a) < toNumber(b);
    case '>':
      return isText ? a > b : toNumber(a) > toNumber(b);
    case '<=':
      return isText ? a <= b : toNumber(a) <= toNumber(b);
    case '>=':
      return isText ? a >= b : toNumber(a) >= toNumber(b);
    case 'in':
      return keysOf(b).includes(toText(a));
    default:
      throw new ShellError('SyntaxError', `'${operator}' of JavaScript is not simulated in Drydock`);
  }
}

function same(a: unknown, b: unknown): boolean {
  if ((a ?? undefined) === undefined || (b ?? undefined) === undefined)
    return (a ?? undefined) === (b ?? undefined);
  if (typeof a === typeof b || a instanceof Moment) return a === b;
  return toText(a) === toText(b);
}

/** How a callee is named in a complaint. */
function sourceOf(node: Node): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'call') return `${sourceOf(node.callee)}(...)`;
  if (node.kind === 'member' && node.key.kind === 'literal')
    return `${sourceOf(node.object)}.${toText(node.key.value)}`;
  return '(intermediate value)';
}
