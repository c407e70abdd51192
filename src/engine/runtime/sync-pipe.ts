import { decode, encode } from '../base/bytes.ts';
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

/** The next message, or undefined at the end. Messages are short and written whole. */
export async function receive(sys: Syscalls, fd: number): Promise<SyncMessage | undefined> {
  let text = '';
  while (!text.endsWith('\n')) {
    const byte = await sys.read(fd, 1);
    if (byte.length === 0) return undefined;
    text += decode(byte);
  }
  return JSON.parse(text) as SyncMessage;
}
