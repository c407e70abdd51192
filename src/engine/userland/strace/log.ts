import { calendar } from '../../base/calendar.ts';
import type { Output } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import type { Options } from './options.ts';

/** Where the lines of one or all tracees go, and whose line is open. */
export class Log<Owner> {
  readonly #out: Output;
  readonly #options: Pick<Options, 'column' | 'stamp' | 'relative'>;
  /** How far the open line has come, in bytes. */
  #column = 0;
  #last: number | undefined;
  /** Whose line is begun and not ended. */
  open: Owner | undefined;

  constructor(out: Output, options: Pick<Options, 'column' | 'stamp' | 'relative'>) {
    this.#out = out;
    this.#options = options;
  }

  /** Begins a line; what another has begun is left unfinished. `now` is in ms since the epoch. */
  begin(owner: Owner, prefix: string, now: number): void {
    this.leave();
    this.#column = 0;
    this.write(prefix + this.#stamps(now));
    this.open = owner;
  }

  /** A line of its own. */
  line(prefix: string, text: string, now: number): void {
    this.leave();
    this.#column = 0;
    this.write(`${prefix}${this.#stamps(now)}${text}`);
    this.end();
  }

  write(text: string): void {
    this.#column += textToBytes(text).length;
    void this.#out.write(text);
  }

  /** Goes on to the column of results. */
  align(): void {
    this.write(' '.repeat(Math.max(0, this.#options.column - this.#column)));
  }

  end(): void {
    void this.#out.write('\n');
    this.open = undefined;
  }

  /** Leaves the open line, for its owner to resume. */
  leave(): void {
    if (this.open === undefined) return;
    this.write(' <unfinished ...>');
    this.end();
  }

  async flush(): Promise<void> {
    await this.#out.flush();
  }

  #stamps(now: number): string {
    const { stamp, relative } = this.#options;
    let text = '';
    if (stamp === 'epoch') text += `${seconds(now)} `;
    else if (stamp !== 'none') text += `${timeOfDay(now, stamp === 'microseconds')} `;
    if (relative) {
      text += `${seconds(this.#last === undefined ? 0 : now - this.#last).padStart(13)} `;
      this.#last = now;
    }
    return text;
  }
}

/** Milliseconds as seconds with six digits after the point. */
export const seconds = (ms: number): string => (Math.round(ms * 1000) / 1e6).toFixed(6);

function timeOfDay(ms: number, microseconds: boolean): string {
  const { hour, minute, second } = calendar(Math.floor(ms));
  const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
  if (!microseconds) return time;
  const rest = Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1000);
  return `${time}.${String(rest).padStart(6, '0')}`;
}
