import type { Location } from '../ast.ts';

/** A build argument: what it is by now, and what a comment says of it. */
export interface ArgParameter {
  name: string;
  description: string;
  value: string;
  location: Location;
  /** Others that its value is made of. */
  uses: readonly string[];
}

export interface SecretParameter {
  name: string;
  required: boolean;
  location: Location;
}

/** What whoever builds may give to a stage. Models dockerfile2llb's outlineCapture. */
export class Parameters {
  readonly args: Map<string, ArgParameter>;
  readonly #used: Set<string>;
  readonly secrets: Map<string, SecretParameter>;

  constructor(from?: Parameters) {
    this.args = new Map(from?.args);
    this.#used = new Set(from?.usedNames());
    this.secrets = new Map(from?.secrets);
  }

  usedNames(): ReadonlySet<string> {
    return this.#used;
  }

  /** Notes that a value is asked for, and with it all that the value is made of. */
  use(name: string): void {
    if (this.#used.has(name)) return;
    this.#used.add(name);
    for (const other of this.args.get(name)?.uses ?? []) this.use(other);
  }

  /** Of several places that take a secret the first counts. */
  takeSecret(secret: SecretParameter): void {
    if (!this.secrets.has(secret.name)) this.secrets.set(secret.name, secret);
  }
}
