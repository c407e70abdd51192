/** Variables in the order in which they were first set. */
export class Environment {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string> = new Map()) {
    this.#values = values;
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  /** The same with one variable set: in its old place where it was set before. */
  with(name: string, value: string): Environment {
    return new Environment(new Map(this.#values).set(name, value));
  }

  /** `NAME=value` of each. */
  entries(): string[] {
    return [...this.#values].map(([name, value]) => `${name}=${value}`);
  }
}
