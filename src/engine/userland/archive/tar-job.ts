import type { Errno } from '../../base/errno.ts';
import { join } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import type { Flavour, Given } from '../utility.ts';

/** One run of tar: its options, and how it tells what went wrong. */
export class Tar {
  readonly io: Stdio;
  readonly given: Given;
  readonly gnu: boolean;
  readonly exclude: string[];
  readonly file: string | undefined;
  readonly directory: string;
  readonly verbose: number;
  status = 0;

  constructor(
    io: Stdio,
    given: Given,
    flavour: Flavour,
    options: readonly { name: string; value: string | undefined }[],
  ) {
    this.io = io;
    this.given = given;
    this.gnu = flavour === 'gnu';
    this.exclude = given.values('exclude');
    this.file = given.value('f') === '-' ? undefined : given.value('f');
    this.directory = given.value('C') ?? '';
    this.verbose = options.filter(({ name }) => name === 'v').length;
  }

  at(path: string): string {
    return this.directory === '' || path.startsWith('/') ? path : join(this.directory, path);
  }

  /** The list goes to standard error when the archive takes standard output. */
  async list(line: string): Promise<void> {
    const toError = this.file === undefined && this.given.has('c');
    if (toError) await this.io.stderr.write(`${line}\n`);
    else await this.io.stdout.write(`${line}\n`);
  }

  async complain(text: string): Promise<void> {
    this.status = this.gnu ? 2 : 1;
    await this.io.fail(text);
  }

  async end(): Promise<number> {
    if (this.status !== 0)
      await this.io.fail(
        this.gnu
          ? 'Exiting with failure status due to previous errors'
          : 'error exit delayed from previous errors',
      );
    return this.status;
  }

  async cannotWrite(error: Errno): Promise<number> {
    if (!this.gnu) return this.io.fail(`write error: ${error.message}`);
    await this.io.fail(`${this.file}: Cannot write: ${error.message}`);
    return this.io.fail('Error is not recoverable: exiting now', 2);
  }

  async cannotOpen(error: Errno): Promise<number> {
    if (!this.gnu) return this.io.fail(`can't open '${this.file}': ${error.message}`);
    await this.io.fail(`${this.file}: Cannot open: ${error.message}`);
    return this.io.fail('Error is not recoverable: exiting now', 2);
  }
}
