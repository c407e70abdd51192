/** Files as Go's os package tells of them. */
import type { ByteReader } from '../../base/byte-stream.ts';
import { Errno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

/** An errno's text as Go prints it. */
export function goText(error: unknown): string {
  if (!(error instanceof Errno)) throw error;
  return error.message[0]!.toLowerCase() + error.message.slice(1);
}

/** What a call on a file failed with: `open x: no such file or directory`. Other errors are thrown on. */
export const fileError = (call: string, path: string, error: unknown): CliError =>
  new CliError(`${call} ${path}: ${goText(error)}`);

/** Opens a file to be read from its beginning. */
export async function openFile({ sys }: Cli, path: string): Promise<ByteReader> {
  try {
    return fdStream(sys, await sys.open(path, O_RDONLY));
  } catch (error) {
    throw fileError('open', path, error);
  }
}

/** What a request sends, read from a stream as it goes. What fails in reading is told with the name of the source. */
export async function* bodyOf(source: ByteReader, path: string): AsyncGenerator<Uint8Array> {
  for (;;) {
    let bytes: Uint8Array | null;
    try {
      bytes = await source.read();
    } catch (error) {
      throw new BodyError(`read ${path}: ${goText(error)}`);
    }
    if (bytes === null) return;
    yield bytes;
  }
}

/** The body of a request could not be read. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}
