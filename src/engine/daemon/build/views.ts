import type { Root, Vertex } from '../../builder/plan/vertex.ts';
import { removeAll } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import type { WritableLayer } from '../images/layer-store.ts';
import { makeTemporary } from '../temporary.ts';
import type { Result } from './result.ts';

/** Roots mounted so that steps can take files from them, until the build is over. What is written to them is lost. */
export class Views {
  readonly #engine: Engine;
  readonly #places = new Map<Root, string>();
  readonly #layers: WritableLayer[] = [];
  readonly #directories: string[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Where a root is that is a directory. */
  put(vertex: Vertex, path: string): void {
    this.#places.set(vertex, path);
  }

  /** Where the files of a result are seen. */
  async of(root: Root, result: Result): Promise<string> {
    const known = this.#places.get(root);
    if (known !== undefined) return known;
    const { layers } = this.#engine;
    const layer = await layers.createBuildLayer(result.top);
    this.#layers.push(layer);
    const path = await layers.mount(layer);
    this.#places.set(root, path);
    return path;
  }

  /** An empty directory. */
  async directory(): Promise<string> {
    const path = await makeTemporary(this.#engine, 'buildkit-');
    this.#directories.push(path);
    return path;
  }

  async close(): Promise<void> {
    const { layers, sys } = this.#engine;
    for (const layer of this.#layers) {
      await layers.unmount(layer);
      await layers.removeBuildLayer(layer);
    }
    for (const path of this.#directories) await removeAll(sys, path);
  }
}
