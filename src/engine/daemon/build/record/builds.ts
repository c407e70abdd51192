import type { BuildRequest } from '../request.ts';
import type { BuildRecord } from './model.ts';
import { BuildNotes } from './notes.ts';

/** Under which name the daemon publishes the builds that it has done, for those who look at the machine from outside. */
export const BUILD_RECORD = 'dockerd.builds';

/** At most so many builds are kept, and of all together so many characters. */
export const BUILD_LIMITS = { builds: 12, weight: 4 << 20 };

/** The last builds of the daemon. */
export class BuildRecords {
  readonly #now: () => number;
  readonly #builds: BuildRecord[] = [];
  #last = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Oldest first. */
  get builds(): readonly BuildRecord[] {
    return this.#builds;
  }

  /** A build begins. */
  begin({ dockerfile, plan, context, sharedKey }: BuildRequest): BuildNotes {
    const record: BuildRecord = {
      id: ++this.#last,
      names: [],
      dockerfile,
      target: plan.target,
      project: `${sharedKey || JSON.stringify(context)} ${dockerfile}`,
      started: this.#now(),
      stages: [],
    };
    while (
      this.#builds.length >= BUILD_LIMITS.builds ||
      (this.#builds.length > 1 && this.#weight() > BUILD_LIMITS.weight)
    )
      this.#builds.shift();
    const earlier = [...this.#builds].reverse();
    this.#builds.push(record);
    return new BuildNotes(record, earlier, this.#now);
  }

  #weight(): number {
    return this.#builds.reduce((sum, build) => sum + weightOf(build), 0);
  }
}

function weightOf({ stages }: BuildRecord): number {
  let weight = 0;
  for (const { code, parts } of stages.flatMap(({ steps }) => steps)) {
    weight += code.length;
    for (const { value, files } of parts) {
      weight += value.length;
      for (const [path, marks] of files ?? []) weight += path.length + marks.length;
    }
  }
  return weight;
}
