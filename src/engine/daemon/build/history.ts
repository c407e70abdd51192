import type { SolveStatus } from '../../api/build.ts';
import type { BuildRecord } from '../../api/buildkit.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { GoError } from '../../runtime/go-error.ts';

/** How many are kept. */
const LIMIT = 50;

/** A build, under way or over. */
class RecordedBuild {
  readonly ref: string;
  readonly #attributes: Readonly<Record<string, string>>;
  readonly #started: number;
  /** All that was told of it. */
  readonly statuses: SolveStatus[] = [];
  #ended: (Pick<BuildRecord, 'Error' | 'Materials' | 'Attachments'> & { at: number }) | undefined;

  constructor(ref: string, attributes: Readonly<Record<string, string>>, started: number) {
    this.ref = ref;
    this.#attributes = attributes;
    this.#started = started;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  end(at: number, outcome: Pick<BuildRecord, 'Error' | 'Materials' | 'Attachments'>): void {
    this.#ended = { at, ...outcome };
  }

  describe(now: number): BuildRecord {
    const last = new Map(
      this.statuses.flatMap(({ vertexes = [] }) => vertexes).map((vertex) => [vertex.digest, vertex]),
    );
    const steps = [...last.values()];
    const { at, Error: failure, Materials = [], Attachments = [] } = this.#ended ?? {};
    const failed = failure === undefined ? undefined : steps.find(({ error }) => error !== undefined);
    return {
      Ref: this.ref,
      FrontendAttrs: { ...this.#attributes },
      CreatedAt: rfc3339Nano(this.#started),
      CompletedAt: at === undefined ? null : rfc3339Nano(at),
      Duration: Math.round(((at ?? now) - this.#started) * 1e6),
      ...(failure === undefined
        ? {}
        : { Error: { ...failure, ...(failed ? { Vertex: failed.digest } : {}) } }),
      NumTotalSteps: steps.length,
      NumCompletedSteps: steps.filter(({ completed }) => completed !== undefined).length,
      NumCachedSteps: steps.filter(({ cached }) => cached === true).length,
      Materials,
      Attachments,
    };
  }
}

/** The builds that were asked for, the latest fifty. Models BuildKit solver/llbsolver/history.go; a restart forgets them. */
export class BuildHistory {
  readonly #now: () => number;
  readonly #builds = new Map<string, RecordedBuild>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A build that begins. */
  begin(ref: string, attributes: Readonly<Record<string, string>>): RecordedBuild {
    const build = new RecordedBuild(ref, attributes, this.#now());
    this.#builds.set(ref, build);
    for (const { ref: old, isOver } of this.#builds.values()) {
      if (this.#builds.size <= LIMIT) break;
      if (isOver) this.#builds.delete(old);
    }
    return build;
  }

  /** All, the latest first, or that of a reference. */
  records(ref = ''): BuildRecord[] {
    const all = [...this.#builds.values()].reverse();
    return all.filter((build) => ref === '' || build.ref === ref).map((build) => build.describe(this.#now()));
  }

  /** What was told of a build. Throws `GoError`. */
  statuses(ref: string): readonly SolveStatus[] {
    const build = this.#builds.get(ref);
    if (build === undefined) throw new GoError(`no such job ${ref}`);
    return build.statuses;
  }

  /** Throws `GoError` where there is none. */
  remove(ref: string): void {
    if (!this.#builds.get(ref)?.isOver) throw new GoError(`lease "ref_${ref}": not found`);
    this.#builds.delete(ref);
  }
}
