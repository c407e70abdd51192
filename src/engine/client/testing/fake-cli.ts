/** A client's surroundings in memory: what is printed is kept, the engine is a handler. For tests only. */
import type { ByteStream } from '../../base/byte-stream.ts';
import { decode, encode } from '../../base/bytes.ts';
import { Errno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { HttpHandler } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import type { Cli } from '../cli.ts';
import { EngineClient } from '../engine-client.ts';
import { pipePair } from './pipe-pair.ts';

export interface FakeCli extends Cli {
  /** All that went to standard output and error so far. */
  readonly printed: { out: string; err: string };
  /** The requests that the engine saw, `GET /v1.51/containers/json`. */
  readonly requests: string[];
  readonly files: Map<string, string>;
}

export interface FakeOptions {
  stdin?: string;
  env?: Record<string, string>;
  files?: Record<string, string>;
  /** The terminal's width; undefined for none. */
  columns?: number;
  now?: number;
}

/** @param engine answers requests; without one every connection is refused */
export function fakeCli(engine?: HttpHandler, options: FakeOptions = {}): FakeCli {
  const printed = { out: '', err: '' };
  const requests: string[] = [];
  const files = new Map(Object.entries(options.files ?? {}));
  const isTerminal = options.columns !== undefined;
  const connect = async (): Promise<ByteStream> => {
    if (engine === undefined) throw new Errno('ECONNREFUSED');
    const [client, server] = pipePair();
    void serve(server, async (request) => {
      requests.push(`${request.method} ${request.target}`);
      return engine(request);
    });
    return client;
  };
  let input: Uint8Array | null = options.stdin === undefined ? null : encode(options.stdin);
  return {
    printed,
    requests,
    files,
    engine: new EngineClient(
      { kind: 'unix', path: '/var/run/docker.sock', url: 'unix:///var/run/docker.sock' },
      connect,
    ),
    get sys(): Syscalls {
      throw new Error('a fake has no kernel');
    },
    stdin: {
      read: async () => {
        const chunk = input;
        input = null;
        return chunk;
      },
    },
    env: (name) => ({ HOME: '/root', ...options.env })[name],
    out: async (text) => {
      printed.out += text;
    },
    err: async (text) => {
      printed.err += text;
    },
    outBytes: async (bytes) => {
      printed.out += decode(bytes);
    },
    errBytes: async (bytes) => {
      printed.err += decode(bytes);
    },
    terminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
    windowSize: async () =>
      options.columns === undefined ? undefined : { columns: options.columns, rows: 24 },
    rawMode: async () => async () => {},
    hideInput: async () => async () => {},
    onSignals: async () => async () => {},
    onTermination: () => {},
    connect,
    openRepository: () => Promise.reject(new Errno('ECONNREFUSED')),
    readFile: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new Errno('ENOENT');
      return encode(text);
    },
    writeFile: async (path, bytes) => {
      files.set(path, decode(bytes));
    },
    replaceFile: async (path, bytes) => {
      files.set(path, decode(bytes));
    },
    exists: async (path) => files.has(path),
    remove: async (path) => {
      files.delete(path);
    },
    cwd: async () => '/srv/lab',
    now: () => options.now ?? 1_700_000_000_000,
    sleep: async () => {},
    pause: () => {},
  };
}
