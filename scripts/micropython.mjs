// Makes the interpreter that the simulated `python` runs, out of MicroPython's npm package: `node scripts/micropython.mjs`, which npm
// runs at the end of an installation (`prepare`). Takes some ten seconds, and none when nothing has changed.
//
// MicroPython runs until it returns; a program of the simulated kernel waits in the middle of a system call. So the code is
// made suspendable (binaryen's Asyncify), and where the package's code has no place to stop at, one is added:
// - the bytecode loop asks `drydock_tick` from time to time, so that a busy loop gives way and can be interrupted;
// - the garbage collector, which the package runs only when nothing else does, is left to `drydock_collect`: with the
//   program suspended all that it holds lies in memory, so it can be collected from outside at any moment.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'fflate';

const input = fileURLToPath(
  import.meta.resolve('@micropython/micropython-webassembly-pyscript/micropython.wasm'),
);
const output = fileURLToPath(new URL('../src/engine/userland/python/interpreter/image.ts', import.meta.url));
/** The functions below are named by their numbers in exactly this file. */
const DIGEST = '06338c955b03c5700aa0069015d3e392d76836ef8e2ce25bedbe59b88ccd373c';

const FEATURES = ['bulk-memory', 'sign-ext', 'nontrapping-float-to-int', 'mutable-globals'];

/** Imports in which the interpreter may be suspended; through `invoke_…` it comes back into its own code. */
const SUSPENDING = [
  ...['i', 'ii', 'iii', 'iiii', 'iiiii', 'iiiiii', 'v', 'vi', 'vii', 'viii', 'viiii'].map(
    (signature) => `env.invoke_${signature}`,
  ),
  ...['drydock_tick', 'drydock_collect', 'call0', 'call1', 'call2', 'calln'].map((name) => `env.${name}`),
  ...['chdir', 'getcwd', 'mkdirat', 'openat', 'poll', 'getdents64', 'renameat', 'rmdir'].map(
    (name) => `env.__syscall_${name}`,
  ),
  ...['fstat64', 'stat64', 'newfstatat', 'lstat64', 'statfs64', 'unlinkat'].map(
    (name) => `env.__syscall_${name}`,
  ),
  ...['close', 'sync', 'seek', 'read', 'write'].map((name) => `wasi_snapshot_preview1.fd_${name}`),
];

/** `sched_state` of MicroPython's `mp_state_ctx`: 0 when an exception or a callback is pending. */
const SCHED_STATE = /\(i32\.load16_u offset=185108\s+\(i32\.const 252\)\s+\)/g;

/** `mp_warning(NULL, "exception chaining not supported")` */
const CHAINING_WARNING =
  /\(call \$fimport\$3\s+\(i32\.const 519\)\s+\(i32\.const 0\)\s+\(i32\.const 79099\)\s+\(i32\.const 0\)\s+\)/;

/** How deep the C stack may become, of the room that interpreter.ts makes for it. */
const STACK_LIMIT = 80 * 1024;

/** Replaces the one place that matches. */
function replaceOnce(text, pattern, replacement) {
  const found = text.match(new RegExp(pattern, 'g'))?.length ?? 0;
  if (found !== 1) throw new Error(`${found} places match ${pattern}: expected one`);
  return text.replace(pattern, replacement);
}

/** Changes the text of one function. */
function inFunction(text, number, change) {
  const start = text.indexOf(`\n (func $${number}`);
  const end = text.indexOf('\n )\n', start);
  return text.slice(0, start) + change(text.slice(start, end)) + text.slice(end);
}

function patched(source) {
  let text = replaceOnce(
    source,
    / \(import "env" "_abort_js"/,
    ' (import "env" "drydock_tick" (func $tick_host (result i32)))\n (import "env" "drydock_collect" (func $collect_host))\n$&',
  );
  // gc_collect(): "not now, the heap must grow".
  text = replaceOnce(
    text,
    /\(func \$1218\n {2}\(i32\.store8 offset=186124\n {3}\(i32\.const 0\)\n {3}\(i32\.const 1\)\n {2}\)/,
    '(func $1218\n  (call $collect_host)',
  );
  // mp_execute_bytecode(): where it looks for what is pending, at each jump.
  text = inFunction(text, 972, (code) => replaceOnce(code, SCHED_STATE, '(call $tick)'));
  // There too: that `raise … from` forgets the cause is no matter for the program's standard error.
  text = inFunction(text, 972, (code) => replaceOnce(code, CHAINING_WARNING, '(nop)'));
  // mp_iternext(), by which what is not bytecode goes through iterators: sum(), list(). mp_handle_pending() raises what is pending.
  text = inFunction(text, 332, (code) =>
    code.replace(
      /\n {2}\(global\.set /,
      '\n  (if (i32.eqz (call $tick)) (then (call $372 (i32.const 1))))$&',
    ),
  );
  // mp_js_init(): how deep calls may go is what its host gives, which has a larger stack than the package.
  text = inFunction(text, 1210, (code) =>
    replaceOnce(code, /\(i32\.const 32768\)/, `(i32.const ${STACK_LIMIT})`),
  );
  const end = text.lastIndexOf('\n)');
  return `${text.slice(0, end)}
 (global $fuel (mut i32) (i32.const 0))
 (func $tick (result i32)
  (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
  (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then (global.set $fuel (call $tick_host))))
  (i32.load16_u offset=185108 (i32.const 252)))
 (export "gc_collect_start" (func $18))
 (export "gc_collect_end" (func $20))
 (export "mp_sched_schedule" (func $371))${text.slice(end)}`;
}

function binaryen(tool, ...args) {
  const path = fileURLToPath(new URL(`../node_modules/binaryen/bin/${tool}`, import.meta.url));
  const { status, error } = spawnSync(process.execPath, [path, ...args], { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${tool} failed`);
}

const wasm = readFileSync(input);
const digest = createHash('sha256').update(wasm).digest('hex');
if (digest !== DIGEST) throw new Error(`${input} is not the file that this script knows: ${digest}`);
/** What the result depends on: the input, and this script. */
const stamp = createHash('sha256')
  .update(wasm)
  .update(readFileSync(new URL(import.meta.url)))
  .digest('hex');
if (existsSync(output) && readFileSync(output, 'utf8').startsWith(`// ${stamp}\n`)) process.exit(0);
const directory = mkdtempSync(join(tmpdir(), 'micropython-'));
try {
  const [text, changed] = [join(directory, 'a.wat'), join(directory, 'b.wasm')];
  const features = FEATURES.map((name) => `--enable-${name}`);
  binaryen('wasm-dis', input, '-o', text, ...features);
  writeFileSync(text, patched(readFileSync(text, 'utf8')));
  const asyncify = ['--asyncify', `--pass-arg=asyncify-imports@${SUSPENDING.join(',')}`];
  binaryen('wasm-opt', text, ...features, '-O2', ...asyncify, '-O2', '-o', changed);
  const packed = Buffer.from(gzipSync(readFileSync(changed), { mtime: 0, level: 9 })).toString('base64');
  writeFileSync(
    output,
    `// ${stamp}
// Made by scripts/micropython.mjs out of MicroPython 1.27.0 (MIT License, Copyright (c) 2013-2025 Damien P. George and others).
/** The interpreter as WebAssembly, gzip, Base64. */
export const IMAGE =
  '${packed}';
`,
  );
} finally {
  rmSync(directory, { recursive: true });
}
