import { parseDuration } from '../../base/go-duration.ts';
import { quote } from '../../base/go-quote.ts';
import { FlagError } from './flag-error.ts';
import type { FlagCheck, FlagRow } from './spec.ts';
import { readValue } from './values.ts';

/** The flags of one invocation: what was given, else the defaults. */
export class ParsedFlags {
  readonly #rows: ReadonlyMap<string, FlagRow>;
  readonly #checks: Readonly<Record<string, FlagCheck>>;
  readonly #given = new Map<string, string[]>();

  constructor(rows: ReadonlyMap<string, FlagRow>, checks: Readonly<Record<string, FlagCheck>>) {
    this.#rows = rows;
    this.#checks = checks;
  }

  /** Takes one occurrence of a flag. Throws `FlagError` in pflag's words when the value will not do. */
  set(row: FlagRow, value: string): void {
    const [name, shorthand, type] = row;
    let values: string[];
    try {
      values = readValue(type, value);
      const check = this.#checks[name];
      if (check !== undefined) values = values.map(check);
    } catch (error) {
      const shown = shorthand === '' ? `--${name}` : `-${shorthand}, --${name}`;
      throw new FlagError(
        `invalid argument ${quote(value)} for ${quote(shown)} flag: ${(error as Error).message}`,
      );
    }
    const before = this.#given.get(name) ?? [];
    // What was given last stands last.
    this.#given.delete(name);
    this.#given.set(name, [...before, ...values]);
  }

  /** Which of some flags was given last; undefined where none was. */
  lastOf(names: readonly string[]): string | undefined {
    return [...this.#given.keys()].findLast((name) => names.includes(name));
  }

  /** Whether the flag was on the command line, whatever its value. */
  changed(name: string): boolean {
    return this.#given.has(name);
  }

  bool(name: string): boolean {
    return (this.#last(name) ?? 'false') === 'true';
  }

  string(name: string): string {
    return this.#last(name) ?? '';
  }

  /** A whole number; 0 when the flag has no default. */
  int(name: string): number {
    return Number(this.#last(name) ?? '0');
  }

  /** Nanoseconds. */
  duration(name: string): number {
    return this.changed(name) ? this.int(name) : parseDuration(this.string(name) || '0');
  }

  /** Every value given, in order. */
  list(name: string): string[] {
    return this.#given.get(name) ?? [];
  }

  /** `key=value` flags as an object; a key without a value has ''. */
  map(name: string): Record<string, string> {
    const out: Record<string, string> = {};
    for (const entry of this.list(name)) {
      const equals = entry.indexOf('=');
      if (equals < 0) out[entry] = '';
      else out[entry.slice(0, equals)] = entry.slice(equals + 1);
    }
    return out;
  }

  #last(name: string): string | undefined {
    const row = this.#rows.get(name);
    if (row === undefined) return undefined;
    return this.#given.get(name)?.at(-1) ?? row[4];
  }
}
