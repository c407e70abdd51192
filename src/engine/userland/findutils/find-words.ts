import { Fault } from './find-search.ts';

/** The words of an expression, read from left to right. */
export class Words {
  readonly #args: readonly string[];
  readonly #gnu: boolean;
  #at = 0;

  constructor(args: readonly string[], gnu: boolean) {
    this.#args = args;
    this.#gnu = gnu;
  }

  peek(): string | undefined {
    return this.#args[this.#at];
  }

  next(): string | undefined {
    return this.#args[this.#at++];
  }

  /** The argument of a primary. */
  argument(name: string): string {
    const value = this.next();
    if (value === undefined)
      throw new Fault(this.#gnu ? `missing argument to \`${name}'` : `${name} requires an argument`);
    return value;
  }

  /** `+n`, `-n`, `n` */
  comparison(name: string, text = this.argument(name)): (value: number) => boolean {
    const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (!match)
      throw new Fault(this.#gnu ? `invalid argument \`${text}' to \`${name}'` : `invalid number '${text}'`);
    const wanted = Number(match[2]);
    return match[1] === '+'
      ? (value) => value > wanted
      : match[1] === '-'
        ? (value) => value < wanted
        : (value) => value === wanted;
  }
}
