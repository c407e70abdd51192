/**
 * Joins the command's terminal or pipes to a container's over a hijacked connection.
 * Models docker/cli `cli/command/container/hijack.go`.
 */

import { FrameDecoder, STDERR, STDOUT, SYSTEM_ERROR } from '../api/stdcopy.ts';
import type { ByteStream } from '../base/byte-stream.ts';
import { concat, decode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

export interface Join {
  /** The container has a terminal: raw bytes, no frames. */
  tty: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** `ctrl-p,ctrl-q` when empty. */
  detachKeys: string;
}

/** How it ended: the container's output did, or the person typed the detach keys. */
export type JoinEnd = 'finished' | 'detached';

/** Copies both ways until the output ends. The connection is closed and the terminal put back in any case. */
export async function join(cli: Cli, connection: ByteStream, options: Join): Promise<JoinEnd> {
  const raw = options.stdin && options.tty;
  const restore = raw ? await cli.rawMode() : async () => {};
  const keys = keysOr(DEFAULT_KEYS, options.detachKeys);
  try {
    const output = copyOutput(cli, connection, options).then(() => 'finished' as const);
    if (!options.stdin) {
      await quietly(connection.closeWrite());
      return await output;
    }
    const input = copyInput(cli, connection, raw ? keys : []).then((end) =>
      end === 'detached' ? end : output,
    );
    return await Promise.race([output, input]);
  } finally {
    await restore();
    await quietly(connection.close());
  }
}

async function copyOutput(cli: Cli, connection: ByteStream, { tty, stdout, stderr }: Join): Promise<void> {
  const decoder = new FrameDecoder();
  for (;;) {
    let chunk: Uint8Array | null;
    try {
      chunk = await connection.read();
    } catch (error) {
      if (isErrno(error)) return;
      throw error;
    }
    if (chunk === null) return;
    if (tty) {
      await cli.outBytes(chunk);
      continue;
    }
    for (const { stream, payload } of decoder.push(chunk)) {
      if (stream === SYSTEM_ERROR) throw new CliError(`error from daemon in stream: ${decode(payload)}`);
      if (stream === STDOUT && stdout) await passOn('/dev/stdout', cli.outBytes(payload));
      if (stream === STDERR && stderr) await passOn('/dev/stderr', cli.errBytes(payload));
    }
  }
}

/** Nobody reads any more what the container prints: with SIGPIPE forwarded (that is, caught) the write fails instead. */
async function passOn(name: string, written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (isErrno(error, 'EPIPE')) throw new CliError(`write ${name}: broken pipe`);
    throw error;
  }
}

async function copyInput(
  cli: Cli,
  connection: ByteStream,
  keys: readonly number[],
): Promise<'ended' | 'detached'> {
  const filter = new DetachFilter(keys);
  for (;;) {
    let chunk: Uint8Array | null;
    try {
      chunk = await cli.stdin.read();
    } catch (error) {
      if (!isErrno(error)) throw error;
      chunk = null;
    }
    try {
      if (chunk === null) {
        await connection.closeWrite();
        return 'ended';
      }
      const { bytes, detached } = filter.push(chunk);
      if (bytes.length > 0) await connection.write(bytes);
      if (detached) return 'detached';
    } catch (error) {
      // The container has gone; its output says the rest.
      if (isErrno(error)) return 'ended';
      throw error;
    }
  }
}

/** Holds back the first keys of the detach sequence until it is clear whether the rest follows. */
class DetachFilter {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  push(chunk: Uint8Array): { bytes: Uint8Array; detached: boolean } {
    if (this.#keys.length === 0) return { bytes: chunk, detached: false };
    const out: Uint8Array[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { bytes: concat(out), detached: true };
        continue;
      }
      if (this.#matched > 0) {
        out.push(Uint8Array.from(this.#keys.slice(0, this.#matched)));
        this.#matched = 0;
      }
      if (byte === this.#keys[0]) this.#matched = 1;
      else out.push(Uint8Array.of(byte));
    }
    return { bytes: concat(out), detached: false };
  }
}

const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

/** Keys that are none leave the default ones in force; the engine is the one to refuse them. */
function keysOr(usual: string, asked: string): number[] {
  try {
    return parseDetachKeys(asked || usual);
  } catch (error) {
    if (error instanceof CliError) return parseDetachKeys(usual);
    throw error;
  }
}

/** `ctrl-p,ctrl-q` as bytes. Throws `CliError` for a key that is none. Models moby/term `ToBytes`. */
export function parseDetachKeys(text: string): number[] {
  if (text === '') return [];
  return text.split(',').map((key) => {
    if ([...key].length === 1) return key.charCodeAt(0);
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (control === undefined)
      throw new CliError(`invalid detach keys (${text}): Unknown character: '${key}'`);
    return control.toUpperCase().charCodeAt(0) - 64;
  });
}

async function quietly(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

/** Keeps the container's terminal as large as ours: now and whenever ours changes. The answer stops that. */
export async function followSize(
  cli: Cli,
  resize: (rows: number, columns: number) => Promise<void>,
): Promise<() => Promise<void>> {
  const send = async () => {
    const size = await cli.windowSize(1);
    if (size === undefined || (size.rows === 0 && size.columns === 0)) return;
    try {
      await resize(size.rows, size.columns);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
    }
  };
  await send();
  return cli.onSignals(['SIGWINCH'], () => void send());
}

/** Passes the signals that reach the command on to the container; SIGPIPE is caught with them but is the command's own. The answer stops that. */
export function forwardSignals(
  cli: Cli,
  kill: (signal: string) => Promise<void>,
): Promise<() => Promise<void>> {
  return cli.onSignals(
    [
      'SIGINT',
      'SIGTERM',
      'SIGHUP',
      'SIGQUIT',
      'SIGUSR1',
      'SIGUSR2',
      'SIGALRM',
      'SIGCONT',
      'SIGTSTP',
      'SIGPIPE',
    ],
    (signal) => {
      if (signal === 'SIGPIPE') return;
      kill(signal.slice(3)).catch(() => {
        // The container may have ended by now.
      });
    },
  );
}
