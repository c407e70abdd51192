import { inputsOf, type Root, type Vertex } from '../../../builder/plan/vertex.ts';
import type { Engine } from '../../engine.ts';
import type { CacheRecord } from '../cache.ts';
import { BuildFailure } from '../failure.ts';
import type { Progress } from '../progress.ts';
import type { BuildNotes } from '../record/notes.ts';
import { NOTHING, type Result } from '../result.ts';
import type { DefinitionKeys, Elsewhere } from './elsewhere.ts';
import type { ImportedSteps } from './import.ts';

/** What the solver does with a step on which one that was done elsewhere stands. */
export interface Needs {
  /** It is needed all the same. */
  run: (vertex: Vertex) => Promise<unknown>;
  /** An image of which `by` needs no file. */
  endUnused: (image: Vertex, by: Vertex) => void;
}

/** Takes the results of steps that were done elsewhere, and passes over the steps that nobody needs then. */
export class TakenSteps {
  readonly #engine: Engine;
  readonly #report: { progress: Progress; notes: BuildNotes };
  readonly #imported: ImportedSteps;
  readonly #keys: DefinitionKeys;
  readonly #elsewhere: Elsewhere;
  readonly #passed = new Set<Vertex>();

  constructor(
    engine: Engine,
    report: { progress: Progress; notes: BuildNotes },
    imported: ImportedSteps,
    keys: DefinitionKeys,
    elsewhere: Elsewhere,
  ) {
    this.#engine = engine;
    this.#report = report;
    this.#imported = imported;
    this.#keys = keys;
    this.#elsewhere = elsewhere;
  }

  /** The result of a step, and all that it needed with it; undefined where it was not done elsewhere. Throws `BuildFailure`. */
  async take(
    vertex: Vertex,
    needs: Needs,
  ): Promise<{ key: string; result: Result; record: CacheRecord } | undefined> {
    const hit = this.#elsewhere.hits.get(vertex);
    if (hit === undefined) return undefined;
    const { key, count, image } = hit;
    for (const input of inputsOf(vertex)) await this.#passOver(input, vertex, needs);
    const step = this.#report.progress.begin(vertex.name);
    const result = await image.load(count, step).catch((error: unknown) => {
      step.fail(error);
      throw new BuildFailure(error, vertex.location);
    });
    step.end(true);
    this.#report.notes.hit(vertex, result);
    const record = this.#keep(key, vertex, result);
    await this.#keepPassed();
    return { key, result, record };
  }

  /** A step that nobody needs, since what follows it was done elsewhere. */
  async #passOver(vertex: Root, by: Vertex, needs: Needs): Promise<void> {
    if (vertex === undefined || ['context', 'http', 'git'].includes(vertex.op.kind)) return;
    if (vertex.op.kind === 'image') return needs.endUnused(vertex, by);
    if (this.#elsewhere.needed.has(vertex)) {
      await needs.run(vertex);
      return;
    }
    if (this.#passed.has(vertex)) return;
    this.#passed.add(vertex);
    for (const input of inputsOf(vertex)) await this.#passOver(input, vertex, needs);
    this.#report.progress.cached(vertex.name);
    this.#report.notes.hit(vertex, NOTHING);
  }

  /** The results of steps that nobody needed are good for the next time, where their layers have come with others. */
  async #keepPassed(): Promise<void> {
    for (const vertex of this.#passed) {
      const key = await this.#keys.of(vertex);
      const { count, image } = this.#imported.get(key) ?? {};
      if (count === undefined || this.#engine.buildCache.find(key) !== undefined) continue;
      const result = image?.here(count);
      if (result !== undefined) this.#keep(key, vertex, result);
    }
  }

  /** The layers below have come with an image, as those of a base do. */
  #keep(key: string, { name }: Vertex, result: Result): CacheRecord {
    const { buildCache } = this.#engine;
    const { top } = result;
    return buildCache.add(key, result, {
      description: name,
      parent: buildCache.image(top?.parent, `pulled from ${name}`),
      size: top?.size ?? 0,
      isMutable: false,
    });
  }
}
