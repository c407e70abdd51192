import { isErrno } from '../../base/errno.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Utility } from '../utility.ts';
import { BUILTINS, Halt } from './builtins/table.ts';
import { check } from './check.ts';
import { compile, prelude } from './compile.ts';
import { CompileErrors } from './compile-error.ts';
import { Inputs } from './inputs.ts';
import { JsonError, JsonReader } from './json-text.ts';
import { argumentsObject, BadUsage, type Options, parseOptions } from './options.ts';
import { parse } from './parse.ts';
import { bindVariable, type Scope } from './scope.ts';
import { chain, type Filter, Item, type Meter, type Outputs, Request } from './stream.ts';
import { isTrue, JqError, object, type Value } from './value.ts';
import { type Colors, DEFAULT_COLORS, type Layout, toJson, write } from './write.ts';

/** jq(1), after version 1.6, that of Debian 12. Simplified: no modules, no `--seq`; numbers are doubles, as there. */
export const jq: Utility = {
  name: 'jq',
  usage: '[options] <jq filter> [file...]',
  summary: 'Filter JSON inputs with a program.',
  async run(io) {
    try {
      const options = parseOptions(io.args);
      if (options === 'version') return print(io, 'jq-1.6\n');
      if (options === 'help') return print(io, HELP);
      return await new Run(io, options).all();
    } catch (error) {
      if (!(error instanceof BadUsage)) throw error;
      await io.fail(error.message);
      if (!error.hint) return 2;
      await io.stderr.write(
        'Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n',
      );
      return 2;
    }
  },
};

const HELP = `jq - commandline JSON processor [version 1.6], simulated in Drydock

Usage:	jq [options] <jq filter> [file...]
	jq [options] --args <jq filter> [strings...]
	jq [options] --jsonargs <jq filter> [JSON_TEXTS...]

  -n  one null instead of inputs       -r  texts without quotes
  -R  lines of text as inputs          -j  the same, nothing between outputs
  -s  all inputs as one array          -a  ASCII only
  -c  each output on one line          -S  keys in order
  -C, -M  with or without colours      -e  exit status after the last output
  -f  the program is in a file         --tab, --indent N
  --arg NAME TEXT, --argjson NAME JSON, --slurpfile NAME FILE, --rawfile NAME FILE
`;

function print(io: Stdio, text: string): number {
  io.stdout.write(text);
  return 0;
}

/** One run of a program over its inputs. */
class Run {
  readonly #io: Stdio;
  readonly #options: Options;
  readonly #inputs: Inputs;
  readonly #meter: Meter = { steps: 0 };
  #layout: Layout = {};
  /** Whether anything came out, and what last (`-e`). */
  #last: Value | undefined;

  constructor(io: Stdio, options: Options) {
    this.#io = io;
    this.#options = options;
    this.#inputs = new Inputs(io, options);
  }

  async all(): Promise<number> {
    const io = this.#io;
    const text = await this.#programText();
    if (text === undefined) return 2;
    const scope = await this.#globals();
    let filter: Filter;
    try {
      const program = parse(text);
      const globals = ['ENV', 'ARGS', ...this.#options.named.keys()];
      check(text, program, [...BUILTINS.keys(), ...prelude().keys()], globals);
      filter = compile(program);
    } catch (error) {
      if (!(error instanceof CompileErrors)) throw error;
      await io.stderr.write(error.report());
      return 3;
    }
    this.#layout = await this.#layoutOf();
    return this.#over(filter, scope);
  }

  async #programText(): Promise<string | undefined> {
    const { program, fromFile } = this.#options;
    if (fromFile) {
      try {
        return bytesToText(await readFile(this.#io.sys, program!));
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#io.fail(`Could not open ${program}: ${error.message}`);
        return undefined;
      }
    }
    if (program !== undefined) return program;
    // Where it is not a person who looks on, all is passed on.
    const { sys } = this.#io;
    if (!((await sys.isatty(0)) && (await sys.isatty(1)))) return '.';
    await this.#io.stderr.write(HELP);
    return undefined;
  }

  /** What a program finds defined: `$ENV`, `$ARGS` and the variables of the command line. */
  async #globals(): Promise<Scope> {
    const { named, fileVariables } = this.#options;
    for (const variable of fileVariables)
      if (!named.has(variable.name)) named.set(variable.name, await this.#fileVariable(variable));
    let scope = bindVariable(undefined, 'ENV', object(this.#io.env));
    scope = bindVariable(scope, 'ARGS', argumentsObject(this.#options));
    for (const [name, value] of named) scope = bindVariable(scope, name, value);
    return scope;
  }

  async #fileVariable({ option, name, path }: Options['fileVariables'][number]): Promise<Value> {
    const bad = (message: string) => new BadUsage(`Bad JSON in ${option} ${name} ${path}: ${message}`, false);
    let text: string;
    try {
      text = bytesToText(await readFile(this.#io.sys, path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw bad(`Could not open ${path}: ${error.message}`);
    }
    if (option === '--rawfile') return text;
    const reader = new JsonReader();
    reader.feed(text);
    reader.end();
    try {
      const values: Value[] = [];
      for (let value = reader.take(); value !== undefined; value = reader.take()) values.push(value);
      return values;
    } catch (error) {
      if (error instanceof JsonError) throw bad(error.message);
      throw error;
    }
  }

  async #layoutOf(): Promise<Layout> {
    const { color, indent, sortKeys, asciiOutput } = this.#options;
    const colored = color ?? (await this.#io.sys.isatty(1));
    return { indent, sortKeys, asciiOnly: asciiOutput, ...(colored ? { colors: colorsOf(this.#io) } : {}) };
  }

  async #over(filter: Filter, scope: Scope): Promise<number> {
    const { nullInput, stream, exitStatus } = this.#options;
    const io = this.#io;
    // `--stream` takes values apart: each leaf with its path, and where containers end.
    const tostream = prelude().get('tostream/0')!;
    let status = 0;
    try {
      if (nullInput) status = await this.#each(() => filter(scope, new Item(null, this.#meter)));
      else
        for (let value = await this.#inputs.next(); value !== undefined; value = await this.#inputs.next())
          status = await this.#each(() =>
            stream
              ? chain(tostream([], undefined, new Item(value, this.#meter)), (event) => filter(scope, event))
              : filter(scope, new Item(value, this.#meter)),
          );
    } catch (error) {
      if (error instanceof JsonError) {
        await io.stderr.write(`parse error: ${error.message}\n`);
        return 4;
      }
      if (!(error instanceof Halt)) throw error;
      const { value } = error;
      if (value !== undefined && value !== null)
        await io.stderr.write(typeof value === 'string' ? value : `${toJson(value)}\n`);
      return error.status & 0xff;
    }
    if (this.#inputs.failed) return 2;
    if (status !== 0 || !exitStatus) return status;
    if (this.#last === undefined) return 4;
    return isTrue(this.#last) ? 0 : 1;
  }

  /** Prints what a program gives for one input; 5 where it ends with an error. */
  async #each(outputs: () => Outputs): Promise<number> {
    try {
      for (const out of outputs()) {
        if (out instanceof Request) await this.#answer(out);
        else await this.#print(out.value);
      }
      return 0;
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const what =
        typeof error.value === 'string' ? `: ${error.value}` : ` (not a string): ${toJson(error.value)}`;
      await this.#io.stderr.write(`jq: error (at ${this.#inputs.position})${what}\n`);
      return 5;
    }
  }

  async #print(value: Value): Promise<void> {
    const { rawOutput, joinOutput, unbuffered } = this.#options;
    this.#last = value;
    const text = rawOutput && typeof value === 'string' ? value : write(value, this.#layout);
    const written = this.#io.stdout.write(joinOutput ? text : `${text}\n`);
    if (written) await written;
    if (unbuffered) await this.#io.stdout.flush();
  }

  async #answer(request: Request): Promise<void> {
    switch (request.kind) {
      case 'work': {
        const pause = this.#io.process.work(200);
        if (pause) await pause;
        return;
      }
      case 'input':
        request.answer = await this.#inputs.next();
        return;
      case 'file':
        request.answer = this.#inputs.file;
        return;
      case 'line':
        request.answer = this.#inputs.lines;
        return;
      case 'time':
        request.answer = this.#io.sys.clock_gettime() / 1000;
        return;
      case 'message':
        await this.#io.stderr.write(request.text);
    }
  }
}

/** JQ_COLORS: for null, false, true, numbers, strings, arrays and objects. */
function colorsOf(io: Stdio): Colors {
  const own = io.env.get('JQ_COLORS');
  if (own === undefined || !/^[\d;:]*$/.test(own)) return DEFAULT_COLORS;
  const names = Object.keys(DEFAULT_COLORS) as (keyof Colors)[];
  const given = own.split(':');
  return Object.fromEntries(
    names.map((name, i) => [name, given[i] ?? DEFAULT_COLORS[name]]),
  ) as unknown as Colors;
}
