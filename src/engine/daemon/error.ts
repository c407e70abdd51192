import { isErrno } from '../base/errno.ts';

/** What the daemon refuses a request with: an HTTP status and the message the client prints after "Error response from daemon: ". */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

// Models moby's errdefs: a kind of error each, and its HTTP status.
export const invalidParameter = (message: string) => new EngineError(400, message);
export const forbidden = (message: string) => new EngineError(403, message);
export const notFound = (message: string) => new EngineError(404, message);
export const conflict = (message: string) => new EngineError(409, message);
export const systemError = (message: string) => new EngineError(500, message);
/** Start of a running container and the like: 304, no body. */
export const notModified = () => new EngineError(304, '');

/** Says plainly that Drydock leaves something out. Nothing that is asked for is silently ignored. */
export const notModelled = (what: string) => new EngineError(501, `${what} is not modelled by Drydock`);

/** The HTTP status and message of whatever a handler threw. */
export function describeError(error: unknown): { status: number; message: string } {
  if (error instanceof EngineError) return { status: error.status, message: error.message };
  if (isErrno(error)) return { status: 500, message: goErrno(error.code, error.message) };
  return { status: 500, message: error instanceof Error ? error.message : String(error) };
}

/** Go prints errno texts in lower case. */
export function goErrno(_code: string, text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What only a manager of a swarm can do. */
export const NO_SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
