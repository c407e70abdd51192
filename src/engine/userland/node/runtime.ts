import { isErrno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Process } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import { heapOf } from '../lib/heap.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type Bindings, passable } from './binding.ts';
import { files } from './bindings/files.ts';
import { processes } from './bindings/processes.ts';
import { sockets } from './bindings/sockets.ts';
import { system } from './bindings/system.ts';
import { EventLoop } from './event-loop.ts';
import { exportedNames, ModuleNotFound, ModuleResolver, type Resolved } from './modules.ts';
import { type Completion, QuickJs, type QuickJsBuild, type QuickJsHost, type Value } from './quickjs.ts';

/** The texts of the library: Node's modules by file name, ours and those of the packages that implement them elsewhere. */
export type Library = ReadonlyMap<string, string>;

/** What a process of Node takes before it has run a line: what V8 and Node's own code and heap come to. */
const RESIDENT = 40 * 1024 * 1024;

/**
 * CPU time in µs charged from one pause of QuickJS to the next: 10,000 calls or turns of loops, which V8 would do faster and this machine
 * does not.
 */
const PAUSE_WORK = 500;

/** What code may allocate before it is out of memory, in bytes: less than V8 gives, more than a simulated machine has. */
const HEAP_LIMIT = 320 * 1024 * 1024;

const BINDINGS: Bindings = { ...files, ...sockets, ...processes, ...system };

/** Signals and other news that nobody asked for have the ids below zero. */
const SIGNAL = -1;
const AWAITED = -2;

/**
 * One process of Node: a JavaScript machine, its library, and the loop that hands it what has happened. The library inside
 * (lib/internal/bootstrap.js) calls `host`, and gives one function to call: `dispatch`.
 */
export class NodeRuntime implements QuickJsHost {
  readonly #process: Process;
  readonly #library: Library;
  readonly #loop: EventLoop<readonly [boolean, Value]>;
  readonly #settings: string;
  readonly #resolver: ModuleResolver;
  /** What imports have been resolved to, by the name that the machine knows them by. */
  readonly #imported = new Map<string, Resolved>();
  #machine!: QuickJs;

  private constructor(process: Process, library: Library, settings: unknown) {
    this.#process = process;
    this.#library = library;
    this.#loop = new EventLoop(process.sys);
    this.#settings = JSON.stringify(settings);
    const realpath = async (path: string) => String(await files['realpath']!(process, path));
    this.#resolver = new ModuleResolver(process.sys, realpath, (name) => library.has(`lib/${name}.js`));
  }

  /** Starts a machine with its library. `settings` are what the library inside is told of the process. */
  static async start(
    process: Process,
    build: QuickJsBuild,
    library: Library,
    settings: unknown,
  ): Promise<NodeRuntime> {
    const runtime = new NodeRuntime(process, library, settings);
    runtime.#machine = await QuickJs.make(build, runtime);
    runtime.#machine.limitMemory(HEAP_LIMIT);
    await runtime.#tellMemory();
    const bootstrap = library.get('lib/internal/bootstrap.js')!;
    runtime.#sound(await runtime.#machine.evaluate(bootstrap, 'node:internal/bootstrap'));
    return runtime;
  }

  now(): number {
    return this.#process.sys.clock_gettime('realtime');
  }

  monotonic(): number {
    return this.#process.sys.clock_gettime('monotonic');
  }

  /** Runs a program's file, and all that it began, to the end. Gives the exit status. */
  async runFile(path: string): Promise<number> {
    await this.#turn('run', 'file', path);
    return this.#toTheEnd();
  }

  /** Runs a text that is no file, named `[eval]` or `[stdin]`; `print`s its value. */
  async runText(code: string, name: string, print = false): Promise<number> {
    await this.#turn('run', (await this.#evaluate(code, name)) ? 'failed' : print ? 'print' : 'done');
    return this.#toTheEnd();
  }

  /** What the prompt answers to a text, undefined where the text goes on in the next line. */
  async answer(code: string): Promise<string | undefined> {
    const threw = await this.#evaluate(code, 'REPL1');
    return String(await this.#turn('run', threw ? 'complain' : 'show')) || undefined;
  }

  /** Waits for an answer while the program goes on with what it has begun. */
  async meanwhile<T>(answer: Promise<T>): Promise<T> {
    let settled: { value: T } | undefined;
    this.#loop.begin(
      AWAITED,
      answer.then((value) => {
        settled = { value };
        return [true, undefined];
      }),
    );
    while (!settled) await this.#step();
    return settled.value;
  }

  /** Whether it threw. */
  async #evaluate(code: string, name: string): Promise<boolean> {
    await this.#turn('run', 'prepare', name, code);
    const { threw } = await this.#machine.evaluate(code, name, '[value]');
    return threw;
  }

  async #toTheEnd(): Promise<number> {
    do while (await this.#step());
    while ((await this.#turn('beforeExit')) === true);
    return Number(await this.#turn('exit'));
  }

  /** The next thing that has happened; false when there is nothing left that could. */
  async #step(): Promise<boolean> {
    const next = await this.#loop.next();
    if (next === undefined) return false;
    if (next === 'timer') await this.#turn('timers');
    else if (next.id !== AWAITED) await this.#turn('completed', next.id, ...next.value);
    return true;
  }

  async #turn(task: string, ...args: readonly Value[]): Promise<Value> {
    const value = this.#sound(await this.#machine.call('dispatch', task, ...args));
    this.#sound(await this.#machine.jobs());
    await this.#tellMemory();
    return value;
  }

  /** The library catches whatever the program throws; so what comes out is a fault of ours, or the end of memory. */
  #sound({ threw, value }: Completion): Value {
    if (threw) throw new Error(`the JavaScript library of node: ${value}`);
    return value;
  }

  #tellMemory(): Promise<void> | undefined {
    const heap = heapOf(this.#process.sys);
    return heap.keep(RESIDENT + this.#machine.memory - heap.kept);
  }

  call([name, ...args]: readonly Value[]): MaybePromise<Value> {
    switch (name) {
      case undefined:
        return undefined;
      case 'settings':
        return this.#settings;
      case 'library':
        return this.#library.get(String(args[0]));
      case 'begin': {
        const [id, counts, binding, ...rest] = args;
        this.#loop.begin(Number(id), this.#completed(String(binding), rest), counts === true);
        return undefined;
      }
      case 'count':
        this.#loop.count(Number(args[0]), args[1] === true);
        return undefined;
      case 'timer':
        this.#loop.setTimer(args[0] === undefined ? undefined : Number(args[0]), args[1] === true);
        return undefined;
      case 'signal':
        return this.#listen(args[0] as Signal, String(args[1]));
      case 'resolve':
        return this.#resolveRequired(String(args[0]), String(args[1]));
      case 'memory':
        return this.#machine.memory;
      default:
        return this.#bind(String(name), args);
    }
  }

  pause(): MaybePromise<boolean> {
    const pause = this.#process.work(PAUSE_WORK);
    const told = this.#tellMemory();
    return pause || told ? Promise.all([pause, told]).then(() => false) : false;
  }

  async #completed(name: string, args: readonly Value[]): Promise<readonly [boolean, Value]> {
    try {
      return [true, await this.#bind(name, args)];
    } catch (error) {
      return [false, (error as Error).message];
    }
  }

  #bind(name: string, args: readonly Value[]): MaybePromise<Value> {
    const binding = Object.hasOwn(BINDINGS, name) ? BINDINGS[name] : undefined;
    if (!binding) throw new Error(`the library of node asked for ${name}`);
    const answer = binding(this.#process, ...args) as MaybePromise<Value>;
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error) => {
      throw new Error(passable(error));
    });
  }

  /** `Resolved` in JSON, or what is wrong as `{ code, message }`. */
  async #resolveRequired(from: string, specifier: string): Promise<string> {
    try {
      return JSON.stringify(await this.#resolver.resolve(from, specifier, 'require'));
    } catch (error) {
      if (!(error instanceof ModuleNotFound)) throw error;
      return JSON.stringify({ code: error.code, message: error.message });
    }
  }

  /** Hears of a signal, ignores it, or leaves it to the kernel again. */
  async #listen(signal: Signal, how: string): Promise<undefined> {
    const heard = (arrived: Signal) => this.#loop.post(SIGNAL, [true, arrived]);
    try {
      await this.#process.sys.sigaction(signal, how === 'listen' ? heard : (how as 'default' | 'ignore'), {
        restart: true,
      });
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new Error(passable(error));
    }
    return undefined;
  }

  /** The text of a module that is imported. One that is not ECMAScript's is asked of `require` and handed on. */
  async source(name: string): Promise<string> {
    const found = this.#imported.get(name);
    if (found === undefined) throw new Error(`the library of node was asked for ${name}`);
    const quoted = JSON.stringify(found.path);
    if (found.format === 'module') {
      const text = await this.#read(found.path);
      const url = JSON.stringify(`file://${found.path}`);
      const directory = JSON.stringify(found.path.replace(/\/[^/]*$/, '') || '/');
      const meta = `import.meta.url=${url};import.meta.filename=${quoted};import.meta.dirname=${directory};`;
      return meta + text.replace(/^#!/, '//');
    }
    const text =
      found.format === 'builtin'
        ? (this.#library.get(`lib/${found.path}.js`) ?? '')
        : found.format === 'commonjs'
          ? await this.#read(found.path)
          : '';
    const names = exportedNames(text);
    const list = names.length > 0 ? `export const { ${names.join(', ')} } = it;` : '';
    return `const it = globalThis[Symbol.for('node.require')](${quoted}); export default it; ${list}`;
  }

  async resolve(from: string, specifier: string): Promise<string> {
    const found = await this.#resolver.resolve(from, specifier, 'import');
    const name = found.format === 'builtin' ? `node:${found.path}` : found.path;
    this.#imported.set(name, found);
    return name;
  }

  async #read(path: string): Promise<string> {
    return bytesToText(await readFile(this.#process.sys, path));
  }
}
