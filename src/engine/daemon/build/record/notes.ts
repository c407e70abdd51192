import type { LeftOut } from '../../../api/build.ts';
import type { StageOutline } from '../../../builder/plan/stage-outlines.ts';
import type { Vertex } from '../../../builder/plan/vertex.ts';
import { familiarString, type Reference, tagNameOnly } from '../../../oci/reference.ts';
import { type SentFile, sameFile } from '../cache.ts';
import type { Content } from '../content-hash.ts';
import type { Definition } from '../definition.ts';
import type { Result } from '../result.ts';
import { type Known, type Origin, partsOf } from './key-parts.ts';
import { type Earlier, whyMissed } from './miss.ts';
import type { BuildRecord, StepRecord } from './model.ts';

/** At most so many steps are kept of a build, and the names of so many files: of one source, and of all. */
const NOTE_LIMITS = { steps: 300, source: 2000, files: 10_000 };

/** Takes notes of one build beside the solver: nothing waits for it, so that the build does the same with it as without. */
export class BuildNotes {
  readonly #record: BuildRecord;
  readonly #earlier: readonly BuildRecord[];
  readonly #now: () => number;
  /** The steps of the Dockerfile that one of the plan stands for. */
  readonly #steps = new Map<Vertex, StepRecord[]>();
  /** What was taken, by its digest; with its files as far as their names are kept. */
  readonly #contents = new Map<string, Content['files'] | undefined>();
  #kept = 0;
  readonly #makers = new Map<string, ReturnType<Known['parent']>>();

  /** @param earlier builds that are over, the newest first */
  constructor(record: BuildRecord, earlier: readonly BuildRecord[], now: () => number) {
    this.#record = record;
    this.#earlier = earlier;
    this.#now = now;
  }

  /** What the image will be called. */
  called(names: readonly Reference[]): void {
    this.#record.names = names.map((name) => familiarString(tagNameOnly(name)));
  }

  /** What is to be done. */
  planned(outline: readonly StageOutline[]): void {
    let id = 0;
    for (const [stage, { label, code, base, image, isNeeded, steps }] of outline.entries()) {
      const all: StepRecord[] = [];
      const add = (
        step: Pick<StepRecord, 'code' | 'keyword' | 'sources' | 'args'>,
        vertex: Vertex | undefined,
      ) => {
        if (id >= NOTE_LIMITS.steps) return;
        const state = !isNeeded || vertex !== undefined ? 'skipped' : 'configuration';
        const made = {
          ...step,
          id: id++,
          place: all.length,
          stage,
          state,
          parts: [],
          why: [],
        } satisfies StepRecord;
        all.push(made);
        if (vertex !== undefined) put(this.#steps, vertex, made);
      };
      if (image?.op.kind === 'image')
        add({ code: image.op.reference, keyword: 'from', sources: [], args: [] }, image);
      for (const { vertex, ...step } of steps) add(step, vertex);
      this.#record.stages.push({ label, code, isNeeded, steps: all, ...(base !== undefined && { base }) });
    }
  }

  /** A step of the plan has become one of the solver's, maybe one with others. */
  became(planned: Vertex, vertex: Vertex): void {
    const all = this.#steps;
    if (planned !== vertex) for (const step of all.get(planned) ?? []) put(all, vertex, step);
    const steps = this.#of(vertex);
    for (const step of steps) {
      step.state = 'waiting';
      if (step !== steps[0]) step.same = steps[0]!.id;
    }
  }

  /** The context that is sent: what is left out of it, then what has come. */
  leftOut(leftOut: LeftOut): void {
    this.#record.context = { files: [], more: 0, sent: 0, bytes: 0, known: 0, leftOut };
  }

  sent(before: ReadonlyMap<string, SentFile>, now: ReadonlyMap<string, SentFile>): void {
    const { context } = this.#record;
    if (context === undefined) return;
    const counted = new Set<string>();
    for (const [at, file] of now) {
      // Two steps may take the same file by different ways.
      const path = at.replace(/^\/+/, '');
      if (counted.has(path)) continue;
      counted.add(path);
      const isKnown = sameFile(before.get(at), file);
      if (isKnown) context.known++;
      else {
        context.sent++;
        context.bytes += file.size;
      }
      if (context.files.length < NOTE_LIMITS.source) context.files.push({ path, size: file.size, isKnown });
      else context.more++;
    }
  }

  /** Files were looked at. */
  took({ digest, files }: Content): void {
    if (this.#contents.has(digest)) return;
    const isKept = files.size <= NOTE_LIMITS.source && this.#kept + files.size <= NOTE_LIMITS.files;
    if (isKept) this.#kept += files.size;
    this.#contents.set(digest, isKept ? files : undefined);
  }

  /** What identifies an image's files. */
  named(vertex: Vertex, key: string): void {
    const [step] = this.#of(vertex);
    if (step !== undefined) this.#makers.set(key, { step: step.id, title: step.code, isImage: true });
  }

  keyed(vertex: Vertex, key: string, definition: Definition): void {
    const [maker] = this.#of(vertex);
    if (maker !== undefined) this.#makers.set(key, { step: maker.id, title: maker.code });
    const parts = partsOf(definition, vertex, {
      isContent: (digest) => this.#contents.has(digest),
      files: (digest) => this.#contents.get(digest),
      parent: (made) => this.#makers.get(made) ?? {},
      origin: (from) => this.#originOf(from),
    });
    for (const step of this.#of(vertex)) Object.assign(step, { key, parts });
  }

  hit(vertex: Vertex, result: Result): void {
    for (const step of this.#of(vertex)) Object.assign(step, { state: 'cached', ...layerOf(result) });
  }

  began(vertex: Vertex): void {
    const started = this.#now();
    const earlier = this.#earlierSteps();
    for (const step of this.#of(vertex)) {
      const { label } = this.#record.stages[step.stage]!;
      const why = whyMissed(step, label, vertex.ignoreCache, earlier);
      Object.assign(step, { state: 'running', started, why });
    }
  }

  made(vertex: Vertex, result: Result): void {
    const ended = this.#now();
    for (const step of this.#of(vertex)) Object.assign(step, { state: 'run', ended, ...layerOf(result) });
  }

  failed(vertex: Vertex, error: unknown): void {
    const ended = this.#now();
    for (const step of this.#of(vertex))
      Object.assign(step, { state: 'failed', ended, error: messageOf(error) });
  }

  /** The files of an image are wanted. */
  fetching(vertex: Vertex): void {
    const started = this.#now();
    for (const step of this.#of(vertex)) Object.assign(step, { state: 'running', started });
  }

  /** What was done about them. */
  loaded(vertex: Vertex, image: NonNullable<StepRecord['image']>): void {
    const ended = this.#now();
    for (const step of this.#of(vertex))
      Object.assign(step, { state: image === 'fetched' ? 'run' : 'cached', image, ended });
  }

  /** @param image undefined where none was asked for */
  done(image: string | undefined): void {
    if (image !== undefined) this.#record.image = image;
    this.#end();
  }

  broke(error: unknown): void {
    this.#record.error = messageOf(error);
    this.#end();
  }

  #end(): void {
    this.#record.ended = this.#now();
    for (const { steps } of this.#record.stages)
      for (const step of steps)
        if (step.state === 'waiting' || step.state === 'running') step.state = 'unreached';
  }

  #of(vertex: Vertex): readonly StepRecord[] {
    return this.#steps.get(vertex) ?? [];
  }

  *#earlierAll(): Generator<Earlier> {
    for (const { project, stages } of this.#earlier)
      for (const { label, steps } of stages)
        for (const step of steps)
          yield { step, stage: label, isSameProject: project === this.#record.project };
  }

  #earlierSteps(): Earlier[] {
    return [...this.#earlierAll()].filter(({ step }) => step.key !== undefined);
  }

  #originOf(from: Vertex | undefined): Origin {
    const { op } = from ?? {};
    if (op === undefined) return { is: 'stage', name: 'scratch' };
    if (op.kind === 'context') return { is: 'context', name: '' };
    if (op.kind === 'inline') return { is: 'document', name: op.filename };
    if (op.kind === 'http') return { is: 'url', name: op.url };
    if (op.kind === 'image') return { is: 'image', name: op.reference };
    const [step] = this.#of(from!);
    return { is: 'stage', name: step === undefined ? '' : this.#record.stages[step.stage]!.label };
  }
}

const put = (all: Map<Vertex, StepRecord[]>, vertex: Vertex, step: StepRecord) =>
  all.set(
    vertex,
    [...(all.get(vertex) ?? []), step].sort((a, b) => a.id - b.id),
  );

const layerOf = ({ top }: Result): Pick<StepRecord, 'layer'> =>
  top === undefined ? {} : { layer: { diffId: top.diffId, size: top.size } };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
