import type { ByteReader, ByteStream } from '../base/byte-stream.ts';
import type { Credentials } from '../distribution/credentials.ts';
import type { Repository } from '../distribution/repository.ts';
import type { Signal } from '../kernel/signals.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import type { WindowSize } from '../vfs/tty/attributes.ts';
import type { EngineClient } from './engine-client.ts';
import type { AtTermination } from './termination.ts';

/** Where an Engine API is served. */
export type Endpoint =
  | { kind: 'unix'; path: string; url: string }
  | { kind: 'tcp'; host: string; port: number; url: string };

/** Where a repository is, and how it is asked. */
export interface RepositoryAddress {
  scheme: string;
  domain: string;
  path: string;
  /** What is going to be done there: `pull`, or `pull,push`. */
  actions: string;
  /** Believe whatever certificate is shown. */
  insecure: boolean;
  credentials: Credentials;
}

/**
 * What a command sees of its machine: its standard streams, the terminal if it has one, files, environment and
 * the engine. The real one stands on system calls (`process-cli.ts`); tests have one in memory.
 */
export interface Cli {
  readonly engine: EngineClient;
  /** For commands that walk through trees of files. */
  readonly sys: Syscalls;
  readonly stdin: ByteReader;
  env(name: string): string | undefined;
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  outBytes(bytes: Uint8Array): Promise<void>;
  errBytes(bytes: Uint8Array): Promise<void>;
  /** Whether standard input, output and error are terminals. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** The size of the terminal on a standard stream, undefined where there is none. */
  windowSize(stream: 0 | 1): Promise<WindowSize | undefined>;
  /** Puts the terminal of standard input into raw mode; the answer puts it back. Does nothing without one. */
  rawMode(): Promise<() => Promise<void>>;
  /** Lets what is typed not be shown; the answer puts it back. Does nothing without a terminal. */
  hideInput(): Promise<() => Promise<void>>;
  /** Calls `handler` for each such signal until the answer is called. */
  onSignals(signals: readonly Signal[], handler: (signal: Signal) => void): Promise<() => Promise<void>>;
  /** Says what SIGINT and SIGTERM do to the command from now on; at first they make it fail. */
  onTermination(what: AtTermination): void;
  /** Opens a connection; rejects with `Errno`. */
  connect(endpoint: Endpoint): Promise<ByteStream>;
  /** Opens a repository on a registry, without the engine; rejects in the words of Go's net/http. */
  openRepository(at: RepositoryAddress): Promise<Repository>;
  /** Whole files; reject with `Errno`. */
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  /** Puts a file in the place of another, whose mode and owner it takes; a new one is for its owner alone, as are directories that are made. */
  replaceFile(path: string, bytes: Uint8Array): Promise<void>;
  exists(path: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  cwd(): Promise<string>;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** For long loops: gives way to other processes. */
  pause(): Promise<void> | void;
}
