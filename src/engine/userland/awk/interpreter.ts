import type { MaybePromise } from '../../base/maybe-promise.ts';
import { heapOf } from '../lib/heap.ts';
import type { Stdio } from '../lib/stdio.ts';
import { callBuiltin, type Evaluation, Random } from './builtins.ts';
import { MainInput } from './main-input.ts';
import { CurrentRecord } from './record.ts';
import { Regexes } from './regexes.ts';
import { sprintf } from './sprintf.ts';
import { Streams } from './streams.ts';
import type { AwkProgram, Expr, Rule, Stmt } from './syntax.ts';
import { AwkError, arithmetic, compare, NOTHING, numberOf, Outside, truthOf, type Value } from './value.ts';
import { type Frame, Variables } from './variables.ts';

/** How control leaves a statement. */
class Jump {
  readonly kind: 'next' | 'nextfile' | 'break' | 'continue' | 'exit' | 'return';
  readonly value: Value;

  constructor(kind: Jump['kind'], value: Value = NOTHING) {
    this.kind = kind;
    this.value = value;
  }
}

/** What an element of an array takes beside its key, in bytes. */
const ELEMENT_SIZE = 160;

/** Runs a program: its rules over the records, statements and expressions. */
export class Interpreter {
  readonly #io: Stdio;
  readonly #program: AwkProgram;
  readonly #streams: Streams;
  readonly #variables = new Variables();
  readonly #regexes = new Regexes();
  readonly #record = new CurrentRecord(this.#variables, this.#regexes);
  readonly #input: MainInput;
  readonly #evaluation: Evaluation;
  #exit = 0;

  constructor(io: Stdio, program: AwkProgram) {
    this.#io = io;
    this.#program = program;
    this.#streams = new Streams(io);
    this.#input = new MainInput(io, this.#variables, this.#streams);
    this.#evaluation = {
      io,
      variables: this.#variables,
      record: this.#record,
      regexes: this.#regexes,
      streams: this.#streams,
      random: new Random(),
      evaluate: (expr) => this.#eval(expr),
      store: (target, value) => this.#store(target, value),
      pattern: (expr) => this.#pattern(expr),
    };
    this.#variables.arrays.set(
      'ENVIRON',
      new Map([...io.env].map(([name, value]) => [name, new Outside(value)])),
    );
  }

  /** `-v NAME=VALUE` and operands of that form. */
  assign(text: string): void {
    this.#variables.assign(text);
  }

  async run(args: readonly string[]): Promise<number> {
    const all: [string, Value][] = ['awk', ...args].map((arg, i) => [String(i), new Outside(arg)]);
    this.#variables.arrays.set('ARGV', new Map(all));
    this.#variables.globals.set('ARGC', all.length);
    const { rules } = this.#program;
    const phase = async (wanted: 'BEGIN' | 'END') => {
      for (const rule of rules) if (rule.pattern === wanted) await this.#do(rule.action!);
    };
    try {
      let ended = false;
      try {
        await phase('BEGIN');
        const reads = rules.some(({ pattern }) => pattern !== 'BEGIN');
        for (;;) {
          const text = reads ? await this.#input.next() : undefined;
          if (text === undefined) break;
          this.#record.set(text);
          await this.#rules(rules);
        }
      } catch (jump) {
        if (!(jump instanceof Jump) || jump.kind !== 'exit') throw jump;
        ended = jump.value === NOTHING && rules.length === 0;
      }
      if (!ended) await phase('END');
    } catch (jump) {
      if (!(jump instanceof Jump) || jump.kind !== 'exit') throw jump;
    }
    await this.#streams.closeAll();
    return this.#exit;
  }

  async #rules(rules: readonly Rule[]): Promise<void> {
    try {
      for (const rule of rules) {
        const { pattern } = rule;
        if (pattern === 'BEGIN' || pattern === 'END') continue;
        if (pattern && !(await this.#selects(rule, pattern))) continue;
        if (rule.action) await this.#do(rule.action);
        else await this.#write(this.#io.stdout, this.#record.text + this.#variables.special('ORS'));
      }
    } catch (jump) {
      if (!(jump instanceof Jump)) throw jump;
      if (jump.kind === 'nextfile') await this.#input.close();
      else if (jump.kind !== 'next') throw jump;
    }
  }

  async #selects(rule: Rule, { from, to }: { from: Expr; to: Expr | undefined }): Promise<boolean> {
    if (!to) return truthOf(await this.#eval(from));
    if (!rule.active && !truthOf(await this.#eval(from))) return false;
    rule.active = !truthOf(await this.#eval(to));
    return true;
  }

  async #pattern(expr: Expr): Promise<RegExp> {
    return this.#regexes.of(
      expr.kind === 'regex' ? expr.source : this.#variables.text(await this.#eval(expr)),
    );
  }

  #variable(name: string): Value {
    if (name === 'NF' && !this.#variables.isLocal(name)) this.#record.split();
    return this.#variables.get(name);
  }

  #setVariable(name: string, value: Value): void {
    const special = !this.#variables.isLocal(name);
    // The record in hand is split by what FS was.
    if (special && (name === 'NF' || name === 'FS')) this.#record.split();
    this.#variables.set(name, value);
    if (special && name === 'NF') this.#record.resize(numberOf(value));
  }

  async #subscript(exprs: readonly Expr[]): Promise<string> {
    const parts: string[] = [];
    for (const expr of exprs) parts.push(this.#variables.text(await this.#eval(expr)));
    return parts.join(this.#variables.special('SUBSEP'));
  }

  async #store(target: Expr, value: Value): Promise<void> {
    if (target.kind === 'variable') this.#setVariable(target.name, value);
    else if (target.kind === 'field')
      this.#record.setField(Math.trunc(numberOf(await this.#eval(target.index))), value);
    else if (target.kind === 'element') {
      const array = this.#variables.array(target.name);
      const key = await this.#subscript(target.subscripts);
      const told = array.has(key) ? undefined : heapOf(this.#io.sys).keep(ELEMENT_SIZE + key.length);
      if (told) await told;
      array.set(key, value);
    } else if (target.kind === 'group') await this.#store(target.inner, value);
  }

  // Expressions ----------------------------------------------------------------------------------------

  /** Simple expressions answer at once: most programs are made of them. */
  #eval(expr: Expr): MaybePromise<Value> {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return expr.value;
      case 'variable':
        return this.#variable(expr.name);
      case 'field':
        if (expr.index.kind === 'number') return this.#record.field(expr.index.value);
        break;
      case 'regex': {
        const regex = this.#regexes.of(expr.source);
        regex.lastIndex = 0;
        return Number(regex.test(this.#record.text));
      }
      case 'group':
        return this.#eval(expr.inner);
    }
    return this.#evalSlowly(expr);
  }

  async #evalSlowly(expr: Expr): Promise<Value> {
    switch (expr.kind) {
      case 'field': {
        const index = Math.trunc(numberOf(await this.#eval(expr.index)));
        if (index < 0) throw new AwkError(`trying to access out of range field ${index}`);
        return this.#record.field(index);
      }
      case 'element': {
        const array = this.#variables.array(expr.name);
        const key = await this.#subscript(expr.subscripts);
        const value = array.get(key);
        if (value === undefined) array.set(key, NOTHING);
        return value ?? NOTHING;
      }
      case 'assign': {
        let value = await this.#eval(expr.value);
        if (expr.operator !== '')
          value = arithmetic(expr.operator, numberOf(await this.#eval(expr.target)), numberOf(value));
        await this.#store(expr.target, value);
        return value;
      }
      case 'conditional':
        return this.#eval(truthOf(await this.#eval(expr.test)) ? expr.then : expr.otherwise);
      case 'and':
        return Number(truthOf(await this.#eval(expr.left)) && truthOf(await this.#eval(expr.right)));
      case 'or':
        return Number(truthOf(await this.#eval(expr.left)) || truthOf(await this.#eval(expr.right)));
      case 'in':
        return Number(this.#variables.array(expr.name).has(await this.#subscript(expr.subscripts)));
      case 'match': {
        const text = this.#variables.text(await this.#eval(expr.left));
        const regex = await this.#pattern(expr.right);
        regex.lastIndex = 0;
        return Number(regex.test(text) !== expr.negated);
      }
      case 'compare': {
        const left = await this.#eval(expr.left);
        const order = compare(left, await this.#eval(expr.right), (value) => this.#variables.text(value));
        return Number(
          {
            '<': order < 0,
            '<=': order <= 0,
            '==': order === 0,
            '!=': order !== 0,
            '>': order > 0,
            '>=': order >= 0,
          }[expr.operator],
        );
      }
      case 'arithmetic': {
        const left = numberOf(await this.#eval(expr.left));
        return arithmetic(expr.operator, left, numberOf(await this.#eval(expr.right)));
      }
      case 'concat': {
        const left = this.#variables.text(await this.#eval(expr.left));
        return left + this.#variables.text(await this.#eval(expr.right));
      }
      case 'unary': {
        const value = await this.#eval(expr.operand);
        return expr.operator === '!'
          ? Number(!truthOf(value))
          : expr.operator === '-'
            ? -numberOf(value)
            : numberOf(value);
      }
      case 'increment': {
        const before = numberOf(await this.#eval(expr.target));
        await this.#store(expr.target, before + expr.by);
        return expr.prefix ? before + expr.by : before;
      }
      case 'call':
        return this.#call(expr.name, expr.args);
      case 'builtin':
        return callBuiltin(this.#evaluation, expr.name, expr.args);
      case 'getline':
        return this.#getline(expr);
    }
    return this.#eval(expr);
  }

  async #getline({ target, source }: Extract<Expr, { kind: 'getline' }>): Promise<Value> {
    let text: string | undefined;
    if (!source) text = await this.#input.next();
    else {
      const input = await this.#streams.reader(
        source.kind,
        this.#variables.text(await this.#eval(source.from)),
      );
      if (!input) return -1;
      text = await this.#input.read(input);
      if (text !== undefined && source.kind === 'command')
        this.#variables.globals.set('NR', numberOf(this.#variables.globals.get('NR')!) + 1);
    }
    if (text === undefined) return 0;
    if (target) await this.#store(target, new Outside(text));
    else this.#record.set(text);
    return 1;
  }

  async #call(name: string, args: readonly Expr[]): Promise<Value> {
    const called = this.#program.functions.get(name);
    if (!called) throw new AwkError(`function ${name} never defined`);
    const frame: Frame = new Map();
    for (const [i, parameter] of called.parameters.entries()) {
      const arg = args[i];
      if (arg === undefined) {
        frame.set(parameter, NOTHING);
        continue;
      }
      // A bare name may be an array, which is passed as itself; one not used yet becomes whichever it is used as.
      if (arg.kind === 'variable' && this.#variables.mayBeArray(arg.name))
        frame.set(parameter, this.#variables.array(arg.name));
      else frame.set(parameter, await this.#eval(arg));
    }
    const saved = this.#variables.frame;
    this.#variables.frame = frame;
    try {
      await this.#do(called.body);
      return NOTHING;
    } catch (jump) {
      if (jump instanceof Jump && jump.kind === 'return') return jump.value;
      throw jump;
    } finally {
      this.#variables.frame = saved;
    }
  }

  // Statements -----------------------------------------------------------------------------------------

  async #do(stmt: Stmt): Promise<void> {
    switch (stmt.kind) {
      case 'block':
        for (const inner of stmt.body) await this.#do(inner);
        return;
      case 'expr':
        await this.#eval(stmt.value);
        return;
      case 'print':
        return this.#print(stmt);
      case 'if':
        if (truthOf(await this.#eval(stmt.test))) await this.#do(stmt.then);
        else if (stmt.otherwise) await this.#do(stmt.otherwise);
        return;
      case 'while':
        while (truthOf(await this.#eval(stmt.test))) if (!(await this.#turn(stmt.body))) return;
        return;
      case 'do':
        do if (!(await this.#turn(stmt.body))) return;
        while (truthOf(await this.#eval(stmt.test)));
        return;
      case 'for':
        if (stmt.start) await this.#do(stmt.start);
        while (!stmt.test || truthOf(await this.#eval(stmt.test))) {
          if (!(await this.#turn(stmt.body))) return;
          if (stmt.step) await this.#do(stmt.step);
        }
        return;
      case 'each':
        for (const key of [...this.#variables.array(stmt.name).keys()]) {
          this.#setVariable(stmt.variable, new Outside(key));
          if (!(await this.#turn(stmt.body))) return;
        }
        return;
      case 'delete':
        if (stmt.subscripts) this.#variables.array(stmt.name).delete(await this.#subscript(stmt.subscripts));
        else this.#variables.array(stmt.name).clear();
        return;
      case 'exit':
        if (stmt.value) this.#exit = numberOf(await this.#eval(stmt.value)) & 255;
        throw new Jump('exit');
      case 'return':
        throw new Jump('return', stmt.value ? await this.#eval(stmt.value) : NOTHING);
      default:
        throw new Jump(stmt.kind);
    }
  }

  /** One turn of a loop; false when it is to be left. */
  async #turn(body: Stmt): Promise<boolean> {
    const pause = this.#io.process.work(1);
    if (pause) await pause;
    try {
      await this.#do(body);
    } catch (jump) {
      if (!(jump instanceof Jump) || (jump.kind !== 'break' && jump.kind !== 'continue')) throw jump;
      return jump.kind === 'continue';
    }
    return true;
  }

  async #print({ args, format, to }: Extract<Stmt, { kind: 'print' }>): Promise<void> {
    const values: Value[] = [];
    for (const arg of args) {
      const value = this.#eval(arg);
      values.push(value instanceof Promise ? await value : value);
    }
    const text = format
      ? sprintf(this.#variables.text(values[0] ?? ''), values.slice(1), (value) =>
          this.#variables.text(value),
        )
      : (values.length === 0
          ? this.#record.text
          : values.map((value) => this.#variables.text(value, 'OFMT')).join(this.#variables.special('OFS'))) +
        this.#variables.special('ORS');
    const out = to
      ? await this.#streams.writer(to.kind, this.#variables.text(await this.#eval(to.target)))
      : this.#io.stdout;
    await this.#write(out, text);
  }

  #write(out: { write(text: string): MaybePromise<void> }, text: string): MaybePromise<void> {
    return out.write(text);
  }
}
