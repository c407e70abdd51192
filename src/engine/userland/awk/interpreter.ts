import { isErrno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import { printf } from '../lib/printf.ts';
import { compileRegex } from '../lib/regex.ts';
import { shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { unescaped } from './lex.ts';
import { Streams } from './streams.ts';
import type { AwkProgram, Expr, Rule, Stmt } from './syntax.ts';

/** A value: a number, a text, or a text from outside that counts as a number if it looks like one. */
export type Value = number | string | Outside;

class Outside {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const NOTHING = new Outside('');
const NUMERIC = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;
const looksNumeric = (text: string): boolean => NUMERIC.test(text);

type AwkArray = Map<string, Value>;

/** A fault at run time. */
export class AwkError extends Error {}

class Jump {
  readonly kind: 'next' | 'nextfile' | 'break' | 'continue' | 'exit' | 'return';
  readonly value: Value;

  constructor(kind: Jump['kind'], value: Value = NOTHING) {
    this.kind = kind;
    this.value = value;
  }
}

export class Interpreter {
  readonly #io: Stdio;
  readonly #program: AwkProgram;
  readonly #streams: Streams;
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, AwkArray>();
  #frame: Map<string, Value | AwkArray> | undefined;
  #record = '';
  #fields: Value[] = [];
  #split = true;
  #files: string[] | undefined;
  #input: Input | undefined;
  #exit = 0;
  #seed = 0;
  #random = 1;
  readonly #regexes = new Map<string, RegExp>();

  constructor(io: Stdio, program: AwkProgram) {
    this.#io = io;
    this.#program = program;
    this.#streams = new Streams(io);
    const values: Record<string, Value> = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      FNR: 0,
      NF: 0,
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: NOTHING,
    };
    for (const [name, value] of Object.entries(values)) this.#globals.set(name, value);
    this.#arrays.set('ENVIRON', new Map([...io.env].map(([name, value]) => [name, new Outside(value)])));
  }

  /** `-v NAME=VALUE` and operands of that form. */
  assign(text: string): void {
    const equals = text.indexOf('=');
    this.#globals.set(text.slice(0, equals), new Outside(unescaped(text.slice(equals + 1))));
  }

  async run(args: readonly string[]): Promise<number> {
    const all: [string, Value][] = ['awk', ...args].map((arg, i) => [String(i), new Outside(arg)]);
    this.#arrays.set('ARGV', new Map(all));
    this.#globals.set('ARGC', all.length);
    const { rules } = this.#program;
    const phase = async (wanted: 'BEGIN' | 'END') => {
      for (const rule of rules) if (rule.pattern === wanted) await this.#do(rule.action!);
    };
    try {
      let ended = false;
      try {
        await phase('BEGIN');
        const reads = rules.some(({ pattern }) => pattern !== 'BEGIN');
        while (reads && (await this.#nextRecord())) await this.#rules(rules);
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
        else
          await this.#write(this.#io.stdout, this.#wholeRecord() + this.#string(this.#globals.get('ORS')!));
      }
    } catch (jump) {
      if (!(jump instanceof Jump)) throw jump;
      if (jump.kind === 'nextfile') await this.#closeInput();
      else if (jump.kind !== 'next') throw jump;
    }
  }

  async #selects(rule: Rule, { from, to }: { from: Expr; to: Expr | undefined }): Promise<boolean> {
    if (!to) return this.#truth(await this.#eval(from));
    if (!rule.active && !this.#truth(await this.#eval(from))) return false;
    rule.active = !this.#truth(await this.#eval(to));
    return true;
  }

  // Input ----------------------------------------------------------------------------------------------

  async #nextRecord(): Promise<boolean> {
    const text = await this.#mainRecord();
    if (text === undefined) return false;
    this.#setRecord(text);
    return true;
  }

  async #mainRecord(): Promise<string | undefined> {
    for (;;) {
      if (!this.#input && !(await this.#openNext())) return undefined;
      let text: string | undefined;
      try {
        text = await this.#readRecord(this.#input!);
      } catch (error) {
        if (!isErrno(error)) throw error;
        throw new AwkError(`read error (${error.message})`);
      }
      if (text !== undefined) {
        this.#globals.set('NR', this.#number(this.#globals.get('NR')!) + 1);
        this.#globals.set('FNR', this.#number(this.#globals.get('FNR')!) + 1);
        const pause = this.#io.process.work(3);
        if (pause) await pause;
        return text;
      }
      await this.#closeInput();
    }
  }

  async #closeInput(): Promise<void> {
    if (this.#input && this.#input.fd !== 0) await this.#io.sys.close(this.#input.fd);
    this.#input = undefined;
  }

  async #openNext(): Promise<boolean> {
    if (this.#files === undefined) {
      const argv = this.#arrays.get('ARGV')!;
      this.#files = [];
      for (let i = 1; i < this.#number(this.#globals.get('ARGC')!); i++) {
        const text = this.#string(argv.get(String(i)) ?? NOTHING);
        if (text !== '') this.#files.push(text);
      }
      if (!this.#files.some((name) => !/^[A-Za-z_]\w*=/.test(name))) this.#files.push('-');
    }
    for (;;) {
      const name = this.#files.shift();
      if (name === undefined) return false;
      if (/^[A-Za-z_]\w*=/.test(name)) {
        this.assign(name);
        continue;
      }
      this.#globals.set('FNR', 0);
      this.#globals.set('FILENAME', name === '-' ? NOTHING : new Outside(name));
      if (name === '-') this.#input = this.#io.stdin;
      else {
        try {
          this.#input = new Input(this.#io.sys, await this.#io.sys.open(name, 0));
        } catch (error) {
          if (!isErrno(error)) throw error;
          await this.#streams.flush();
          this.#exit = 2;
          throw new AwkError(`cannot open ${JSON.stringify(name)} (${error.message})`);
        }
      }
      return true;
    }
  }

  async #readRecord(input: Input): Promise<string | undefined> {
    const separator = this.#string(this.#globals.get('RS')!);
    if (separator === '') return this.#readParagraph(input);
    const delimiter = separator.charCodeAt(0);
    const next = input.bytesUntil(delimiter);
    const bytes = next instanceof Promise ? await next : next;
    if (bytes === undefined) return undefined;
    return bytesToText(bytes.at(-1) === delimiter ? bytes.subarray(0, -1) : bytes);
  }

  async #readParagraph(input: Input): Promise<string | undefined> {
    const lines: string[] = [];
    for (;;) {
      const line = await input.line();
      if (line === undefined) break;
      if (line !== '') lines.push(line);
      else if (lines.length > 0) break;
    }
    return lines.length === 0 ? undefined : lines.join('\n');
  }

  #setRecord(text: string): void {
    this.#record = text;
    this.#split = false;
  }

  #splitRecord(): void {
    if (this.#split) return;
    this.#split = true;
    this.#fields = this.#pieces(this.#record, this.#globals.get('FS')!).map((piece) => new Outside(piece));
    this.#globals.set('NF', this.#fields.length);
  }

  #pieces(text: string, separator: Value, regex?: RegExp): string[] {
    if (text === '') return [];
    const by = this.#string(separator);
    if (!regex && by === ' ')
      return text.split(/[ \t\n]+/).filter((piece, i, all) => piece !== '' || (i > 0 && i < all.length - 1));
    if (!regex && by === '') return [...text];
    const paragraphs = this.#string(this.#globals.get('RS')!) === '';
    if (!regex && by.length === 1 && by !== '\\' && !paragraphs) return text.split(by);
    const pattern = regex ?? this.#regex(by);
    return text.split(
      new RegExp(paragraphs ? `${withoutGroups(pattern.source)}|\\n` : withoutGroups(pattern.source), 'su'),
    );
  }

  #wholeRecord(): string {
    return this.#record;
  }

  #field(index: number): Value {
    if (index === 0) return new Outside(this.#record);
    this.#splitRecord();
    return this.#fields[index - 1] ?? NOTHING;
  }

  #setField(index: number, value: Value): void {
    if (index < 0) throw new AwkError(`trying to access out of range field ${index}`);
    if (index === 0) {
      this.#setRecord(this.#string(value));
      return;
    }
    this.#splitRecord();
    while (this.#fields.length < index) this.#fields.push(NOTHING);
    this.#fields[index - 1] = value;
    this.#globals.set('NF', this.#fields.length);
    this.#rebuild();
  }

  #rebuild(): void {
    const separator = this.#string(this.#globals.get('OFS')!);
    this.#record = this.#fields.map((field) => this.#string(field)).join(separator);
  }

  // Values ---------------------------------------------------------------------------------------------

  #number(value: Value): number {
    if (typeof value === 'number') return value;
    const text = typeof value === 'string' ? value : value.text;
    const match = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text);
    return match ? Number(match[0]) : 0;
  }

  #string(value: Value, format = 'CONVFMT'): string {
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return value.text;
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    return this.#sprintf(this.#string(this.#globals.get(format) ?? '%.6g'), [value]);
  }

  #truth(value: Value): boolean {
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'string') return value !== '';
    return looksNumeric(value.text) ? Number(value.text) !== 0 : value.text !== '';
  }

  #compare(a: Value, b: Value): number {
    const numeric = (value: Value) =>
      typeof value === 'number' ||
      value === NOTHING ||
      (value instanceof Outside && looksNumeric(value.text));
    const [x, y] =
      numeric(a) && numeric(b) ? [this.#number(a), this.#number(b)] : [this.#string(a), this.#string(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }

  #regex(source: string): RegExp {
    let regex = this.#regexes.get(source);
    if (!regex) {
      regex = compileRegex(source, { extended: true, global: true });
      this.#regexes.set(source, regex);
    }
    return regex;
  }

  async #pattern(expr: Expr): Promise<RegExp> {
    return this.#regex(expr.kind === 'regex' ? expr.source : this.#string(await this.#eval(expr)));
  }

  #variable(name: string): Value {
    const local = this.#frame?.get(name);
    if (this.#frame?.has(name)) return local instanceof Map ? NOTHING : (local ?? NOTHING);
    if (name === 'NF') this.#splitRecord();
    return this.#globals.get(name) ?? NOTHING;
  }

  #setVariable(name: string, value: Value): void {
    if (this.#frame?.has(name)) {
      this.#frame.set(name, value);
      return;
    }
    if (name === 'NF') this.#splitRecord();
    // The record in hand is split by what FS was.
    if (name === 'FS') this.#splitRecord();
    this.#globals.set(name, value);
    if (name === 'NF') {
      const count = this.#number(value);
      while (this.#fields.length < count) this.#fields.push(NOTHING);
      this.#fields.length = count;
      this.#rebuild();
    }
  }

  #array(name: string): AwkArray {
    if (this.#frame?.has(name)) {
      let local = this.#frame.get(name);
      if (!(local instanceof Map)) {
        local = new Map();
        this.#frame.set(name, local);
      }
      return local;
    }
    let array = this.#arrays.get(name);
    if (!array) {
      array = new Map();
      this.#arrays.set(name, array);
    }
    return array;
  }

  async #subscript(exprs: readonly Expr[]): Promise<string> {
    const parts: string[] = [];
    for (const expr of exprs) parts.push(this.#string(await this.#eval(expr)));
    return parts.join(this.#string(this.#globals.get('SUBSEP')!));
  }

  async #store(target: Expr, value: Value): Promise<void> {
    if (target.kind === 'variable') this.#setVariable(target.name, value);
    else if (target.kind === 'field')
      this.#setField(Math.trunc(this.#number(await this.#eval(target.index))), value);
    else if (target.kind === 'element')
      this.#array(target.name).set(await this.#subscript(target.subscripts), value);
    else if (target.kind === 'group') await this.#store(target.inner, value);
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
        if (expr.index.kind === 'number') return this.#field(expr.index.value);
        break;
      case 'regex': {
        const regex = this.#regex(expr.source);
        regex.lastIndex = 0;
        return Number(regex.test(this.#record));
      }
      case 'group':
        return this.#eval(expr.inner);
    }
    return this.#evalSlowly(expr);
  }

  async #evalSlowly(expr: Expr): Promise<Value> {
    switch (expr.kind) {
      case 'field': {
        const index = Math.trunc(this.#number(await this.#eval(expr.index)));
        if (index < 0) throw new AwkError(`trying to access out of range field ${index}`);
        return this.#field(index);
      }
      case 'element': {
        const array = this.#array(expr.name);
        const key = await this.#subscript(expr.subscripts);
        const value = array.get(key);
        if (value === undefined) array.set(key, NOTHING);
        return value ?? NOTHING;
      }
      case 'assign': {
        let value = await this.#eval(expr.value);
        if (expr.operator !== '')
          value = arithmetic(expr.operator, this.#number(await this.#eval(expr.target)), this.#number(value));
        await this.#store(expr.target, value);
        return value;
      }
      case 'conditional':
        return this.#eval(this.#truth(await this.#eval(expr.test)) ? expr.then : expr.otherwise);
      case 'and':
        return Number(this.#truth(await this.#eval(expr.left)) && this.#truth(await this.#eval(expr.right)));
      case 'or':
        return Number(this.#truth(await this.#eval(expr.left)) || this.#truth(await this.#eval(expr.right)));
      case 'in':
        return Number(this.#array(expr.name).has(await this.#subscript(expr.subscripts)));
      case 'match': {
        const text = this.#string(await this.#eval(expr.left));
        const regex = await this.#pattern(expr.right);
        regex.lastIndex = 0;
        return Number(regex.test(text) !== expr.negated);
      }
      case 'compare': {
        const left = await this.#eval(expr.left);
        const order = this.#compare(left, await this.#eval(expr.right));
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
        const left = this.#number(await this.#eval(expr.left));
        return arithmetic(expr.operator, left, this.#number(await this.#eval(expr.right)));
      }
      case 'concat': {
        const left = this.#string(await this.#eval(expr.left));
        return left + this.#string(await this.#eval(expr.right));
      }
      case 'unary': {
        const value = await this.#eval(expr.operand);
        return expr.operator === '!'
          ? Number(!this.#truth(value))
          : expr.operator === '-'
            ? -this.#number(value)
            : this.#number(value);
      }
      case 'increment': {
        const before = this.#number(await this.#eval(expr.target));
        await this.#store(expr.target, before + expr.by);
        return expr.prefix ? before + expr.by : before;
      }
      case 'call':
        return this.#call(expr.name, expr.args);
      case 'builtin':
        return this.#builtin(expr.name, expr.args);
      case 'getline':
        return this.#getline(expr);
    }
    return this.#eval(expr);
  }

  async #getline({ target, source }: Extract<Expr, { kind: 'getline' }>): Promise<Value> {
    let text: string | undefined;
    if (!source) text = await this.#mainRecord();
    else {
      const input = await this.#streams.reader(source.kind, this.#string(await this.#eval(source.from)));
      if (!input) return -1;
      text = await this.#readRecord(input);
      if (text !== undefined && source.kind === 'command')
        this.#globals.set('NR', this.#number(this.#globals.get('NR')!) + 1);
    }
    if (text === undefined) return 0;
    if (target) await this.#store(target, new Outside(text));
    else this.#setRecord(text);
    return 1;
  }

  async #call(name: string, args: readonly Expr[]): Promise<Value> {
    const called = this.#program.functions.get(name);
    if (!called) throw new AwkError(`function ${name} never defined`);
    const frame = new Map<string, Value | AwkArray>();
    for (const [i, parameter] of called.parameters.entries()) {
      const arg = args[i];
      if (arg === undefined) {
        frame.set(parameter, NOTHING);
        continue;
      }
      // A bare name may be an array, which is passed as itself; one not used yet becomes whichever it is used as.
      if (arg.kind === 'variable' && this.#mayBeArray(arg.name)) frame.set(parameter, this.#array(arg.name));
      else frame.set(parameter, await this.#eval(arg));
    }
    const saved = this.#frame;
    this.#frame = frame;
    try {
      await this.#do(called.body);
      return NOTHING;
    } catch (jump) {
      if (jump instanceof Jump && jump.kind === 'return') return jump.value;
      throw jump;
    } finally {
      this.#frame = saved;
    }
  }

  #mayBeArray(name: string): boolean {
    if (this.#frame?.has(name)) return this.#frame.get(name) instanceof Map;
    return this.#arrays.has(name) || !this.#globals.has(name);
  }

  async #builtin(name: string, args: readonly Expr[]): Promise<Value> {
    const text = async (i: number, otherwise = ''): Promise<string> =>
      args[i] === undefined ? otherwise : this.#string(await this.#eval(args[i]));
    const number = async (i: number): Promise<number> =>
      args[i] === undefined ? 0 : this.#number(await this.#eval(args[i]));
    switch (name) {
      case 'length': {
        const [arg] = args;
        if (
          arg?.kind === 'variable' &&
          (this.#frame?.get(arg.name) instanceof Map ||
            (!this.#frame?.has(arg.name) && this.#arrays.has(arg.name)))
        )
          return this.#array(arg.name).size;
        return [...(await text(0, arg === undefined ? this.#record : ''))].length;
      }
      case 'substr': {
        const chars = [...(await text(0))];
        // Both mawk and BusyBox begin at the first character when asked to begin before it.
        const from = Math.max(1, Math.round(await number(1)));
        const count =
          args[2] === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.round(await number(2)));
        return chars.slice(from - 1, Math.min(chars.length, from - 1 + count)).join('');
      }
      case 'index': {
        const whole = await text(0);
        const at = whole.indexOf(await text(1));
        return at === -1 ? 0 : [...whole.slice(0, at)].length + 1;
      }
      case 'split': {
        const whole = await text(0);
        const [, target, by] = args;
        if (target?.kind !== 'variable') throw new AwkError('split needs an array');
        const pieces =
          by === undefined
            ? this.#pieces(whole, this.#globals.get('FS')!)
            : this.#pieces(
                whole,
                by.kind === 'regex' ? '' : await this.#eval(by),
                by.kind === 'regex' ? this.#regex(by.source) : undefined,
              );
        const array = this.#array(target.name);
        array.clear();
        for (const [i, piece] of pieces.entries()) array.set(String(i + 1), new Outside(piece));
        return pieces.length;
      }
      case 'sub':
      case 'gsub': {
        const regex = await this.#pattern(args[0]!);
        const replacement = await text(1);
        const target = args[2] ?? ({ kind: 'field', index: { kind: 'number', value: 0 } } as const);
        const whole = this.#string(await this.#eval(target));
        const { out, count } = replaced(whole, regex, name === 'gsub', (match) =>
          replacement.replace(/\\\\&|\\&|&|\\\\/g, (piece) =>
            piece === '&' ? match : piece === '\\&' ? '&' : piece === '\\\\&' ? `\\${match}` : '\\',
          ),
        );
        if (count > 0) await this.#store(target, out);
        return count;
      }
      case 'gensub': {
        const regex = await this.#pattern(args[0]!);
        const replacement = await text(1);
        const how = await text(2);
        const whole = await text(3, this.#record);
        const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Number(how) || 1);
        let seen = 0;
        return whole.replace(new RegExp(regex.source, 'gsu'), (match: string, ...groups: unknown[]) => {
          seen++;
          if (nth !== 0 && seen !== nth) return match;
          return replacement.replace(/\\(\d)|&/g, (piece, digit: string | undefined) =>
            piece === '&' || digit === '0' ? match : String(groups[Number(digit) - 1] ?? ''),
          );
        });
      }
      case 'match': {
        const whole = await text(0);
        const regex = await this.#pattern(args[1]!);
        regex.lastIndex = 0;
        const match = regex.exec(whole);
        this.#globals.set('RSTART', match ? [...whole.slice(0, match.index)].length + 1 : 0);
        this.#globals.set('RLENGTH', match ? [...match[0]].length : -1);
        return this.#globals.get('RSTART')!;
      }
      case 'sprintf': {
        const values: Value[] = [];
        for (const arg of args.slice(1)) values.push(await this.#eval(arg));
        return this.#sprintf(await text(0), values);
      }
      case 'sin':
        return Math.sin(await number(0));
      case 'cos':
        return Math.cos(await number(0));
      case 'atan2':
        return Math.atan2(await number(0), await number(1));
      case 'exp':
        return Math.exp(await number(0));
      case 'log':
        return Math.log(await number(0));
      case 'sqrt':
        return Math.sqrt(await number(0));
      case 'int':
        return Math.trunc(await number(0));
      case 'and':
        return Number(BigInt(Math.trunc(await number(0))) & BigInt(Math.trunc(await number(1))));
      case 'or':
        return Number(BigInt(Math.trunc(await number(0))) | BigInt(Math.trunc(await number(1))));
      case 'xor':
        return Number(BigInt(Math.trunc(await number(0))) ^ BigInt(Math.trunc(await number(1))));
      case 'lshift':
        return (await number(0)) * 2 ** (await number(1));
      case 'rshift':
        return Math.floor((await number(0)) / 2 ** (await number(1)));
      case 'rand':
        // A generator of our own (Lehmer, 31 bits), the same for the same seed.
        this.#random = (this.#random * 48_271) % 2_147_483_647;
        return this.#random / 2_147_483_647;
      case 'srand': {
        const before = this.#seed;
        this.#seed =
          args[0] === undefined ? Math.floor(this.#io.sys.clock_gettime('realtime') / 1000) : await number(0);
        this.#random = (Math.abs(Math.trunc(this.#seed)) % 2_147_483_646) + 1;
        return before;
      }
      case 'tolower':
        return (await text(0)).toLowerCase();
      case 'toupper':
        return (await text(0)).toUpperCase();
      case 'systime':
        return Math.floor(this.#io.sys.clock_gettime('realtime') / 1000);
      case 'strftime':
        return strftime(
          await text(0, '%a %b %e %H:%M:%S %Z %Y'),
          args[1] === undefined ? this.#io.sys.clock_gettime('realtime') : (await number(1)) * 1000,
        );
      case 'system': {
        const command = await text(0);
        await this.#streams.flush();
        const pid = await spawn(this.#io.process, ['/bin/sh', '-c', command]);
        return shellStatus(await waitFor(this.#io.sys, pid));
      }
      case 'close':
        return this.#streams.close(await text(0));
      case 'fflush':
        await this.#streams.flush();
        return 0;
    }
    throw new AwkError(`function ${name} is not simulated`);
  }

  /** awk's printf: arguments are used once, numbers may be anything. */
  #sprintf(format: string, values: readonly Value[]): string {
    let used = 0;
    const next = (): Value => values[used++] ?? NOTHING;
    return format.replace(
      /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]*([a-zA-Z%])/g,
      (whole, flags: string, width: string | undefined, precision: string | undefined, letter: string) => {
        if (letter === '%') return '%';
        const wide = width === '*' ? String(Math.trunc(this.#number(next()))) : (width ?? '');
        const exact = precision === '*' ? String(Math.trunc(this.#number(next()))) : precision;
        const spec = `%${flags}${wide}${exact === undefined ? '' : `.${exact}`}`;
        const words = { badNumber: () => '', outOfRange: () => '', badDirective: () => '' };
        if (letter === 's')
          return pad(
            [...this.#string(next())].slice(0, exact === undefined ? undefined : Number(exact)).join(''),
            flags,
            Number(wide || 0),
          );
        if (letter === 'c') {
          const value = next();
          const number = typeof value === 'number' || (value instanceof Outside && looksNumeric(value.text));
          return pad(
            number
              ? String.fromCodePoint(Math.max(0, Math.trunc(this.#number(value))) % 0x110000)
              : ([...this.#string(value)][0] ?? ''),
            flags,
            Number(wide || 0),
          );
        }
        const value = this.#number(next());
        if ('diouxX'.includes(letter)) {
          if (!Number.isFinite(value))
            return pad(Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf', flags, Number(wide || 0));
          return printf(spec + (letter === 'i' ? 'd' : letter), [BigInt(Math.trunc(value)).toString()], words)
            .text;
        }
        if ('eEfFgG'.includes(letter))
          return printf(
            spec + letter,
            [
              Number.isFinite(value)
                ? value.toString()
                : Number.isNaN(value)
                  ? 'nan'
                  : value > 0
                    ? 'inf'
                    : '-inf',
            ],
            words,
          ).text;
        return whole;
      },
    );
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
        if (this.#truth(await this.#eval(stmt.test))) await this.#do(stmt.then);
        else if (stmt.otherwise) await this.#do(stmt.otherwise);
        return;
      case 'while':
        while (this.#truth(await this.#eval(stmt.test))) if (!(await this.#turn(stmt.body))) return;
        return;
      case 'do':
        do if (!(await this.#turn(stmt.body))) return;
        while (this.#truth(await this.#eval(stmt.test)));
        return;
      case 'for':
        if (stmt.start) await this.#do(stmt.start);
        while (!stmt.test || this.#truth(await this.#eval(stmt.test))) {
          if (!(await this.#turn(stmt.body))) return;
          if (stmt.step) await this.#do(stmt.step);
        }
        return;
      case 'each':
        for (const key of [...this.#array(stmt.name).keys()]) {
          this.#setVariable(stmt.variable, new Outside(key));
          if (!(await this.#turn(stmt.body))) return;
        }
        return;
      case 'delete':
        if (stmt.subscripts) this.#array(stmt.name).delete(await this.#subscript(stmt.subscripts));
        else this.#array(stmt.name).clear();
        return;
      case 'exit':
        if (stmt.value) this.#exit = this.#number(await this.#eval(stmt.value)) & 255;
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
      ? this.#sprintf(this.#string(values[0] ?? ''), values.slice(1))
      : (values.length === 0
          ? this.#record
          : values
              .map((value) => this.#string(value, 'OFMT'))
              .join(this.#string(this.#globals.get('OFS')!))) + this.#string(this.#globals.get('ORS')!);
    const out = to
      ? await this.#streams.writer(to.kind, this.#string(await this.#eval(to.target)))
      : this.#io.stdout;
    await this.#write(out, text);
  }

  #write(out: { write(text: string): MaybePromise<void> }, text: string): MaybePromise<void> {
    return out.write(text);
  }
}

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new AwkError('division by zero');
      return a / b;
    case '%':
      if (b === 0) throw new AwkError('division by zero in %');
      return a % b;
    default:
      return a ** b;
  }
}

const pad = (text: string, flags: string, width: number): string =>
  flags.includes('-') || width < 0 ? text.padEnd(Math.abs(width)) : text.padStart(width);

/** `split` of JavaScript would put what groups matched among the pieces. */
const withoutGroups = (source: string): string =>
  source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/gs, (piece) => (piece === '(' ? '(?:' : piece));

function replaced(
  text: string,
  regex: RegExp,
  all: boolean,
  make: (match: string) => string,
): { out: string; count: number } {
  let out = '';
  let at = 0;
  let count = 0;
  let end = -1;
  for (const match of text.matchAll(new RegExp(regex.source, 'gsu'))) {
    if (match[0] === '' && match.index === end) continue;
    end = match.index + match[0].length;
    out += text.slice(at, match.index) + make(match[0]);
    at = end;
    count++;
    if (!all) break;
  }
  return { out: out + text.slice(at), count };
}
