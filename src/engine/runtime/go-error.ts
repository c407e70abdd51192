import { Errno } from '../base/errno.ts';

/** An error as Go programs tell it: errno texts in lower case, causes joined by colons. */
export class GoError extends Error {
  override readonly name = 'GoError';
}

export const fail = (message: string): never => {
  throw new GoError(message);
};

/** The text of whatever was caught, as Go's `err.Error()` would give it. */
export function errorText(error: unknown): string {
  if (error instanceof Errno) return error.message.charAt(0).toLowerCase() + error.message.slice(1);
  return error instanceof Error ? error.message : String(error);
}

/** Runs `body`; what it throws is wrapped: `context: cause`. */
export async function wrapped<T>(context: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new GoError(`${context}: ${errorText(error)}`);
  }
}
