/** Why npm gives up: its code, the lines that follow it, and the exit status. */
export class NpmError extends Error {
  readonly code: string;
  readonly status: number;
  readonly lines: readonly string[];

  constructor(code: string, status: number, lines: readonly string[]) {
    super(lines[0] ?? code);
    this.code = code;
    this.status = status;
    this.lines = lines;
  }
}
