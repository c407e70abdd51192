import { concat, decode, encode } from '../base/bytes.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { writeAll } from './files.ts';
import { errorText } from './go-error.ts';

/** What `runc init` and its parent tell each other while the container comes up: a JSON object a line. */
export type SyncMessage =
  | { type: 'ready' }
  /** The root is in place: whoever holds the terminal may open one in it. */
  | { type: 'console' }
  | { type: 'pts'; number: number }
  | { type: 'error'; message: string };

export async function send(sys: Syscalls, fd: number, message: SyncMessage): Promise<void> {
  await writeAll(sys, fd, encode(`${JSON.stringify(message)}\n`));
}

export const sendError = (sys: Syscalls, fd: number, error: unknown): Promise<void> =>
  send(sys, fd, { type: 'error', message: errorText(error) });

/** The next message, or undefined at the end. Whoever sends one waits for the answer before the next: never are two in the pipe. */
export async function receive(sys: Syscalls, fd: number): Promise<SyncMessage | undefined> {
  const chunks: Uint8Array[] = [];
  while (chunks.at(-1)?.at(-1) !== NEWLINE) {
    const chunk = await sys.read(fd, 4096);
    if (chunk.length === 0) return undefined;
    chunks.push(chunk);
  }
  return JSON.parse(decode(concat(chunks))) as SyncMessage;
}

const NEWLINE = 10;
