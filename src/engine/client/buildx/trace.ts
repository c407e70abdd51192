import type { SolveStatus, StatusVertex, VertexStatus } from '../../api/build.ts';
import { decode, encode } from '../../base/bytes.ts';
import { decodeBase64 } from '../../userland/lib/base64.ts';

/** A step as far as it is known. */
export interface Job {
  vertex: StatusVertex;
  /** In the order in which they began. */
  statuses: VertexStatus[];
  /** Ids of those that have changed since they were last printed. */
  changed: Set<string>;
  warnings: string[];
  /** Lines that are not yet printed, each with its time. */
  lines: string[];
  /** The last of them has no end yet. */
  isPartial: boolean;
  /** How much of that line is printed. */
  printed: number;
  /** The last lines that were printed, for when it fails. */
  last: LastLines;
  /** Everything that was printed by what runs, without times. */
  output: string;
  /** Its number in plain progress; 0 as long as it has none. */
  index: number;
}

/** How many lines of a step are told once more when it fails. */
const LAST = 10;

/**
 * A ring of lines, from the oldest. It goes on only behind lines that came without an unfinished one, so that those of one batch
 * take each other's place, as in progressui.
 */
export class LastLines {
  readonly #slots: (string | undefined)[] = Array.from({ length: LAST });
  #at = 0;

  put(line: string, goesOn: boolean): void {
    this.#slots[this.#at] = line;
    if (goesOn) this.#at = (this.#at + 1) % LAST;
  }

  all(): string[] {
    return [...this.#slots.slice(this.#at), ...this.#slots.slice(0, this.#at)].filter(
      (line) => line !== undefined,
    );
  }
}

/** What is known of a build that goes on. Models BuildKit util/progress/progressui. */
export class Trace {
  readonly jobs: Job[] = [];
  readonly #byDigest = new Map<string, Job>();
  /** Steps of which something is new. */
  readonly updated = new Set<Job>();

  update({ vertexes = [], statuses = [], logs = [], warnings = [] }: SolveStatus): void {
    for (const vertex of vertexes) {
      const job = this.#job(vertex);
      job.vertex = vertex;
      this.updated.add(job);
    }
    for (const status of statuses) this.#status(status);
    for (const { vertex, short } of warnings) this.#byDigest.get(vertex)?.warnings.push(short);
    for (const { vertex, data, timestamp } of logs) {
      const job = this.#byDigest.get(vertex);
      if (job === undefined) continue;
      const text = decode(decodeBase64(encode(data), true).bytes);
      addOutput(job, text, timestamp);
      this.updated.add(job);
    }
  }

  #job(vertex: StatusVertex): Job {
    const known = this.#byDigest.get(vertex.digest);
    if (known !== undefined) return known;
    const job: Job = {
      vertex,
      statuses: [],
      changed: new Set(),
      warnings: [],
      lines: [],
      isPartial: false,
      printed: 0,
      last: new LastLines(),
      output: '',
      index: 0,
    };
    this.#byDigest.set(vertex.digest, job);
    this.jobs.push(job);
    return job;
  }

  #status(status: VertexStatus): void {
    const job = this.#byDigest.get(status.vertex);
    if (job === undefined) return;
    const at = job.statuses.findIndex(({ id }) => id === status.id);
    if (at === -1) job.statuses.push(status);
    else job.statuses[at] = status;
    job.changed.add(status.id);
    this.updated.add(job);
  }

  /** What has failed, each with what is left of its lines and the last that were printed. */
  failures(): string {
    return this.jobs
      .filter(({ vertex }) => vertex.error !== undefined)
      .map(
        ({ vertex, lines, last }) =>
          `------\n > ${vertex.name}:\n${[...lines, ...last.all()].map((line) => `${line}\n`).join('')}------\n`,
      )
      .join('');
  }
}

export const isDone = ({ vertex }: Job): boolean => vertex.completed !== undefined;

function addOutput(job: Job, text: string, timestamp: number): void {
  job.output += text;
  const pieces = text.split('\n');
  const isWhole = pieces.at(-1) === '';
  if (isWhole) pieces.pop();
  for (const [i, piece] of pieces.entries())
    if (i === 0 && job.isPartial) job.lines[job.lines.length - 1] += piece;
    else job.lines.push(`${seconds(timestamp - (job.vertex.started ?? timestamp))} ${piece}`);
  job.isPartial = !isWhole;
}

/** With so many decimals that it stays about as long. */
function seconds(ms: number): string {
  const value = ms / 1000;
  return value.toFixed(value < 10 ? 3 : value < 100 ? 2 : 1);
}
