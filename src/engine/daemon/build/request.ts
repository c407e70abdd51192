import type { SolveStatus, SourceExcerpt } from '../../api/build.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import type { PlanOptions } from '../../builder/plan/context.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { CacheImport } from './cache-transfer/import.ts';
import type { ContextKind } from './context.ts';
import type { AskedOutput } from './output.ts';

export interface BuildRequest {
  context: ContextKind;
  body: ByteReader;
  /** What the client's directory is known by, from one build to the next. */
  sharedKey: string;
  /** Its name in the context. */
  dockerfile: string;
  outputs: readonly AskedOutput[];
  /** Where results may be found. */
  cacheImports: readonly CacheImport[];
  /** Whether images keep what their steps were made of. */
  isCacheInline: boolean;
  plan: PlanOptions;
  pull: boolean;
  credentials: (domain: string) => Credentials;
  extraHosts: readonly string[];
  secrets: ReadonlyMap<string, string>;
  tell: (status: SolveStatus) => void;
  /** Takes what is made for the client, by the place of its output among all. */
  send: (output: number, bytes: Uint8Array) => void;
  /** Settles when nobody waits any more. */
  cancelled: Promise<unknown>;
}

/** A build that failed, with the lines that it failed for. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly source: SourceExcerpt | undefined;

  constructor(message: string, source: SourceExcerpt | undefined) {
    super(message);
    this.source = source;
  }
}

/** What went wrong, in its own words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
