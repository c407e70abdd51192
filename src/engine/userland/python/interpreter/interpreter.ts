import { encode } from '../../../base/bytes.ts';
import { isErrno } from '../../../base/errno.ts';
import type { MaybePromise } from '../../../base/maybe-promise.ts';
import type { Process } from '../../../kernel/program.ts';
import { errnoNumber } from './errno.ts';
import { type FileCalls, fileCalls, type Library, type Streams } from './files.ts';
import { Memory } from './memory.ts';
import { micropython } from './module.ts';
import { type AsyncifyExports, type Callee, Suspension } from './suspension.ts';
import { FAILED, readException, readValue, VALUE, type Value, writeDoor, writeValue } from './values.ts';

/** A function that Python can call by name; it may take time. An `Errno` that it throws becomes an OSError. */
export type Door = (name: string, args: readonly Value[]) => MaybePromise<Value>;

interface Exports extends AsyncifyExports {
  memory: WebAssembly.Memory;
  __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  malloc(size: number): number;
  mp_js_init(pystack: number, heap: number): void;
  mp_js_register_js_module(name: number, value: number): void;
  mp_js_do_exec(source: number, length: number, out: number): void;
  mp_sched_keyboard_interrupt(): void;
  mp_sched_schedule(callback: number, argument: number): number;
  proxy_c_init(): void;
  gc_collect_start(): void;
  gc_collect_end(): void;
}

/**
 * Jumps of the bytecode between two looks at the time slice, and what they are charged as (µs): some times what they take in
 * CPython, so that a slice does not take long where the simulation runs.
 */
const FUEL = 250;
const FUEL_TIME = 50;
/** Pointers that calls of Python push, of 4 bytes each. */
const PYSTACK = 32_768;
/** The heap at the start; it doubles when it is full. */
const HEAP = 4 << 20;
/** What the interpreter takes beside its heap: its code, its stack, the C library. */
const BASE = 5 << 20;
/** The C stack: what calls may take (scripts/micropython.mjs), and what the last of them takes more. */
const STACK = 128 << 10;
/** Room for the frames of a suspended program. */
const FRAMES = 1 << 20;
/** No process gets more than this, whatever the machine has. */
const MOST = 1 << 29;
const DOOR = 2;

/** `mp_state_ctx` of MicroPython and what of it is looked at. */
const STATE = 185_108;
const PYSTACK_START = STATE + 8;
const PYSTACK_CURRENT = STATE + 16;
const PENDING_EXCEPTION = STATE + 40;
const SCHED_STATE = STATE + 252;
const FIRST_AREA = STATE + 384;
/** Whether there was more to mark than could be noted, so that the end has to look for it. */
const MARKS_OVERFLOW = STATE + 416;
const POOL_START = 16;
const POOL_END = 20;

/** One MicroPython, of one process. */
export class Interpreter {
  readonly #process: Process;
  readonly #suspension = new Suspension();
  readonly #exports: Exports;
  readonly #memory: Memory;
  readonly #frames: number;
  readonly #stackEnd: number;
  readonly #files: FileCalls;
  #errno = 0;

  constructor(process: Process, door: Door, streams: Streams, library: Library) {
    this.#process = process;
    const suspension = this.#suspension;
    this.#files = fileCalls(
      process.sys,
      () => this.#memory,
      suspension,
      streams,
      library,
      () => this.#collect(),
    );
    const { system, wasi } = this.#files;
    const functions: Callee[] = [];
    const invoke = suspension.invoke(functions);
    const none = () => 0;
    const env: Record<string, (...args: number[]) => number | undefined> = {
      ...system,
      drydock_tick: () => suspension.wait(() => this.#tick()),
      drydock_collect: () => suspension.wait(() => this.#collect()),
      call0: (_, out) => this.#call(door, 0, 0, out!),
      call1: (_, __, values, out) => this.#call(door, 1, values!, out!),
      call2: (_, __, first, second, out) => this.#call(door, 2, first!, out!, second!),
      calln: (_, __, count, values, out) => this.#call(door, count!, values!, out!),
      mp_js_ticks_ms: () => Math.floor(process.sys.clock_gettime('monotonic')) | 0,
      mp_js_time_ms: () => process.sys.clock_gettime(),
      mp_js_random_u32: () => new DataView(process.sys.getrandom(4).slice().buffer).getInt32(0),
      js_check_existing: () => -1,
      emscripten_resize_heap: (size) => Number(size! <= MOST && this.#memory.grow(size!)),
      _abort_js: () => {
        throw new Error('the interpreter called abort()');
      },
      _emscripten_throw_longjmp: () => {
        throw Number.POSITIVE_INFINITY;
      },
    };
    const module = micropython();
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {
      env,
      wasi_snapshot_preview1: wasi,
    };
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      // Of the bridge to JavaScript there is only the door; all else finds nothing.
      if (name.startsWith('invoke_')) env[name] = invoke;
      else imports[from]![name] ??= none;
    }
    this.#exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    const exports = this.#exports;
    const table = exports.__indirect_function_table;
    for (let i = 0; i < table.length; i++) functions.push(table.get(i));
    this.#memory = new Memory(exports.memory);
    exports.emscripten_stack_init();
    exports.__wasm_call_ctors();
    // The C library wants it aligned.
    this.#stackEnd = (exports.malloc(STACK) + STACK) & ~15;
    exports._emscripten_stack_restore(this.#stackEnd);
    this.#frames = exports.malloc(FRAMES);
    this.#memory.setU32(this.#frames, this.#frames + 8);
    this.#memory.setU32(this.#frames + 4, this.#frames + FRAMES);
    suspension.open(exports, this.#frames);
  }

  /** Makes it ready; `name` is the module by which Python finds the door. */
  async start(name: string): Promise<void> {
    const exports = this.#exports;
    await this.#suspension.run(() => exports.mp_js_init(PYSTACK, HEAP));
    exports.proxy_c_init();
    const value = exports.malloc(VALUE);
    writeDoor(this.#memory, value, DOOR);
    exports.mp_js_register_js_module(this.#text(name), value);
    // The package asks for a collection every 16 kB, for it is seldom granted one. Here it is when the heap is full.
    await this.execute('import gc\ngc.threshold(-1)\ndel gc\n');
  }

  /** Runs source text in `__main__`. Gives what an uncaught exception says. */
  async execute(source: string): Promise<string | undefined> {
    const bytes = encode(source);
    const at = this.#text(source);
    const out = this.#exports.malloc(VALUE);
    await this.#suspension.run(() => this.#exports.mp_js_do_exec(at, bytes.length, out));
    return readException(this.#memory, out);
  }

  /** Makes the running program raise KeyboardInterrupt at its next step. */
  interrupt(): void {
    this.#exports.mp_sched_keyboard_interrupt();
  }

  /** Makes it raise an exception, of which the address is given (`id` in Python). */
  raise(address: number): void {
    this.#memory.setU32(PENDING_EXCEPTION, address);
    if (this.#memory.view.getInt16(SCHED_STATE, true) === 1) this.#memory.view.setInt16(SCHED_STATE, 0, true);
  }

  /** Makes it call the function at an address with a small number. */
  schedule(address: number, argument: number): void {
    this.#exports.mp_sched_schedule(address, (argument << 1) | 1);
  }

  /** Bytes of an object of Python (uctypes.addressof): to be read or filled while it is suspended. */
  bytesAt(address: number, length: number): Uint8Array {
    return this.#memory.bytes.subarray(address, address + length);
  }

  #text(text: string): number {
    const bytes = encode(text);
    const at = this.#exports.malloc(bytes.length + 1);
    this.#memory.bytes.set(bytes, at);
    this.#memory.bytes[at + bytes.length] = 0;
    return at;
  }

  #tick(): MaybePromise<number> {
    const pause = this.#process.work(FUEL_TIME);
    return pause ? pause.then(() => FUEL) : FUEL;
  }

  /** Collects what is no longer reachable. All that the program holds lies in memory now: objects, its stack, its saved frames. */
  async #collect(): Promise<number> {
    await this.#process.sys.brk(BASE + this.#heapSize());
    const m = this.#memory;
    const own = [m.u32(PYSTACK_START), m.u32(PYSTACK_CURRENT)] as const;
    const stack = [this.#exports.emscripten_stack_get_current(), this.#stackEnd];
    let overflow = 0;
    for (const [start, end] of [own, stack, [this.#frames + 8, m.u32(this.#frames)]] as const) {
      // A collection's roots are the state and the stack of Python; for this time, that is one stack after the other.
      m.setU32(PYSTACK_START, start!);
      m.setU32(PYSTACK_CURRENT, end!);
      this.#exports.gc_collect_start();
      overflow |= m.i32(MARKS_OVERFLOW);
    }
    m.setU32(PYSTACK_START, own[0]);
    m.setU32(PYSTACK_CURRENT, own[1]);
    m.setI32(MARKS_OVERFLOW, overflow);
    await this.#files.collected(() => this.#exports.gc_collect_end());
    await this.#process.work(this.#heapSize() / 4096);
    return 0;
  }

  #heapSize(): number {
    let size = 0;
    for (let area = FIRST_AREA; area !== 0; area = this.#memory.u32(area))
      size += this.#memory.u32(area + POOL_END) - this.#memory.u32(area + POOL_START);
    return size;
  }

  #call(door: Door, count: number, first: number, out: number, second = first + VALUE): number {
    return this.#suspension.wait(() => {
      const at = (i: number): number => (i === 1 ? second : first + i * VALUE);
      const [name, ...args] = Array.from({ length: count }, (_, i) => readValue(this.#memory, at(i)));
      const give = (value: Value | typeof FAILED): number => {
        writeValue(this.#memory, out, value, (size) => this.#exports.malloc(size));
        return 0;
      };
      const failed = (error: unknown): number => {
        if (!isErrno(error)) throw error;
        this.#errno = error.code === 'EINTR' ? 4 : errnoNumber(error.code);
        return give(FAILED);
      };
      if (name === 'errno') return give(this.#errno);
      try {
        const result = door(String(name), args);
        return result instanceof Promise ? result.then(give, failed) : give(result);
      } catch (error) {
        return failed(error);
      }
    });
  }
}
