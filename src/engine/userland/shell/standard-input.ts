import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { bytesToText } from '../lib/text.ts';
import { CommandReader } from './command-reader.ts';
import { runText } from './run-text.ts';
import type { Shell } from './shell.ts';
import { ShellSyntax } from './source-text.ts';
import { runPendingTraps } from './traps.ts';

/** Commands from a standard input that is no terminal: line by line, so that commands may read what follows them. */
export async function runStandardInput(shell: Shell): Promise<number> {
  const lines = new InputLines(shell);
  let status = 0;
  let line = 1;
  for (;;) {
    const reader = new CommandReader(new ShellSyntax(shell), line);
    let next = await lines.next();
    while (next !== '' && reader.add(next) === 'unfinished') next = await lines.next();
    const { text } = reader;
    if (text === '') return status;
    status = await runText(shell, text, { topLevel: true, line });
    if (shell.skip || next === '') return status;
    line += text.split('\n').length - 1;
  }
}

/** Takes lines from standard input: bash byte by byte, so that commands may read what follows; the others by blocks, as they do. */
class InputLines {
  readonly #shell: Shell;
  readonly #block: number;
  #pending = new Uint8Array(0);

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#block = shell.dialect.name === 'bash' ? 1 : 8192;
  }

  /** The next line with its end; empty at the end of the input. */
  async next(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const newline = this.#pending.indexOf(10);
      if (newline !== -1) {
        chunks.push(this.#pending.subarray(0, newline + 1));
        this.#pending = this.#pending.subarray(newline + 1);
        break;
      }
      chunks.push(this.#pending);
      this.#pending = await this.#read();
      if (this.#pending.length === 0) break;
    }
    return bytesToText(concat(chunks));
  }

  async #read(): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      try {
        return new Uint8Array(await this.#shell.sys.read(0, this.#block));
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
        await runPendingTraps(this.#shell);
      }
    }
  }
}
