import { canonical } from '../../builder/plan/canonical.ts';
import {
  type CopyAction,
  type InlineOp,
  inputsOf,
  type Root,
  type Vertex,
} from '../../builder/plan/vertex.ts';
import type { Digest } from '../../oci/digest.ts';
import { statOf, writeFile } from '../../runtime/files.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { chain } from '../images/layer-store.ts';
import type { CacheRecord } from './cache.ts';
import { DefinitionKeys, Elsewhere } from './cache-transfer/elsewhere.ts';
import type { ImportedSteps } from './cache-transfer/import.ts';
import type { SolvedStep } from './cache-transfer/record.ts';
import { stepsOf } from './cache-transfer/steps.ts';
import { type Needs, TakenSteps } from './cache-transfer/taken.ts';
import type { Content } from './content-hash.ts';
import { Contents } from './contents.ts';
import type { BuildContext } from './context.ts';
import { definitionOf, imageKey, inlineKey, keyOf } from './definition.ts';
import { doExecOp, Missing } from './exec-op.ts';
import { BuildFailure } from './failure.ts';
import { doFileOp } from './file-op.ts';
import { gitStep } from './git-step.ts';
import { fetchFile } from './http-op.ts';
import type { ImageSource } from './image-source.ts';
import type { Progress, Step } from './progress.ts';
import type { BuildNotes } from './record/notes.ts';
import { NOTHING, type Result } from './result.ts';
import { changedRoot } from './roots.ts';
import { contextPaths, inOrder } from './steps.ts';
import { Views } from './views.ts';

export interface SolveOptions {
  progress: Progress;
  images: ImageSource;
  context: BuildContext;
  secrets: ReadonlyMap<string, string>;
  extraHosts: readonly string[];
  cancelled: Promise<unknown>;
  notes: BuildNotes;
  /** Steps that were done elsewhere. */
  imported: ImportedSteps;
}

/** A step that is done, and what identifies what it made. */
interface Solved {
  key: string;
  result: Result;
  /** What the build cache has it under. */
  record?: CacheRecord | undefined;
}

/** Does the steps of a plan, each once, and none whose result is known. Models BuildKit's solver. Throws `BuildFailure`. */
export class Solver {
  readonly #engine: Engine;
  readonly #options: SolveOptions;
  readonly #views: Views;
  readonly #solved = new Map<Vertex, Promise<Solved>>();
  /** Images whose step has begun and not yet ended. */
  readonly #open = new Map<Vertex, Step>();
  /** Who takes the files of an image, as long as it is not known whether they are needed. */
  readonly #undecided = new Map<Vertex, Set<Vertex>>();
  readonly #contents: Contents;
  /** What this build has used of the cache. */
  readonly #used = new Set<CacheRecord>();
  #plan: { root: Root } | undefined;
  #keys: DefinitionKeys | undefined;
  #taken: TakenSteps | undefined;
  readonly #needs: Needs = {
    run: (vertex) => this.#run(vertex),
    endUnused: (image, by) => this.#endUnused(image, by),
  };

  constructor(engine: Engine, options: SolveOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#views = new Views(engine);
    this.#contents = new Contents(engine, options.notes);
  }

  /** Gives what the last step makes; the build cache holds its layers. */
  async solve(planned: Root): Promise<Result> {
    const root = this.#canonical(planned);
    try {
      if (root === undefined) return NOTHING;
      const all = inOrder(root);
      for (const vertex of all)
        if (vertex.op.kind === 'image') {
          this.#undecided.set(vertex, new Set(all.filter((user) => inputsOf(user).includes(vertex))));
          await this.#begin(vertex, vertex.op.reference);
        }
      const sent = all.filter(({ op }) => op.kind === 'context');
      for (const one of sent) {
        const beside = one.op.kind === 'context' ? one.op.name : undefined;
        const { context, notes } = this.#options;
        this.#views.put(one, await context.load(contextPaths(all, one), beside, notes));
      }
      for (const vertex of all)
        if (vertex.op.kind === 'http' || vertex.op.kind === 'git') await this.#fetch(vertex, all);
      for (const one of sent) await this.#digestContext(one, all);
      await this.#findElsewhere(root);
      await this.#run(root);
      await this.#load(root);
      const { result, record } = await this.#run(root);
      this.#use(record);
      this.#engine.buildCache.finish(record);
      return result;
    } finally {
      for (const step of this.#open.values()) step.endAtOnce(false);
      await this.#views.close();
    }
  }

  /** Finds out which steps have been done elsewhere. */
  async #findElsewhere(root: Vertex): Promise<void> {
    const { imported, images } = this.#options;
    const keys = new DefinitionKeys(
      (reference) => images.key(reference),
      (one) => this.#contents.ofContext(one)?.digest,
    );
    this.#keys = keys;
    if (imported.size === 0) return;
    const isHere = (key: string) => this.#engine.buildCache.find(key) !== undefined;
    const elsewhere = await Elsewhere.find(root, imported, keys, isHere);
    this.#taken = new TakenSteps(this.#engine, this.#options, imported, keys, elsewhere);
  }

  /** The plan with each step once; always the same one. */
  #canonical(planned: Root): Root {
    this.#plan ??= { root: canonical(planned, (step, vertex) => this.#options.notes.became(step, vertex)) };
    return this.#plan.root;
  }

  async #begin(vertex: Vertex, reference: string): Promise<void> {
    const step = this.#options.progress.begin(vertex.name);
    this.#open.set(vertex, step);
    // One of a registry is looked for there, whether its files are here or not.
    if (reference.includes('@')) await step.part(`resolve ${reference}`, async () => undefined);
  }

  #run(vertex: Vertex): Promise<Solved> {
    const known = this.#solved.get(vertex);
    if (known !== undefined) return known;
    const running = this.#runOnce(vertex);
    this.#solved.set(vertex, running);
    return running;
  }

  async #runOnce(vertex: Vertex): Promise<Solved> {
    const { op } = vertex;
    const { progress, images, notes } = this.#options;
    if (op.kind === 'image') {
      const key = imageKey(images.key(op.reference));
      notes.named(vertex, key);
      return { key, result: NOTHING };
    }
    if (op.kind === 'context' || op.kind === 'http' || op.kind === 'git') return { key: '', result: NOTHING };
    if (op.kind === 'inline') return this.#write(vertex, op);
    const taken = this.#taken && (await this.#taken.take(vertex, this.#needs));
    if (taken !== undefined) {
      this.#used.add(taken.record);
      return taken;
    }
    const inputs = new Map<Root, Solved>();
    for (const input of inputsOf(vertex)) if (input !== undefined) inputs.set(input, await this.#run(input));
    const definition = await definitionOf(vertex, {
      rootOf: (root) => inputs.get(root)?.key ?? '',
      mountOf: (mount) => this.#contents.ofContext(mount)?.digest,
      contentOf: async (action) => (await this.#contentOf(action)).digest,
    });
    const key = keyOf(definition);
    notes.keyed(vertex, key, definition);
    const cache = this.#engine.buildCache;
    const hit = vertex.ignoreCache ? undefined : cache.find(key);
    if (hit !== undefined) {
      for (const input of inputsOf(vertex)) this.#endUnused(input, vertex);
      progress.cached(vertex.name);
      notes.hit(vertex, hit.result);
      return { key, ...hit };
    }
    for (const input of inputsOf(vertex)) await this.#load(input);
    for (const input of inputsOf(vertex)) this.#use(await this.#recordOf(input));
    const parent = await this.#recordOf(op.root);
    cache.finish(parent);
    notes.began(vertex);
    const result = await progress
      .step(vertex.name, (step) => this.#do(vertex, step))
      .catch((error: unknown) => {
        notes.failed(vertex, error);
        throw new BuildFailure(error, vertex.location);
      });
    notes.made(vertex, result);
    const record = cache.add(key, result, {
      description: op.kind === 'exec' ? `mount / from exec ${op.args.join(' ')}` : vertex.name,
      parent,
      size: result.top?.size ?? 0,
    });
    this.#used.add(record);
    return { key, result, record };
  }

  async #recordOf(root: Root): Promise<CacheRecord | undefined> {
    return root === undefined ? undefined : (await this.#run(root)).record;
  }

  /** However many steps need it, a build counts once. */
  #use(record: CacheRecord | undefined): void {
    if (record === undefined || this.#used.has(record)) return;
    this.#used.add(record);
    this.#engine.buildCache.use(record);
  }

  async #contentOf(action: CopyAction): Promise<Content> {
    const known = this.#contents.ofContext(action);
    if (known !== undefined) return known;
    await this.#load(action.from);
    return this.#contents.of(action, await this.#viewOf(action.from));
  }

  /**
   * What identifies the files that each step takes from the context: all of them are looked at before the first step is done, and a
   * step whose files are not there fails at once.
   */
  async #digestContext(sent: Vertex, all: readonly Vertex[]): Promise<void> {
    const failed: { vertex: Vertex; error: Error }[] = [];
    const view = await this.#views.of(sent, NOTHING);
    for (const vertex of all)
      await this.#contents
        .lookAtContext(vertex, sent, view)
        .catch((error: Error) => failed.push({ vertex, error }));
    const [first] = failed;
    if (first === undefined) return;
    const root = inputsOf(first.vertex)[0];
    if (root !== undefined) {
      await this.#run(root);
      await this.#load(root);
    }
    const { progress, notes } = this.#options;
    for (const { vertex, error } of failed) {
      notes.failed(vertex, error);
      await progress.step(vertex.name, () => Promise.reject(error)).catch(() => undefined);
    }
    const why = new GoError(`failed to compute cache key: ${first.error.message}`);
    throw new BuildFailure(why, first.vertex.location);
  }

  async #do(vertex: Vertex, step: Step): Promise<Result> {
    const engine = this.#engine;
    const { op } = vertex;
    const resultOf = async (root: Root) => (root === undefined ? NOTHING : (await this.#run(root)).result);
    switch (op.kind) {
      case 'exec': {
        const { secrets, extraHosts, cancelled } = this.#options;
        try {
          return await doExecOp(engine, await resultOf(op.root), op, {
            log: (stream, bytes) => step.log(stream, bytes),
            isFresh: vertex.ignoreCache,
            secrets,
            extraHosts,
            cancelled,
            rootOf: (mount) => this.#viewOf('from' in mount ? mount.from : undefined),
          });
        } catch (error) {
          if (error instanceof Missing) throw error;
          const why = error instanceof Error ? error.message : String(error);
          throw new GoError(
            `process ${JSON.stringify(op.args.join(' '))} did not complete successfully: ${why}`,
          );
        }
      }
      case 'file':
        return changedRoot(engine, await resultOf(op.root), (path) =>
          doFileOp(engine.sys, path, op, ({ from }) => this.#viewOf(from)),
        );
      default:
        throw new GoError(`no step: ${op.kind}`);
    }
  }

  /** What of the steps of a plan that is solved others may make use of, for an image of so many layers. */
  async steps(planned: Root, chain: readonly Digest[]): Promise<SolvedStep[]> {
    const root = this.#canonical(planned);
    const { imported } = this.#options;
    const solved = (vertex: Vertex) => this.#solved.get(vertex);
    return root === undefined ? [] : stepsOf(root, { chain, keys: this.#keys!, solved, imported });
  }

  /** Where the files of a root are seen. */
  async #viewOf(root: Root): Promise<string> {
    const result = root === undefined ? NOTHING : (await this.#run(root)).result;
    return this.#views.of(root, result);
  }

  /** Sees to it that the files of a root are here. */
  async #load(root: Root): Promise<void> {
    if (root?.op.kind !== 'image') return;
    const step = this.#open.get(root);
    const solved = await this.#run(root);
    if (step === undefined || solved.result !== NOTHING) return;
    this.#open.delete(root);
    const { buildCache, layers } = this.#engine;
    const { notes } = this.#options;
    try {
      const { reference } = root.op;
      const isHere = this.#options.images.isHere(reference);
      notes.fetching(root);
      const top = await this.#options.images.load(reference, step);
      const isKnown = buildCache.knowsImage(top);
      const result: Result = { top, created: chain(top).map(() => undefined) };
      // One that was here when it was looked for has no name there.
      const description = reference.includes('@') ? `pulled from ${reference}` : 'from local ';
      const record = buildCache.image(top, description);
      if (top) await layers.release(top);
      if (record) this.#used.add(record);
      this.#solved.set(root, Promise.resolve({ ...solved, result, record }));
      notes.loaded(root, isHere ? 'here' : 'fetched');
      if (isHere) step.endAtOnce(isKnown);
      else step.end();
    } catch (error) {
      step.fail(error);
      notes.failed(root, error);
      throw new BuildFailure(error, root.location);
    }
  }

  /** An image of which no file is needed, by this step and by the others that begin with it: that it is known is all. */
  #endUnused(root: Root, by: Vertex): void {
    if (root === undefined) return;
    const undecided = this.#undecided.get(root);
    undecided?.delete(by);
    if (undecided !== undefined && undecided.size > 0) return;
    const step = this.#open.get(root);
    if (step === undefined) return;
    step.endAtOnce(false);
    this.#options.notes.loaded(root, 'unread');
    this.#open.delete(root);
  }

  /** Writes a file of the Dockerfile's own where it can be taken from. */
  async #write(vertex: Vertex, op: InlineOp): Promise<Solved> {
    const { filename, data, mode } = op;
    const key = inlineKey(op);
    const { progress } = this.#options;
    const cache = this.#engine.buildCache;
    const directory = await this.#views.directory();
    const write = () =>
      writeFile(this.#engine.sys, `${directory}/${filename}`, data, mode).catch((error: unknown) => {
        throw new GoError(`open /${filename}: ${errorText(error)}`);
      });
    if (cache.find(key) === undefined) {
      await progress.step(vertex.name, write);
      cache.add(key, NOTHING, { description: vertex.name, size: data.length });
    } else {
      await write();
      progress.cached(vertex.name);
    }
    this.#views.put(vertex, directory);
    return { key, result: NOTHING };
  }

  async #fetch(vertex: Vertex, all: readonly Vertex[]): Promise<void> {
    const { op } = vertex;
    const { progress } = this.#options;
    if (op.kind === 'git') {
      const files = gitStep(this.#engine, progress, vertex.name, op.source);
      this.#views.put(vertex, await files.catch((error: unknown) => this.#notFetched(error, vertex, all)));
      return;
    }
    if (op.kind !== 'http') return;
    const directory = await this.#views.directory();
    await progress
      .step(vertex.name, () => fetchFile(this.#engine, op, directory))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        return this.#notFetched(new GoError(`failed to load cache key: ${why}`), vertex, all);
      });
    const { size = 0 } = (await statOf(this.#engine.sys, `${directory}/${op.filename}`)) ?? {};
    const of = { type: 'regular', description: `http url ${op.url}`, size } as const;
    this.#engine.buildCache.source(`http ${op.url}`, of);
    this.#views.put(vertex, directory);
  }

  async #notFetched(error: unknown, vertex: Vertex, all: readonly Vertex[]): Promise<never> {
    for (const user of all) if (inputsOf(user).includes(vertex)) await this.#load(inputsOf(user)[0]);
    throw new BuildFailure(error, undefined);
  }
}
