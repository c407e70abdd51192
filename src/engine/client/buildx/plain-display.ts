import type { VertexStatus } from '../../api/build.ts';
import { isDone, type Job, type Trace } from './trace.ts';
import { formatBytes } from './units.ts';

/** Progress as lines that stay: one step after the other, each with a number. Models progressui/printer.go. */
export class PlainDisplay {
  readonly #trace: Trace;
  readonly #write: (text: string) => Promise<void>;
  #current: Job | undefined;
  #count = 0;
  #out = '';

  constructor(trace: Trace, description: string, write: (text: string) => Promise<void>) {
    this.#trace = trace;
    this.#write = write;
    this.#description = description;
  }

  readonly #description: string;

  /** Prints what is new. */
  async refresh(): Promise<void> {
    const { updated, jobs } = this.#trace;
    const done = [...updated].filter(isDone);
    const current = this.#current;
    if (current !== undefined && done.includes(current)) this.#print(current);
    // Those that ended first come first.
    done.sort((a, b) => a.vertex.completed! - b.vertex.completed!);
    for (const job of done) if (job !== current) this.#print(job);
    if (this.#current === undefined) {
      const open = [...updated].find((job) => !isDone(job)) ?? jobs.find((job) => !isDone(job));
      if (open !== undefined) this.#print(open);
    } else if (updated.has(this.#current)) this.#print(this.#current);
    const text = this.#out;
    this.#out = '';
    if (text !== '') await this.#write(text);
  }

  #print(job: Job): void {
    this.#trace.updated.delete(job);
    job.index ||= ++this.#count;
    this.#head(job);
    this.#statuses(job);
    while (job.warnings.length > 0) this.#line(job, `WARN: ${job.warnings.shift()}`);
    this.#logs(job);
    this.#current = job;
    if (!isDone(job) || job.statuses.some(({ completed }) => completed === undefined)) return;
    this.#current = undefined;
    if (job.isPartial) this.#out += '\n';
    const { error, cached, started, completed } = job.vertex;
    if (error !== undefined) this.#line(job, `ERROR: ${error}`);
    else if (cached) this.#line(job, 'CACHED');
    else this.#line(job, `DONE ${((completed! - started!) / 1000).toFixed(1)}s`);
  }

  #head(job: Job): void {
    if (job === this.#current) return;
    if (this.#current !== undefined) {
      if (this.#current.isPartial) this.#out += '\n';
      this.#current.printed = 0;
      this.#line(this.#current, '...');
    }
    if (this.#count > 1 || this.#current !== undefined) this.#out += '\n';
    else if (this.#description !== '') this.#out += `#0 ${this.#description}\n\n`;
    this.#line(job, job.vertex.name);
  }

  #statuses(job: Job): void {
    for (const status of job.statuses) if (job.changed.has(status.id)) this.#line(job, statusText(status));
    job.changed.clear();
  }

  #logs(job: Job): void {
    for (const [i, line] of job.lines.entries()) {
      const isLast = i === job.lines.length - 1;
      const rest = i === 0 ? line.slice(job.printed) : line;
      this.#out += i === 0 && job.printed > 0 ? rest : `#${job.index} ${line}`;
      if (!isLast || !job.isPartial) this.#out += '\n';
      job.last.put(rest, !job.isPartial);
    }
    const last = job.isPartial ? job.lines.at(-1) : undefined;
    job.lines = last === undefined ? [] : [last];
    job.printed = last?.length ?? 0;
  }

  #line(job: Job, text: string): void {
    this.#out += `#${job.index} ${text}\n`;
  }
}

function statusText({ id, current, total, started, timestamp, completed }: VertexStatus): string {
  const amount =
    total > 0
      ? ` ${formatBytes(current)} / ${formatBytes(total)}`
      : current > 0
        ? ` ${formatBytes(current)}`
        : '';
  const took = ((completed ?? timestamp) - started) / 1000;
  return `${id}${amount}${took > 0.01 ? ` ${took.toFixed(1)}s` : ''}${completed === undefined ? '' : ' done'}`;
}
