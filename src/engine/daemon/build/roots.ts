import { pack } from '../../archive/pack.ts';
import { readerOf } from '../../base/byte-stream.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Engine } from '../engine.ts';
import type { Layer, WritableLayer } from '../images/layer-store.ts';
import type { Result } from './result.ts';

/** Runs `body` on the files of a root; what it changes is a layer more. */
export async function changedRoot(
  engine: Engine,
  below: Result,
  body: (path: string) => Promise<void>,
): Promise<Result> {
  const { layers } = engine;
  const layer = await layers.createBuildLayer(below.top);
  try {
    await mounted(engine, layer, body);
    return await committed(engine, below, layer);
  } finally {
    await layers.removeBuildLayer(layer);
  }
}

/** A root with what was written to a layer above it. The result holds a reference to its topmost layer. */
export async function committed(engine: Engine, below: Result, layer: WritableLayer): Promise<Result> {
  const { layers, sys } = engine;
  const changes = pack(sys, layers.diffDirectory(layer), { overlay: true });
  const top = await layers.register(below.top, readerOf(changes));
  return { top, created: [...below.created, rfc3339Nano(engine.now())] };
}

export function lowestFirst(top: Layer | undefined): Layer[] {
  const all: Layer[] = [];
  for (let layer = top; layer !== undefined; layer = layer.parent) all.unshift(layer);
  return all;
}

async function mounted<T>(
  { layers }: Engine,
  layer: WritableLayer,
  body: (path: string) => Promise<T>,
): Promise<T> {
  const path = await layers.mount(layer);
  try {
    return await body(path);
  } finally {
    await layers.unmount(layer);
  }
}
