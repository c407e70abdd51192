import type { VertexStatus } from '../../api/build.ts';
import { isDone, type Job, type Trace } from './trace.ts';
import { formatBytes } from './units.ts';

interface Row {
  name: string;
  status: string;
  seconds: number;
  isDone: boolean;
  colour: string;
  /** Lines of what runs, shown below. */
  output: string[];
}

const BLUE = '34';
const RED = '31';
const YELLOW = '33';
/** How many lines of a running step's output are shown. */
const OUTPUT_LINES = 6;

/** Progress as a picture that is drawn over itself, for terminals. Models progressui/display.go. */
export class TtyDisplay {
  readonly #trace: Trace;
  readonly #write: (text: string) => Promise<void>;
  readonly #now: () => number;
  readonly #size: () => Promise<{ columns: number; rows: number }>;
  readonly #description: string;
  #lines = 0;
  #isRepeated = false;

  constructor(
    trace: Trace,
    description: string,
    {
      write,
      now,
      size,
    }: {
      write: (text: string) => Promise<void>;
      now: () => number;
      size: () => Promise<{ columns: number; rows: number }>;
    },
  ) {
    this.#trace = trace;
    this.#description = description;
    this.#write = write;
    this.#now = now;
    this.#size = size;
  }

  async refresh(isLast = false): Promise<void> {
    const { columns, rows } = await this.#size();
    const { jobs } = this.#trace;
    this.#trace.updated.clear();
    const all = jobs.flatMap((job) => this.#rowsOf(job));
    const shown = isLast ? all : fitting(all, rows - 2);
    const done = jobs.filter(isDone).length;
    const status = isLast && done > 0 && done === jobs.length ? 'FINISHED' : '';
    const elapsed = jobs[0] === undefined ? 0 : (this.#now() - jobs[0].vertex.started!) / 1000;
    const title = `[+] Building ${elapsed.toFixed(1)}s (${done}/${jobs.length}) ${status}`;

    let out = '\x1b[1A'.repeat(this.#lines + 1);
    if (!this.#isRepeated) out += '\x1b[1B';
    this.#isRepeated = true;
    out += `\x1b[0G\x1b[?25l${aligned(title, this.#description, columns - 1).slice(0, columns)}\n`;
    let lines = 0;
    for (const row of shown) {
      out += drawn(row, columns);
      lines++;
      for (const line of row.output) {
        out += `\x1b[2m => => # ${line.slice(0, columns - 10).padEnd(columns - 10)}\n\x1b[0m`;
        lines++;
      }
    }
    const gone = this.#lines - lines;
    if (gone > 0) out += `${`${' '.repeat(columns)}\n`.repeat(gone)}\x1b[${gone}A\x1b[0G`;
    this.#lines = lines;
    await this.#write(`${out}\x1b[?25h`);
  }

  #rowsOf(job: Job): Row[] {
    const { vertex } = job;
    const end = vertex.completed ?? this.#now();
    const mark = vertex.error === undefined ? (vertex.cached ? 'CACHED ' : '') : 'ERROR ';
    const seconds = (end - (vertex.started ?? end)) / 1000;
    const own: Row = {
      name: mark + vertex.name.replaceAll('\t', ' '),
      status: '',
      seconds,
      isDone: isDone(job),
      colour: vertex.error === undefined ? BLUE : RED,
      output: isDone(job) ? [] : lastLines(job.output),
    };
    const warnings = job.warnings.map((text) => ({
      ...own,
      name: `WARN: ${text}`,
      isDone: false,
      colour: YELLOW,
      output: [],
    }));
    return [own, ...job.statuses.map((status) => this.#statusRow(status)), ...warnings];
  }

  #statusRow({ id, current, total, started, completed }: VertexStatus): Row {
    const amount =
      total > 0 ? `${formatBytes(current)} / ${formatBytes(total)}` : current > 0 ? formatBytes(current) : '';
    return {
      name: `=> ${id}`,
      status: amount,
      seconds: ((completed ?? this.#now()) - started) / 1000,
      isDone: completed !== undefined,
      colour: BLUE,
      output: [],
    };
  }
}

/** The last lines of an output, without what moves the cursor. */
function lastLines(output: string): string[] {
  const plain = output.replace(/\u{1b}\[[0-9;?]*[A-Za-z]|[^\n\x20-\u{10ffff}]/gu, '');
  return plain.split('\n').filter(Boolean).slice(-OUTPUT_LINES);
}

/** The last rows, and those above them that go on. */
function fitting(rows: readonly Row[], limit: number): Row[] {
  if (rows.length <= limit) return [...rows];
  if (limit <= 0) return [];
  const hidden = rows.slice(0, rows.length - limit).filter((row) => !row.isDone);
  return [...hidden, ...rows.slice(rows.length - limit + Math.min(hidden.length, limit))].slice(0, limit);
}

function drawn(row: Row, columns: number): string {
  const timer = ` ${(row.seconds < 0.05 ? 0 : row.seconds).toFixed(1)}s\n`;
  let left = columns - ' => '.length - timer.length - 1;
  const withStatus = row.status !== '' && left + row.status.length > 20;
  if (withStatus) left -= row.status.length + 1;
  if (left < 12) return '';
  const text = ` => ${row.name.slice(0, left)}${withStatus ? ` ${row.status}` : ''}`;
  const line = aligned(text, timer, columns);
  return row.isDone || row.colour === YELLOW ? `\x1b[${row.colour}m${line}\x1b[0m` : line;
}

const aligned = (left: string, right: string, width: number): string =>
  `${left.padEnd(width - right.length - 1)} ${right}`;
