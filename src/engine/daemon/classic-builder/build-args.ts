/** Always to be had, and not shown in the history unless the Dockerfile declares them. */
const BUILT_IN = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** The values of `--build-arg` and of ARG. Models moby builder/dockerfile/buildargs.go. */
export class BuildArgs {
  readonly #given: ReadonlyMap<string, string | null>;
  /** With what the Dockerfile presets, if anything. */
  readonly #allowed = new Map<string, string | undefined>();
  /** Those before the first FROM. */
  readonly #meta = new Map<string, string | undefined>();
  readonly #referenced = new Set<string>();

  /** @param given by the client; null for a name without a value */
  constructor(given: ReadonlyMap<string, string | null>) {
    this.#given = given;
  }

  /** Those of a new stage: it has what stands before the first FROM, and nothing of other stages. */
  forStage(): BuildArgs {
    const stage = new BuildArgs(this.#given);
    for (const [name, preset] of this.#meta) stage.#meta.set(name, preset);
    return stage;
  }

  add(name: string, preset: string | undefined): void {
    this.#allowed.set(name, preset);
    this.#referenced.add(name);
  }

  addMeta(name: string, preset: string | undefined): void {
    this.#meta.set(name, preset);
    this.#referenced.add(name);
  }

  mergeReferenced(stage: BuildArgs): void {
    for (const name of stage.#referenced) this.#referenced.add(name);
  }

  /** Given, and declared nowhere. */
  unused(): string[] {
    return [...this.#given.keys()].filter((name) => !BUILT_IN.includes(name) && !this.#referenced.has(name));
  }

  /** What stands for a name in FROM. */
  meta(name: string): string | undefined {
    return this.#meta.has(name) || BUILT_IN.includes(name) ? this.#value(name, this.#meta) : undefined;
  }

  /** `NAME=value` of those that the stage has declared and its environment does not set, in order. */
  besides(env: readonly string[]): string[] {
    const set = new Set(env.map((entry) => entry.split('=', 1)[0]!));
    const names = new Set([...this.#allowed.keys(), ...BUILT_IN]);
    return [...names].sort().flatMap((name) => {
      const value = set.has(name) ? undefined : this.#value(name, this.#allowed);
      return value === undefined ? [] : [`${name}=${value}`];
    });
  }

  /** Whether the history shows it. */
  isShown(name: string): boolean {
    return this.#allowed.has(name) || !BUILT_IN.includes(name);
  }

  #value(name: string, presets: ReadonlyMap<string, string | undefined>): string | undefined {
    return this.#given.get(name) ?? presets.get(name) ?? this.#meta.get(name);
  }
}
