/** What ends a command of git: what it says, and its status. */
export class Failure extends Error {
  readonly status: number;

  /** @param message as it is printed, whole lines */
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** die(): what goes wrong with a repository or a remote. */
export const fatal = (message: string): Failure => new Failure(`fatal: ${message}`, 128);

/** error(): what a command refuses. */
export const failed = (message: string): Failure => new Failure(`error: ${message}`, 1);

/** What git can do and this one cannot. */
export const notSimulated = (what: string): Failure =>
  new Failure(`git: ${what} is not simulated in Drydock`, 1);
