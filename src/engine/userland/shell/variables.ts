import { tableEntries } from './associative.ts';

/** Shell variables with their attributes, and the dynamic scopes of `local`. */
export interface Variable {
  value: string | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  letterCase: 'lower' | 'upper' | 'capital' | undefined;
  /** `declare -n`: the value is the name of the variable that is meant. */
  reference: boolean;
  /** Indexed arrays (by number) and associative ones (by text); `value` is then unused. */
  array: Map<number, string> | undefined;
  table: Map<string, string> | undefined;
  /** An array that has been assigned to, though it be empty. */
  assigned: boolean;
}

/** Thrown on assigning to a readonly variable. */
export class ReadonlyVariable extends Error {
  readonly variable: string;

  constructor(name: string) {
    super(name);
    this.variable = name;
  }
}

export const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

function fresh(): Variable {
  return {
    value: undefined,
    exported: false,
    readonly: false,
    integer: false,
    letterCase: undefined,
    reference: false,
    array: undefined,
    table: undefined,
    assigned: false,
  };
}

/** How many references may lead to one another. */
const DEEPEST_REFERENCE = 8;

export class Variables {
  #map = new Map<string, Variable>();
  /** For each function call under way, the variables that it hides (undefined: none was there). */
  #scopes: Map<string, Variable | undefined>[] = [];

  static fromEnvironment(env: ReadonlyMap<string, string>): Variables {
    const variables = new Variables();
    for (const [name, value] of env) {
      if (isName(name)) variables.#map.set(name, { ...fresh(), value, exported: true });
    }
    return variables;
  }

  copy(): Variables {
    const twin = new Variables();
    for (const [name, variable] of this.#map) twin.#map.set(name, clone(variable));
    twin.#scopes = this.#scopes.map((scope) => new Map(scope));
    return twin;
  }

  /** The name for which a name stands: of a reference that of its target, which may be `NAME[INDEX]`. */
  target(name: string): string {
    let at = name;
    for (let depth = 0; depth < DEEPEST_REFERENCE; depth++) {
      const variable = this.#map.get(at);
      if (!variable?.reference || !variable.value) return at;
      at = variable.value;
    }
    return name;
  }

  find(name: string): Variable | undefined {
    return this.#map.get(this.target(name));
  }

  /** The variable of that name itself, though it be a reference. */
  own(name: string): Variable | undefined {
    return this.#map.get(name);
  }

  /** The plain value; of an array its element 0. */
  get(name: string): string | undefined {
    const variable = this.find(name);
    if (variable === undefined) return undefined;
    if (variable.array) return variable.array.get(0);
    if (variable.table) return variable.table.get('0');
    return variable.value;
  }

  /** The variable, made (unset) if there is none. */
  declare(name: string): Variable {
    return this.declareOwn(this.target(name));
  }

  declareOwn(name: string): Variable {
    let variable = this.#map.get(name);
    if (variable === undefined) {
      variable = fresh();
      this.#map.set(name, variable);
    }
    return variable;
  }

  /** By how much values have grown since the shell last told the kernel of its memory. */
  grown = 0;

  set(name: string, value: string): void {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyVariable(this.target(name));
    const text = inCase(variable, value);
    this.grown += text.length - (variable.value?.length ?? 0);
    if (variable.array) variable.array.set(0, text);
    else if (variable.table) variable.table.set('0', text);
    else variable.value = text;
  }

  unset(name: string): void {
    this.unsetOwn(this.target(name));
  }

  /** Unsets a reference, not what it refers to. */
  unsetOwn(name: string): void {
    const variable = this.#map.get(name);
    if (variable?.readonly) throw new ReadonlyVariable(name);
    // What is local stays so, and hides what is outside until the function returns.
    if (this.#scopes.at(-1)?.has(name)) this.#map.set(name, fresh());
    else this.#map.delete(name);
  }

  pushScope(): void {
    this.#scopes.push(new Map());
  }

  popScope(): void {
    for (const [name, hidden] of this.#scopes.pop() ?? []) {
      if (hidden === undefined) this.#map.delete(name);
      else this.#map.set(name, hidden);
    }
  }

  get inFunction(): boolean {
    return this.#scopes.length > 0;
  }

  /** The names that are local to the innermost function. */
  locals(): string[] {
    return [...(this.#scopes.at(-1)?.keys() ?? [])].sort();
  }

  /** Makes a name local to the innermost function; `inherit` keeps the value (as dash does). */
  makeLocal(name: string, inherit: boolean): Variable {
    const scope = this.#scopes.at(-1)!;
    const outer = this.#map.get(name);
    if (!scope.has(name)) {
      if (outer?.readonly) throw new ReadonlyVariable(name);
      scope.set(name, outer);
      this.#map.set(
        name,
        outer && inherit ? clone(outer) : { ...fresh(), exported: outer?.exported ?? false },
      );
    }
    return this.#map.get(name)!;
  }

  /** Puts values in place for the duration of one command; the result takes them out again. */
  temporarily(values: ReadonlyMap<string, string>): () => void {
    const hidden = new Map<string, Variable | undefined>();
    for (const [name, value] of values) {
      const outer = this.#map.get(name);
      if (outer?.readonly) throw new ReadonlyVariable(name);
      hidden.set(name, outer);
      this.#map.set(name, { ...fresh(), value, exported: true });
    }
    return () => {
      for (const [name, outer] of hidden) {
        if (outer === undefined) this.#map.delete(name);
        else this.#map.set(name, outer);
      }
    };
  }

  /** What a child process gets. */
  environment(): Map<string, string> {
    const env = new Map<string, string>();
    for (const [name, variable] of this.#map)
      if (variable.exported && variable.value !== undefined) env.set(name, variable.value);
    return env;
  }

  /** All names, sorted. */
  names(): string[] {
    return [...this.#map.keys()].sort();
  }
}

const clone = (variable: Variable): Variable => ({
  ...variable,
  array: variable.array && new Map(variable.array),
  table: variable.table && new Map(variable.table),
});

/** A value in the letters that `declare -l`, `-u` and `-c` ask for. */
function inCase({ letterCase }: Variable, value: string): string {
  if (letterCase === undefined) return value;
  if (letterCase === 'upper') return value.toUpperCase();
  const lower = value.toLowerCase();
  return letterCase === 'lower' ? lower : lower.slice(0, 1).toUpperCase() + lower.slice(1);
}

/** The subscripts and values of an array, in the order in which bash goes through them. */
export function entries(variable: Variable): [string, string][] {
  if (variable.table) return tableEntries(variable.table);
  return [...(variable.array ?? [])].sort(([a], [b]) => a - b).map(([key, value]) => [String(key), value]);
}
