import { DockerfileError } from './ast.ts';
import { didYouMean } from './suggest.ts';

/** What a flag takes: a text; `true` or `false`, or nothing for `true`; a text each time it is given. */
export type FlagKind = 'string' | 'bool' | 'strings';

/** The flags of an instruction, as they were given. */
export class GivenFlags {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value, empty where the flag was not given. */
  string(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  bool(name: string): boolean {
    return this.string(name) === 'true';
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/** `--name=value` before an instruction's arguments. Models BuildKit instructions/bflag.go. Throws `DockerfileError`. */
export function parseFlags(
  flags: readonly string[],
  known: Readonly<Record<string, FlagKind>> = {},
): GivenFlags {
  const given = new Map<string, string[]>();
  for (const flag of flags) {
    const equals = flag.indexOf('=');
    const name = equals === -1 ? flag : flag.slice(0, equals);
    const bare = name.slice(2);
    const kind = known[bare];
    if (kind === undefined)
      throw new DockerfileError(`unknown flag: ${name}${didYouMean(bare, Object.keys(known))}`);
    if (given.has(bare) && kind !== 'strings') throw new DockerfileError(`duplicate flag specified: ${name}`);
    const value = equals === -1 ? undefined : flag.slice(equals + 1);
    given.set(bare, [...(given.get(bare) ?? []), readValue(name, kind, value)]);
  }
  return new GivenFlags(given);
}

function readValue(name: string, kind: FlagKind, value: string | undefined): string {
  if (kind !== 'bool') {
    if (value === undefined) throw new DockerfileError(`missing a value on flag: ${name}`);
    return value;
  }
  if (value === '') throw new DockerfileError(`missing a value on flag: ${name}`);
  const word = (value ?? 'true').toLowerCase();
  if (word !== 'true' && word !== 'false')
    throw new DockerfileError(`expecting boolean value for flag ${name}, not: ${value}`);
  return word;
}
