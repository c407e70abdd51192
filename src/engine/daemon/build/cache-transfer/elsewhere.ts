import { marshal } from '../../../base/go-json.ts';
import {
  type CopyAction,
  type ExecMount,
  inputsOf,
  type Root,
  type Vertex,
} from '../../../builder/plan/vertex.ts';
import { type Digest, digestOf } from '../../../oci/digest.ts';
import { definitionOf, imageKey, inlineKey, keyOf } from '../definition.ts';
import { inOrder } from '../steps.ts';
import type { ImportedImage, ImportedSteps } from './import.ts';

/** A step whose result was made elsewhere. */
export interface Hit {
  key: Digest;
  /** How many of the image's layers its files are made of. */
  count: number;
  image: ImportedImage;
}

/**
 * What identifies steps without any of them being done: files that one copies from another step's are known by that step, and not by
 * what is in them.
 */
export class DefinitionKeys {
  readonly #imageChain: (reference: string) => Digest;
  readonly #digest: (one: CopyAction | ExecMount) => string | undefined;
  readonly #known = new Map<Vertex, Promise<Digest>>();

  /** @param digest what identifies files that are here already: those of the context */
  constructor(
    imageChain: (reference: string) => Digest,
    digest: (one: CopyAction | ExecMount) => string | undefined,
  ) {
    this.#imageChain = imageChain;
    this.#digest = digest;
  }

  of(vertex: Vertex): Promise<Digest> {
    const known = this.#known.get(vertex);
    if (known !== undefined) return known;
    const key = this.#of(vertex);
    this.#known.set(vertex, key);
    return key;
  }

  async #of(vertex: Vertex): Promise<Digest> {
    const { op } = vertex;
    if (op.kind === 'image') return imageKey(this.#imageChain(op.reference));
    if (op.kind === 'inline') return inlineKey(op);
    const keys = new Map<Root, Digest>();
    for (const input of inputsOf(vertex))
      if (input !== undefined && input.op.kind !== 'context') keys.set(input, await this.of(input));
    const definition = await definitionOf(vertex, {
      rootOf: (root) => keys.get(root) ?? '',
      mountOf: (mount) => this.#digest(mount),
      contentOf: async (action) =>
        this.#digest(action) ??
        digestOf(marshal([keys.get(action.from) ?? '', action.source, action.include])),
    });
    return keyOf(definition);
  }
}

/** Which steps of a plan were done elsewhere, and which are needed all the same. */
export class Elsewhere {
  readonly hits: ReadonlyMap<Vertex, Hit>;
  readonly needed: ReadonlySet<Vertex>;

  private constructor(hits: ReadonlyMap<Vertex, Hit>, needed: ReadonlySet<Vertex>) {
    this.hits = hits;
    this.needed = needed;
  }

  /** @param isHere whether the engine's own cache has a result */
  static async find(
    root: Vertex,
    imported: ImportedSteps,
    keys: DefinitionKeys,
    isHere: (key: Digest) => boolean,
  ): Promise<Elsewhere> {
    const hits = new Map<Vertex, Hit>();
    const needed = new Set<Vertex>();
    const need = async (vertex: Vertex): Promise<void> => {
      if (needed.has(vertex)) return;
      needed.add(vertex);
      const key = await keys.of(vertex);
      const found = imported.get(key);
      // What is to be done anew makes all that follows anew; what is fetched may have changed where it is.
      const isAnew = inOrder(vertex).some(
        ({ ignoreCache, op }) => ignoreCache || op.kind === 'http' || op.kind === 'git',
      );
      if (found?.count !== undefined && !isAnew && !isHere(key)) {
        const { count, image } = found;
        hits.set(vertex, { key, count, image });
        return;
      }
      for (const input of inputsOf(vertex)) if (input !== undefined) await need(input);
    };
    await need(root);
    return new Elsewhere(hits, needed);
  }
}
