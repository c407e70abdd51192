/** How far `docker cp` is, at a terminal. Models the copyProgressPrinter of docker/cli `cli/command/container/cp.go`. */
import type { ByteReader } from '../../base/byte-stream.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';

export interface CopyProgress {
  /** Counts what is read. */
  reading(source: ByteReader): ByteReader;
  passing(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Takes the line away and says what was copied. */
  end(to: string): Promise<void>;
}

const SAVE = '\x1b[s';
const RESTORE = '\x1b[u';
const ERASE_LINE = '\x1b[2K';
const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';

export async function copyProgress(cli: Cli, quiet: boolean, header: string): Promise<CopyProgress> {
  let total = 0;
  const isShown = !quiet && cli.terminal.stderr;
  if (isShown)
    await cli.err(`${SAVE}Preparing to copy...${HIDE}${RESTORE}${ERASE_LINE}${header}${humanSize(0, 3)}`);
  return {
    reading: (source) => ({
      async read(max) {
        const bytes = await source.read(max);
        total += bytes?.length ?? 0;
        return bytes;
      },
    }),
    async *passing(source) {
      for await (const bytes of source) {
        total += bytes.length;
        yield bytes;
      }
    },
    async end(to) {
      if (quiet) return;
      if (isShown) await cli.err(`${SHOW}${RESTORE}${ERASE_LINE}`);
      await cli.err(`Successfully copied ${humanSize(total, 3)} to ${to}\n`);
    },
  };
}
