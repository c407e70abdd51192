import type {
  Asyncify,
  EmscriptenModuleCallbacks,
  EmscriptenModuleLoader,
  EvalDetectModule,
  EvalFlags,
  HostRefId,
  IntrinsicsFlags,
  JSContextPointer,
  JSContextPointerPointer,
  JSRuntimePointer,
  JSValueConstPointer,
  JSValueConstPointerPointer,
  JSValuePointer,
  JSVoidPointer,
  OwnedHeapCharPointer,
  QuickJSAsyncEmscriptenModule,
} from '@jitl/quickjs-ffi-types';
import { QuickJSAsyncFFI } from '@jitl/quickjs-ng-wasmfile-release-asyncify/ffi';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import { type Calendar, calendarImports } from './calendar-imports.ts';

/** QuickJS as the host has it: the loader of Emscripten's glue, and the machine code, compiled once. */
export interface QuickJsBuild {
  load: EmscriptenModuleLoader<QuickJSAsyncEmscriptenModule>;
  module: WebAssembly.Module;
}

/** What passes between JavaScript inside and the program that runs it: numbers, texts, bytes, nothing. */
export type Value = string | number | boolean | Uint8Array | undefined;

/** What code inside may ask of its host. */
export interface QuickJsHost extends Calendar {
  /** The one function that code inside can call. The code stands still until the answer is there. What it throws, is thrown inside as text. */
  call(args: readonly Value[]): MaybePromise<Value>;
  /** Between two steps of code that runs: charges for it, and gives way. `true` ends the code, wherever it stands. */
  pause(): MaybePromise<boolean>;
  /** The source of an ECMAScript module by its resolved name; a rejection's message is what the import fails with. */
  source(name: string): MaybePromise<string>;
  /** The resolved name of what `from` imports as `name`. */
  resolve(from: string, name: string): MaybePromise<string>;
}

/** What an evaluation came to: an error that nothing inside has caught is a value too. */
export interface Completion {
  threw: boolean;
  value: Value;
}

/**
 * Bytes of the stack that QuickJS may use before it throws a RangeError; each call inside takes some kB of the platform's own stack
 * besides, of which browsers give a worker 1 MB.
 */
const STACK = 256 * 1024;

/** The functions of the host that are properties of the global object at first: `host(…)` and `compile(code, name)`. */
const FUNCTIONS = { host: 1, compile: 2 };

/**
 * One JavaScript machine: QuickJS with a memory of its own, made to be suspended anywhere (Asyncify), so that code
 * inside can wait for a system call and a loop without end gives way. Only one thing runs in it at a time: await
 * each call before the next. It needs no release: dropped, it is garbage.
 */
export class QuickJs {
  readonly #module: QuickJSAsyncEmscriptenModule;
  readonly #ffi: QuickJSAsyncFFI;
  readonly #host: QuickJsHost;
  readonly #runtime: JSRuntimePointer;
  readonly #context: JSContextPointer;
  readonly #call: (...args: readonly number[]) => Promise<JSValuePointer>;
  readonly #executeJobs: (...args: readonly number[]) => Promise<JSValuePointer>;
  #sleep: Asyncify['handleSleep'] | undefined;
  #compiling = false;

  /** Makes a machine. Needs no task of the platform: it is there when the promises that are ready have run. */
  static async make(build: QuickJsBuild, host: QuickJsHost): Promise<QuickJs> {
    const module = await build.load({
      instantiateWasm(imports, receive) {
        const instance = new WebAssembly.Instance(
          build.module,
          calendarImports(imports, host, () => module.HEAPU8.buffer),
        );
        receive(instance);
        return instance.exports;
      },
    });
    const machine = new QuickJs(module, host);
    // A first call brings what a pause needs.
    await machine.evaluate('host()', '<start>');
    return machine;
  }

  private constructor(module: QuickJSAsyncEmscriptenModule, host: QuickJsHost) {
    this.#module = module;
    this.#host = host;
    this.#ffi = new QuickJSAsyncFFI(module);
    module.callbacks = this.#callbacks();
    // The library's own, named `…_MaybeAsync`, give what lies in a register when code is suspended: Emscripten takes a function
    // of numbers as it is unless it is told that it may be.
    const suspendable = (name: string, count: number) =>
      module.cwrap(name, 'number', Array(count).fill('number'), { async: true });
    this.#call = suspendable('QTS_Call', 5);
    this.#executeJobs = suspendable('QTS_ExecutePendingJob', 3);
    this.#runtime = this.#ffi.QTS_NewRuntime();
    this.#context = this.#ffi.QTS_NewContext(this.#runtime, 0 as IntrinsicsFlags);
    this.#ffi.QTS_RuntimeSetMaxStackSize(this.#runtime, STACK);
    this.#ffi.QTS_RuntimeEnableInterruptHandler(this.#runtime);
    this.#ffi.QTS_RuntimeEnableModuleLoader(this.#runtime, 1);
    for (const [name, id] of Object.entries(FUNCTIONS)) {
      const value = this.#ffi.QTS_NewFunction(this.#context, name, 1, false, id as HostRefId);
      this.#setGlobal(name, value);
    }
  }

  /** Bytes that the machine takes: its whole memory, which only grows. */
  get memory(): number {
    return this.#module.HEAPU8.buffer.byteLength;
  }

  /** Beyond so many bytes allocations fail inside. */
  limitMemory(bytes: number): void {
    this.#ffi.QTS_RuntimeSetMemoryLimit(this.#runtime, bytes);
  }

  /** Runs a script. `keep`: its value, or what it threw, stays inside as this property of the global object. */
  async evaluate(code: string, name: string, keep?: string): Promise<Completion> {
    const length = this.#module.lengthBytesUTF8(code);
    const text = this.#text(code);
    try {
      const result = await this.#ffi.QTS_Eval_MaybeAsync(
        this.#context,
        text,
        length,
        name,
        0 as EvalDetectModule,
        0 as EvalFlags,
      );
      return this.#completion(result, keep);
    } finally {
      this.#module._free(text);
    }
  }

  /** Calls a function that is a property of the global object. */
  async call(name: string, ...args: readonly Value[]): Promise<Completion> {
    const global = this.#ffi.QTS_GetGlobalObject(this.#context);
    const key = this.#newString(name);
    const callee = this.#ffi.QTS_GetProp(this.#context, global, key);
    const values = args.map((arg) => this.#toValue(arg));
    const vector = this.#module._malloc(4 * Math.max(1, values.length)) as JSValueConstPointerPointer;
    new Uint32Array(this.#module.HEAPU8.buffer, vector, values.length).set(values);
    try {
      return this.#completion(
        await this.#call(this.#context, callee, this.#ffi.QTS_GetUndefined(), values.length, vector),
      );
    } finally {
      this.#module._free(vector);
      for (const value of [...values, callee, key, global]) this.#free(value);
    }
  }

  /** Runs the reactions of promises that are settled (jobs), until none is left. An error is what one of them threw. */
  async jobs(): Promise<Completion> {
    const context = this.#module._malloc(4) as JSContextPointerPointer;
    try {
      while (this.#ffi.QTS_IsJobPending(this.#runtime)) {
        const result = await this.#executeJobs(this.#runtime, 64, context);
        const completion = this.#completion(result);
        if (completion.threw) return completion;
      }
      return { threw: false, value: undefined };
    } finally {
      this.#module._free(context);
    }
  }

  #callbacks(): EmscriptenModuleCallbacks & { freeHostRef(): void } {
    return {
      callFunction: (asyncify, _context, _self, argc, argv, id) => {
        // Only here is Asyncify given; a pause needs it too.
        this.#sleep = asyncify?.handleSleep;
        return this.#suspend(() => {
          const args = Array.from({ length: argc }, (_, index) =>
            this.#fromValue(this.#ffi.QTS_ArgvGetJSValueConstPointer(argv, index)),
          );
          if ((id as number) === FUNCTIONS.compile) return this.#compile(String(args[0]), String(args[1]));
          return settle(
            () => this.#host.call(args),
            (value) => this.#toValue(value),
            (error) => this.#throw(error),
          );
        }) as JSValuePointer;
      },
      // A stack with a second entry into the machine on it cannot be unwound, nor one before the first call.
      shouldInterrupt: () =>
        this.#compiling || !this.#sleep
          ? 0
          : (this.#suspend(() => then(this.#host.pause(), Number)) as 0 | 1),
      loadModuleSource: (asyncify, _runtime, _context, name) => {
        this.#sleep = asyncify?.handleSleep;
        return this.#suspend(() =>
          settle(
            () => this.#host.source(name),
            (source) => this.#text(source),
            (error) => this.#throwNothing(error),
          ),
        ) as OwnedHeapCharPointer;
      },
      normalizeModule: (asyncify, _runtime, _context, from, name) => {
        this.#sleep = asyncify?.handleSleep;
        return this.#suspend(() =>
          settle(
            () => this.#host.resolve(from, name),
            (resolved) => this.#text(resolved),
            (error) => this.#throwNothing(error),
          ),
        ) as OwnedHeapCharPointer;
      },
      freeHostRef() {},
    } as EmscriptenModuleCallbacks & { freeHostRef(): void };
  }

  /**
   * Gives the answer to what runs inside: at once, or by unwinding its stack and winding it up again when the answer is there. The
   * second time round Asyncify hands the answer over without asking again.
   */
  #suspend<T>(ask: () => MaybePromise<T>): T {
    const sleep = this.#sleep;
    if (!sleep) return ask() as T;
    return sleep((done: (value: T) => void) => {
      const answer = ask();
      if (answer instanceof Promise) answer.then(done);
      else done(answer);
    }) as T;
  }

  /** The value of an expression that runs no code of its own, such as a function: what `new Function` gives, but with a file's name. */
  #compile(code: string, name: string): JSValuePointer {
    const length = this.#module.lengthBytesUTF8(code);
    const text = this.#text(code);
    this.#compiling = true;
    const kind = [0 as EvalDetectModule, 0 as EvalFlags] as const;
    const result = this.#ffi.QTS_Eval(this.#context, text, length, name, ...kind);
    this.#compiling = false;
    this.#module._free(text);
    const error = this.#ffi.QTS_ResolveException(this.#context, result);
    if (!error) return result;
    const thrown = this.#ffi.QTS_Throw(this.#context, error);
    this.#free(error);
    return thrown;
  }

  #throw(error: unknown): JSValuePointer {
    const thrown = this.#newString(messageOf(error));
    const result = this.#ffi.QTS_Throw(this.#context, thrown);
    this.#free(thrown);
    return result;
  }

  #throwNothing(error: unknown): OwnedHeapCharPointer {
    this.#free(this.#throw(error));
    return 0 as OwnedHeapCharPointer;
  }

  #completion(result: JSValuePointer, keep?: string): Completion {
    const error = this.#ffi.QTS_ResolveException(this.#context, result);
    const pointer = error || result;
    if (keep !== undefined) this.#setGlobal(keep, this.#dup(pointer));
    // What is kept inside is not shown here: its text may be a program's own affair (toString).
    const value = keep !== undefined ? undefined : error ? this.#stackOf(error) : this.#fromValue(result);
    if (error) this.#free(error);
    this.#free(result);
    return { threw: Boolean(error), value };
  }

  /** What an error says and where it arose. */
  #stackOf(error: JSValuePointer): string {
    const key = this.#newString('stack');
    const stack = this.#ffi.QTS_GetProp(this.#context, error, key);
    const text = `${this.#string(error)}\n${this.#string(stack)}`;
    for (const pointer of [key, stack]) this.#free(pointer);
    return text;
  }

  /** Takes `value` over. */
  #setGlobal(name: string, value: JSValuePointer): void {
    const global = this.#ffi.QTS_GetGlobalObject(this.#context);
    const key = this.#newString(name);
    this.#ffi.QTS_SetProp(this.#context, global, key, value);
    for (const pointer of [key, value]) this.#free(pointer);
    this.#free(global);
  }

  #toValue(value: Value): JSValuePointer {
    switch (typeof value) {
      case 'string':
        return this.#newString(value);
      case 'number':
        return this.#ffi.QTS_NewFloat64(this.#context, value);
      case 'boolean':
        return this.#dup(value ? this.#ffi.QTS_GetTrue() : this.#ffi.QTS_GetFalse());
      case 'undefined':
        return this.#dup(this.#ffi.QTS_GetUndefined());
      default: {
        const bytes = this.#module._malloc(value.length) as JSVoidPointer;
        this.#module.HEAPU8.set(value, bytes);
        return this.#ffi.QTS_NewArrayBuffer(this.#context, bytes, value.length);
      }
    }
  }

  #fromValue(pointer: JSValuePointer | JSValueConstPointer): Value {
    const type = this.#ffi.QTS_Typeof(this.#context, pointer);
    const name = this.#module.UTF8ToString(type as never);
    this.#module._free(type);
    switch (name) {
      case 'number':
        return this.#ffi.QTS_GetFloat64(this.#context, pointer);
      case 'undefined':
        return undefined;
      case 'boolean':
        return this.#string(pointer) === 'true';
      case 'object': {
        const bytes = this.#ffi.QTS_GetArrayBuffer(this.#context, pointer);
        if (!bytes) return this.#string(pointer);
        const length = this.#ffi.QTS_GetArrayBufferLength(this.#context, pointer);
        return this.#module.HEAPU8.slice(bytes, bytes + length);
      }
      default:
        return this.#string(pointer);
    }
  }

  #string(pointer: JSValuePointer | JSValueConstPointer): string {
    const text = this.#ffi.QTS_GetString(this.#context, pointer);
    const string = this.#module.UTF8ToString(text);
    this.#ffi.QTS_FreeCString(this.#context, text);
    return string;
  }

  #newString(string: string): JSValuePointer {
    const text = this.#text(string);
    const value = this.#ffi.QTS_NewString(this.#context, text as never);
    this.#module._free(text);
    return value;
  }

  #text(string: string): OwnedHeapCharPointer & never {
    const size = this.#module.lengthBytesUTF8(string) + 1;
    const text = this.#module._malloc(size) as OwnedHeapCharPointer;
    this.#module.stringToUTF8(string, text, size);
    return text as OwnedHeapCharPointer & never;
  }

  #dup(value: JSValueConstPointer | JSValuePointer): JSValuePointer {
    return this.#ffi.QTS_DupValuePointer(this.#context, value);
  }

  #free(value: JSValuePointer): void {
    this.#ffi.QTS_FreeValuePointer(this.#context, value);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const then = <T, U>(value: MaybePromise<T>, next: (value: T) => U): MaybePromise<U> =>
  value instanceof Promise ? value.then(next) : next(value);

/** Like `then` with a way for errors, of both kinds. */
function settle<T, U>(
  ask: () => MaybePromise<T>,
  next: (value: T) => U,
  failed: (error: unknown) => U,
): MaybePromise<U> {
  try {
    const value = ask();
    return value instanceof Promise ? value.then(next, failed) : next(value);
  } catch (error) {
    return failed(error);
  }
}
