/** What is wrong with a program, and where. */
export interface CompileError {
  message: string;
  /** Offset in the program's text. */
  at: number;
}

/** A program that cannot be compiled. */
export class CompileErrors extends Error {
  readonly #text: string;
  readonly #errors: CompileError[];

  constructor(text: string, errors: readonly CompileError[]) {
    super(errors[0]?.message);
    this.#text = text;
    this.#errors = [...errors];
  }

  and(error: CompileError): this {
    this.#errors.push(error);
    return this;
  }

  /** As jq prints it: each message with the line that it is about, and how many there are. */
  report(): string {
    const reports = this.#errors.map(({ message, at }) => {
      const start = this.#text.lastIndexOf('\n', at - 1) + 1;
      const end = this.#text.indexOf('\n', start);
      const line = this.#text.slice(start, end === -1 ? undefined : end);
      const number = this.#text.slice(0, start).split('\n').length;
      return `jq: error: ${message} at <top-level>, line ${number}:\n${line}${' '.repeat(at - start)}\n`;
    });
    const count = this.#errors.length;
    return `${reports.join('')}jq: ${count} compile ${count === 1 ? 'error' : 'errors'}\n`;
  }
}
