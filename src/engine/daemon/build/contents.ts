import type { CopyAction, ExecMount, Vertex } from '../../builder/plan/vertex.ts';
import { GoError } from '../../runtime/go-error.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import type { Engine } from '../engine.ts';
import { type Content, contentOf } from './content-hash.ts';
import type { BuildNotes } from './record/notes.ts';

/** What identifies the files that the steps of a build take. */
export class Contents {
  readonly #engine: Engine;
  readonly #notes: BuildNotes;
  /** Of the context: what each step takes of it is looked at before any is done. */
  readonly #ofContext = new Map<CopyAction | ExecMount, Content>();

  constructor(engine: Engine, notes: BuildNotes) {
    this.#engine = engine;
    this.#notes = notes;
  }

  /** What identifies files of the context; undefined for others. */
  ofContext(one: CopyAction | ExecMount): Content | undefined {
    return this.#ofContext.get(one);
  }

  /** Looks at all that a step takes from a context, which is seen at `view`. Throws `GoError`. */
  async lookAtContext({ op }: Vertex, context: Vertex, view: string): Promise<void> {
    if (op.kind === 'file')
      for (const action of op.actions)
        if (action.kind === 'copy' && action.from === context)
          this.#ofContext.set(action, await this.of(action, view));
    if (op.kind === 'exec')
      for (const mount of op.mounts)
        if (mount.kind === 'bind' && mount.from === context)
          this.#ofContext.set(mount, await this.of({ ...MOUNTED, source: mount.source }, view));
  }

  /** Looks at files that are seen at `view`. Throws `GoError`. */
  async of(selection: Parameters<typeof contentOf>[2], view: string): Promise<Content> {
    const { host, sys } = this.#engine;
    const content = await contentOf(sys, view, selection).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new GoError(`failed to calculate checksum of ref ${host.id}::${newBuildId(sys)}: ${message}`);
    });
    this.#notes.took(content);
    return content;
  }
}

/** How a mount takes from the context: all that is at its source. */
const MOUNTED = {
  followLinks: true,
  wildcards: false,
  contentsOnly: true,
  include: [],
  exclude: [],
  required: [],
} as const;
