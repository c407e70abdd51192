import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';

/** How much is said: 0 only failures, 1 warnings, 2 news, 3 everything. */
export type Verbosity = 0 | 1 | 2 | 3;

/** What one process of stress prints. Worse news goes to standard error, with the line of stress.c that it comes from. */
export class Voice {
  readonly #process: Process;
  readonly #verbosity: Verbosity;

  constructor(process: Process, verbosity: Verbosity) {
    this.#process = process;
    this.#verbosity = verbosity;
  }

  /** The same for another process. */
  of(process: Process): Voice {
    return new Voice(process, this.#verbosity);
  }

  async info(text: string): Promise<void> {
    if (this.#verbosity >= 2) await this.#say(1, 'info', text);
  }

  async debug(text: string): Promise<void> {
    if (this.#verbosity >= 3) await this.#say(1, 'dbug', text);
  }

  async warn(line: number, text: string): Promise<void> {
    if (this.#verbosity >= 1) await this.#say(2, 'WARN', text, line);
  }

  fail(line: number, text: string): Promise<void> {
    return this.#say(2, 'FAIL', text, line);
  }

  /** Nobody is told when it cannot be written. */
  async #say(fd: number, kind: string, text: string, line?: number): Promise<void> {
    const { sys } = this.#process;
    const where = line === undefined ? '' : `(${line}) `;
    try {
      await writeAll(sys, fd, textToBytes(`stress: ${kind}: [${sys.getpid()}] ${where}${text}\n`));
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
}
