import type { SolveStatus, StatusVertex } from '../../api/build.ts';
import { digestOf } from '../../oci/digest.ts';
import { encodeBase64 } from '../../userland/lib/base64.ts';

/** Tells of a build as it goes on. */
export class Progress {
  readonly #tell: (status: SolveStatus) => void;
  readonly #now: () => number;
  #count = 0;
  /** The step that brings the Dockerfile, which all that is said of it belongs to: the first, unless told otherwise. */
  definition = '';

  constructor(tell: (status: SolveStatus) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  /** A step that begins now. */
  begin(name: string): Step {
    const digest = digestOf(`${this.#count++} ${name}`);
    this.definition ||= digest;
    return new Step(digest, name, this.#tell, this.#now);
  }

  /** A step, from its beginning to its end; what it throws is its error. */
  async step<T>(name: string, body: (step: Step) => Promise<T>): Promise<T> {
    const step = this.begin(name);
    try {
      const result = await body(step);
      step.end();
      return result;
    } catch (error) {
      step.fail(error);
      throw error;
    }
  }

  /** A step whose result is known. */
  cached(name: string): void {
    this.begin(name).end(true);
  }
}

/** One step under way. */
export class Step {
  readonly digest: string;
  readonly #name: string;
  readonly #tell: (status: SolveStatus) => void;
  readonly #now: () => number;
  readonly #started: number;

  constructor(digest: string, name: string, tell: (status: SolveStatus) => void, now: () => number) {
    this.digest = digest;
    this.#name = name;
    this.#tell = tell;
    this.#now = now;
    this.#started = now();
    this.#say({});
  }

  end(cached = false): void {
    this.#say({ completed: this.#now(), ...(cached ? { cached } : {}) });
  }

  /** The end of a step that had nothing to do: it was over when it began. */
  endAtOnce(cached: boolean): void {
    this.#say({ completed: this.#started, ...(cached ? { cached } : {}) });
  }

  fail(error: unknown): void {
    this.#say({ completed: this.#now(), error: error instanceof Error ? error.message : String(error) });
  }

  log(stream: number, bytes: Uint8Array): void {
    const log = { vertex: this.digest, stream, data: encodeBase64(bytes), timestamp: this.#now() };
    this.#tell({ logs: [log] });
  }

  /** A part of it, from its beginning to its end. */
  async part<T>(id: string, body: () => Promise<T>): Promise<T> {
    const told = this.report(id);
    const result = await body();
    told(0, 0, true);
    return result;
  }

  /** Begins a part; what it gives tells how far it is, in bytes. */
  report(id: string): (current: number, total: number, done?: boolean) => void {
    const started = this.#now();
    const tell = (current: number, total: number, done = false) => {
      const timestamp = this.#now();
      const completed = done ? { completed: timestamp } : {};
      this.#tell({
        statuses: [{ id, vertex: this.digest, current, total, timestamp, started, ...completed }],
      });
    };
    return tell;
  }

  #say(more: Partial<StatusVertex>): void {
    this.#tell({ vertexes: [{ digest: this.digest, name: this.#name, started: this.#started, ...more }] });
  }
}
