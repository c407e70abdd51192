import { calendar, MONTHS, rfc3339Nano } from '../../base/calendar.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

/** What the binary was built with. */
const GO: Readonly<Record<string, string>> = { '2.8.3': 'go1.20.8', '3.0.0': 'go1.23.7' };

export type Fields = Readonly<Record<string, string | undefined>>;

/** The program's log on standard error, in logrus' text format, and its access log on standard output. */
export class Log {
  readonly #sys: Syscalls;
  readonly #most: number;
  readonly #go: string;

  constructor(sys: Syscalls, version: string, level: string) {
    this.#sys = sys;
    const most = LEVELS.findIndex((known) => level.startsWith(known));
    this.#most = most === -1 ? LEVELS.indexOf('info') : most;
    this.#go = GO[version] ?? 'go1.20.8';
  }

  async write(level: Level, message: string, fields: Fields): Promise<void> {
    if (LEVELS.indexOf(level) > this.#most) return;
    const pairs = Object.entries({ 'go.version': this.#go, ...fields }).flatMap(([key, value]) =>
      value === undefined ? [] : [` ${key}=${shown(value)}`],
    );
    await this.#line(level === 'warn' ? 'warning' : level, message, pairs.sort().join(''));
  }

  fatal(message: string): Promise<void> {
    return this.#line('fatal', message, '');
  }

  /** A line of Go's own log, as net/http writes it. */
  async plain(message: string): Promise<void> {
    const { year, month, day, hour, minute, second } = calendar(this.#sys.clock_gettime());
    const time = `${year}/${two(month)}/${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
    await writeAll(this.#sys, 2, textToBytes(`${time} ${message}\n`));
  }

  /** A line of the common log format with referrer and agent (Apache's combined). */
  async access(line: {
    address: string;
    user: string | undefined;
    request: string;
    status: number;
    written: number;
    referrer: string;
    agent: string;
  }): Promise<void> {
    const { year, month, day, hour, minute, second } = calendar(this.#sys.clock_gettime());
    const time = `${two(day)}/${MONTHS[month - 1]}/${year}:${two(hour)}:${two(minute)}:${two(second)} +0000`;
    const agent = line.agent.replace(/[\\"]/g, '\\$&');
    const text = `${line.address} - ${line.user ?? '-'} [${time}] "${line.request}" ${line.status} ${line.written} "${line.referrer}" "${agent}"\n`;
    await writeAll(this.#sys, 1, textToBytes(text));
  }

  async #line(level: string, message: string, rest: string): Promise<void> {
    const time = rfc3339Nano(this.#sys.clock_gettime());
    const text = `time="${time}" level=${level} msg=${shown(message)}${rest}\n`;
    await writeAll(this.#sys, 2, textToBytes(text));
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** logrus puts in quotes what has more than letters, digits and a few signs. */
const shown = (value: string): string => (/^[\w.\-/@^+]+$/.test(value) ? value : JSON.stringify(value));

/** A span of time as Go writes it, of less than a minute. */
export function goDuration(ms: number): string {
  const nanoseconds = Math.round(ms * 1e6);
  if (nanoseconds < 1000) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  return `${nanoseconds / 1e9}s`;
}
