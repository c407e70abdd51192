import { concat, decode, EMPTY, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { writeAll } from './files.ts';
import { errorText, GoError } from './go-error.ts';

/**
 * Calls and notices over a unix stream socket: one JSON object a line, and behind it the bytes that a call brings along. The real
 * containerd speaks gRPC to dockerd and ttrpc to its shims; the sockets, the processes at their ends and the order of messages are as
 * there, the framing is ours.
 */
export interface JsonPeer {
  /** Calls a method at the other end, with bytes that are handed on as they are; rejects with the `GoError` that it answers. */
  call(method: string, params: object, bytes?: Uint8Array): Promise<Json>;
  notify(event: string, params: object): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the other end is gone. */
  readonly closed: Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: messages are checked by whoever reads their fields
export type Json = any;

export interface JsonHandlers {
  call?: (method: string, params: Json, bytes: Uint8Array) => Promise<object | undefined>;
  notice?: (event: string, params: Json) => MaybePromise<void>;
}

interface Call {
  id: number;
  method: string;
  params: Json;
  /** How many bytes follow the line. */
  bytes?: number;
}

type Message =
  | Call
  | { id: number; result: Json }
  | { id: number; error: string }
  | { event: string; params: Json };

/** Makes a peer of a connected socket. Calls from the other end run side by side, notices in order. */
export function jsonPeer(sys: Syscalls, fd: number, handlers: JsonHandlers = {}): JsonPeer {
  const pending = new Map<number, { resolve: (value: Json) => void; reject: (error: Error) => void }>();
  let next = 1;
  let open = true;
  let writing: Promise<void> = Promise.resolve();

  /** What nobody reads any more is lost. */
  const write = async (line: Uint8Array, before: Promise<void>): Promise<void> => {
    await before;
    try {
      if (open) await writeAll(sys, fd, line);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  };

  const send = (message: Message, bytes: Uint8Array = EMPTY): Promise<void> => {
    const line = encode(`${JSON.stringify(message)}\n`);
    writing = write(bytes.length === 0 ? line : concat([line, bytes]), writing);
    return writing;
  };

  const answer = async (message: Call, bytes: Uint8Array): Promise<void> => {
    try {
      const result = await handlers.call?.(message.method, message.params, bytes);
      await send({ id: message.id, result: result ?? {} });
    } catch (error) {
      await send({ id: message.id, error: errorText(error) });
    }
  };

  const receive = (message: Message, bytes: Uint8Array): MaybePromise<void> => {
    if ('event' in message) return handlers.notice?.(message.event, message.params);
    if ('method' in message) {
      void answer(message, bytes);
      return;
    }
    const waiter = pending.get(message.id);
    pending.delete(message.id);
    if ('error' in message) waiter?.reject(new GoError(message.error));
    else waiter?.resolve(message.result);
  };

  const closed = (async () => {
    await readMessages(sys, fd, receive);
    open = false;
    for (const waiter of pending.values()) waiter.reject(new GoError('ttrpc: closed'));
    pending.clear();
    await sys.close(fd);
  })();

  return {
    call(method, params, bytes = EMPTY) {
      const id = next++;
      const attached = bytes.length === 0 ? {} : { bytes: bytes.length };
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        void send({ id, method, params, ...attached }, bytes);
      });
    },
    notify: (event, params) => send({ event, params }),
    async close() {
      if (open) await sys.shutdown(fd, 'both');
      await closed;
    },
    closed,
  };
}

/** Takes each message in its turn, until the other end is gone. */
async function readMessages(
  sys: Syscalls,
  fd: number,
  take: (message: Message, bytes: Uint8Array) => MaybePromise<void>,
): Promise<void> {
  let rest: Uint8Array = EMPTY;
  for (;;) {
    let chunk: Uint8Array;
    try {
      chunk = await sys.read(fd, 1 << 16);
    } catch (error) {
      if (isErrno(error, 'EINTR')) continue;
      if (isErrno(error)) return;
      throw error;
    }
    if (chunk.length === 0) return;
    const bytes = rest.length === 0 ? chunk : concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      const message = JSON.parse(decode(bytes.subarray(from, end))) as Message;
      const next = end + 1 + (('bytes' in message && message.bytes) || 0);
      if (next > bytes.length) break;
      await take(message, bytes.subarray(end + 1, next));
      from = next;
    }
    rest = bytes.subarray(from);
  }
}

const NEWLINE = 10;

export async function listenUnix(sys: Syscalls, path: string): Promise<number> {
  const listener = await sys.socket('unix', 'stream');
  await sys.setCloexec(listener, true);
  await sys.bind(listener, { family: 'unix', path });
  await sys.listen(listener, 128);
  return listener;
}

export async function acceptJson(
  sys: Syscalls,
  listener: number,
  connect: (open: (handlers: JsonHandlers) => JsonPeer) => void,
): Promise<never> {
  for (;;) {
    const { fd } = await sys.accept(listener);
    await sys.setCloexec(fd, true);
    connect((handlers) => jsonPeer(sys, fd, handlers));
  }
}

export async function connectJson(
  sys: Syscalls,
  path: string,
  handlers: JsonHandlers = {},
): Promise<JsonPeer> {
  const fd = await sys.socket('unix', 'stream');
  try {
    await sys.setCloexec(fd, true);
    await sys.connect(fd, { family: 'unix', path });
  } catch (error) {
    await sys.close(fd);
    throw error;
  }
  return jsonPeer(sys, fd, handlers);
}
