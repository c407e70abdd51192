import type { ProgressMessage } from '../../api/progress.ts';
import { BlobUnknown, RegistryError, RegistryErrors, UnexpectedAnswer } from '../../distribution/refusal.ts';
import { NoCredentials } from '../../distribution/session.ts';
import { UrlError } from '../../distribution/transport.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { sleep } from '../../runtime/sleep.ts';

/** How often a transfer is tried. */
const ATTEMPTS = 5;

/** An error that trying again would not mend. */
export class Final extends Error {
  override name = 'Final';
  readonly inner: unknown;

  constructor(inner: unknown) {
    super(inner instanceof Error ? inner.message : String(inner));
    this.inner = inner;
  }
}

/** Runs a transfer, and again after 5, 10, 15 and 20 seconds when it fails of what may pass. Models moby distribution/xfer. */
export async function retrying<T>(
  sys: Syscalls,
  id: string,
  report: (message: ProgressMessage) => void,
  transfer: () => Promise<T>,
): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await transfer();
    } catch (error) {
      const final = finalOf(error);
      if (final !== undefined) throw final.inner;
      if (failed === ATTEMPTS) throw error;
      for (let seconds = failed * 5; seconds > 0; seconds--) {
        const status = `Retrying in ${seconds} second${seconds === 1 ? '' : 's'}`;
        report({ status, progressDetail: {}, id });
        await sleep(sys, 1000);
      }
    }
  }
}

/** What of an error is final. Models moby distribution/errors.go, retryOnError. */
export function finalOf(error: unknown): Final | undefined {
  if (error instanceof Final) return error;
  if (error instanceof RegistryErrors) return finalOf(error.all[0]);
  if (error instanceof BlobUnknown || error instanceof UnexpectedAnswer) return new Final(error);
  if (error instanceof RegistryError) return FINAL.includes(error.code) ? new Final(error) : undefined;
  if (error instanceof UrlError)
    return error.inner instanceof NoCredentials ? new Final(error.inner) : finalOf(error.inner);
  return undefined;
}

const FINAL = ['UNAUTHORIZED', 'UNSUPPORTED', 'DENIED', 'TOOMANYREQUESTS', 'NAME_UNKNOWN'];

/** Lets at most so many run at once, in the order of asking. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** @param onWait called if one must wait */
  async run<T>(onWait: () => void, body: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else {
      onWait();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await body();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
