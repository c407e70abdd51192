/** Ends a command: the message goes to standard error, the status is the exit status. An empty message prints nothing. */
export class CliError extends Error {
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}
