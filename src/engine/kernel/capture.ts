import type { OpenFile } from '../vfs/file.ts';
import type { Kernel, Spawned, SpawnOptions } from './kernel.ts';

export interface CaptureOptions extends Omit<SpawnOptions, 'files' | 'terminal'> {
  /** What standard input holds before it ends; nothing if absent. */
  stdin?: Uint8Array;
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
}

/**
 * Starts a process whose standard streams are pipes with their other ends outside the machine. Bytes arrive as they
 * are written; when `exited` settles, all that the process itself wrote has arrived. Processes that it left
 * behind go on writing to the same callbacks.
 */
export function spawnCaptured(kernel: Kernel, options: CaptureOptions): Spawned {
  const [input, inputEnd] = kernel.vfs.pipe(kernel.outside.credentials);
  const [outputEnd, output] = kernel.vfs.pipe(kernel.outside.credentials);
  const [errorEnd, error] = kernel.vfs.pipe(kernel.outside.credentials);
  let spawned: Spawned;
  try {
    spawned = kernel.spawn({ ...options, files: [input, output, error] });
  } catch (failure) {
    for (const end of [inputEnd, outputEnd, errorEnd]) end.release();
    throw failure;
  }
  void feed(kernel, inputEnd, options.stdin);
  void drain(kernel, outputEnd, options.stdout);
  void drain(kernel, errorEnd, options.stderr);
  spawned.task.onExit.unshift(() => {
    empty(kernel, outputEnd, options.stdout);
    empty(kernel, errorEnd, options.stderr);
  });
  return spawned;
}

async function feed(kernel: Kernel, end: OpenFile, data: Uint8Array | undefined): Promise<void> {
  try {
    if (data !== undefined && data.length > 0) await end.write(data, kernel.outside);
  } catch {
    // Nobody reads it (EPIPE): so be it.
  }
  end.release();
}

async function drain(kernel: Kernel, end: OpenFile, deliver: (chunk: Uint8Array) => void): Promise<void> {
  for (;;) {
    const chunk = await end.read(CHUNK, kernel.outside);
    if (chunk.length === 0) break;
    deliver(chunk);
  }
  end.release();
}

/** Takes what lies in a pipe without waiting. */
function empty(kernel: Kernel, end: OpenFile, deliver: (chunk: Uint8Array) => void): void {
  while (end.poll().readable) {
    const chunk = end.read(CHUNK, kernel.outside);
    if (chunk instanceof Promise || chunk.length === 0) return;
    deliver(chunk);
  }
}

const CHUNK = 65536;
