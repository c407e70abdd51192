/** The values that templates work on: JavaScript's own where they fit, and what Go needs beyond. */

/** `null` is Go's nil interface. A `number` is an int; other floats are `GoFloat`. */
export type GoValue =
  | null
  | boolean
  | string
  | number
  | GoFloat
  | JsonNumber
  | GoSlice
  | GoMap
  | GoStruct
  | GoNil
  | Missing;

/** A float64. */
export class GoFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** encoding/json's Number: a number that keeps its digits; its kind is string. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class GoSlice {
  readonly items: readonly GoValue[];
  readonly type: string;
  /** A nil slice: prints as an empty one, but is `null` in JSON. */
  readonly nil: boolean;
  constructor(items: readonly GoValue[], type = '[]interface {}', nil = false) {
    this.items = items;
    this.type = type;
    this.nil = nil;
  }
}

export class GoMap {
  readonly entries: ReadonlyMap<string, GoValue>;
  readonly type: string;
  /** What indexing gives for a key that is not there. */
  readonly zero: GoValue;
  readonly nil: boolean;
  /** Methods of its type. */
  readonly methods: ReadonlyMap<string, GoMethod>;
  constructor(
    entries: ReadonlyMap<string, GoValue>,
    type = 'map[string]interface {}',
    zero: GoValue = null,
    nil = false,
    methods: ReadonlyMap<string, GoMethod> = new Map(),
  ) {
    this.methods = methods;
    this.entries = entries;
    this.type = type;
    this.zero = zero;
    this.nil = nil;
  }
  /** What its keys are; no other string type is one of them to a template. */
  get keyType(): string {
    return /^map\[([^\]]*)\]/.exec(this.type)?.[1] ?? 'string';
  }
  /** Entries as Go ranges over and prints them: by key. */
  sorted(): [string, GoValue][] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

/** A method or function value: `arity` arguments at least, and more if `variadic`. */
export interface GoMethod {
  readonly arity: number;
  readonly variadic?: boolean;
  /** Throws `Error` with Go's text on failure. */
  call(args: readonly GoValue[]): GoValue;
}

/** A struct (or a pointer to one) with its exported fields in order, and methods. */
export class GoStruct {
  /** As in error messages: `*formatter.ContainerContext`. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, GoValue>;
  readonly methods: ReadonlyMap<string, GoMethod>;
  /** Its JSON, where that is not simply its fields. */
  readonly json: (() => string) | undefined;
  /** What it prints as, where that is not its fields (fmt.Stringer). */
  readonly text: string | undefined;
  constructor(
    type: string,
    fields: ReadonlyMap<string, GoValue>,
    methods: ReadonlyMap<string, GoMethod> = new Map(),
    json?: () => string,
    text?: string,
  ) {
    this.type = type;
    this.fields = fields;
    this.methods = methods;
    this.json = json;
    this.text = text;
  }
}

/** A nil pointer of a known type. */
export class GoNil {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

/** What a lookup gives that found nothing: reflect's invalid Value, printed `<no value>`. */
export class Missing {
  static readonly VALUE = new Missing();
  /** Keeps the class distinct from every other to the type checker. */
  readonly isMissing = true;
}

/** The type as Go's `%T` and error messages name it. */
export function typeName(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (value instanceof GoFloat) return 'float64';
  if (value instanceof JsonNumber) return 'json.Number';
  if (value instanceof Missing) return '<nil>';
  return value.type;
}

/** Whether `if`, `with`, `and`, `or` and `not` take it for true. */
export function truth(value: GoValue): boolean {
  if (value === null || value instanceof Missing || value instanceof GoNil) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (value instanceof GoFloat) return value.value !== 0;
  if (value instanceof JsonNumber) return value.text !== '';
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  return true;
}
