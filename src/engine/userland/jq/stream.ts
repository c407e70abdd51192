import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** How many steps a run has made since it last noted its work. */
export interface Meter {
  steps: number;
}

/**
 * A value on its way through a program. While a path is looked for (`path(f)`, assignment), it carries the path so far, and
 * the value that this path leads to: any other value is no place that could be changed.
 */
export class Item {
  readonly value: Value;
  readonly meter: Meter;
  readonly path: readonly Value[] | undefined;
  readonly at: Value;

  constructor(value: Value, meter: Meter, path?: readonly Value[], at: Value = null) {
    this.value = value;
    this.meter = meter;
    this.path = path;
    this.at = at;
  }

  /** The same place, another value. */
  with(value: Value): Item {
    return new Item(value, this.meter, this.path, this.at);
  }

  /** Another value, where no path is looked for. */
  plain(value: Value = this.value): Item {
    return new Item(value, this.meter);
  }

  /** The value as the place where paths begin. */
  get root(): Item {
    return new Item(this.value, this.meter, [], this.value);
  }

  /** What lies further on, by a path from here. */
  step(keys: readonly Value[], value: Value): Item {
    return this.path === undefined
      ? this.plain(value)
      : new Item(value, this.meter, [...this.path, ...keys], value);
  }

  /** Whether the path leads to the value. */
  get intact(): boolean {
    return this.path === undefined || Object.is(this.value, this.at);
  }
}

/**
 * What a program asks of its surroundings between two values: to note that it has worked, the next input, where that came
 * from, the time, to write a message. Requests pass through everything up to the one who runs the program; the answer is in
 * them when it goes on.
 */
export class Request {
  readonly kind: 'work' | 'input' | 'file' | 'line' | 'time' | 'message';
  readonly text: string;
  /** Undefined where there is none: no further input. */
  answer: Value | undefined;

  constructor(kind: Request['kind'], text = '') {
    this.kind = kind;
    this.text = text;
  }
}

/** The outputs of a filter, one after the other, and what it asks for between them. */
export type Outputs = Generator<Item | Request, void, undefined>;

/** A compiled piece of a program: what it gives for an input, with the names that are bound where it stands. */
export type Filter = (scope: Scope, item: Item) => Outputs;

export function* none(): Outputs {}

export function* one(item: Item): Outputs {
  yield item;
}

/** A filter's outputs where no path is looked for: conditions, operands, arguments. */
export const values = (filter: Filter, scope: Scope, item: Item): Outputs => filter(scope, item.plain());

/** How many steps are made between two requests to note the work. */
const STEPS = 500;

/** Notes a step of a loop or a call: in it, `yield* work(item)` lets others have their turn now and then. */
export function* work({ meter }: Item): Outputs {
  if (++meter.steps < STEPS) return;
  meter.steps = 0;
  yield new Request('work');
}

/** Hands each output on to the next filter. */
export function* chain(outputs: Outputs, next: (item: Item) => Outputs): Outputs {
  for (const out of outputs) {
    if (out instanceof Request) yield out;
    else yield* next(out);
  }
}

/** Each output as another. */
export function* mapped(outputs: Outputs, change: (item: Item) => Item): Outputs {
  for (const out of outputs) yield out instanceof Request ? out : change(out);
}

/** All combinations of what several filters give, the last one's values slowest, as calls of jq's own functions take them. */
export function* combinations(
  filters: readonly (() => Outputs)[],
  use: (values: readonly Value[]) => Outputs,
  values: readonly Value[] = [],
): Outputs {
  if (filters.length === 0) {
    yield* use(values);
    return;
  }
  const rest = filters.slice(0, -1);
  yield* chain(filters.at(-1)!(), ({ value }) => combinations(rest, use, [value, ...values]));
}
