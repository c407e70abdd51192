import { gunzipSync } from 'fflate';
import { IMAGE } from './image.ts';

let compiled: WebAssembly.Module | undefined;

/** MicroPython's code, compiled once for all processes. It happens at once: nothing in the engine may wait for the platform. */
export function micropython(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(gunzipSync(Uint8Array.from(atob(IMAGE), (c) => c.charCodeAt(0))));
  return compiled;
}
