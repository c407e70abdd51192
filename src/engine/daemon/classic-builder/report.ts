import type { ProgressMessage } from '../../api/progress.ts';

/** What a build tells its client: lines of its own, and what programs print, errors in red (pkg/streamformatter). */
export class Report {
  readonly #send: (message: ProgressMessage) => void;

  constructor(send: (message: ProgressMessage) => void) {
    this.#send = send;
  }

  out(text: string): void {
    this.#send({ stream: text });
  }

  error(text: string): void {
    this.#send({ stream: `\x1b[91m${text}\x1b[0m` });
  }

  image(id: string): void {
    this.#send({ aux: { ID: id } });
  }
}
