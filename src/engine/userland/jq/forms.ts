import { entriesOf, index } from './access.ts';
import { formatted } from './builtins/formats.ts';
import { bindLabel, label, type Scope } from './scope.ts';
import {
  chain,
  combinations,
  type Filter,
  type Item,
  mapped,
  none,
  type Outputs,
  one,
  Request,
  values,
  work,
} from './stream.ts';
import { isTrue, JqError, kindOf, object, type Value } from './value.ts';
import { shown } from './write.ts';

/** The forms of jq's language but for binding names: each makes a filter of filters. */

/** `.[key]` of an item. */
function stepInto(item: Item, key: Value): Item {
  requireIntact(item, `access element ${shown(key)} of`);
  return item.step([key], index(item.value, key));
}

function requireIntact(item: Item, doing: string): void {
  if (item.intact) return;
  throw new JqError(`Invalid path expression near attempt to ${doing} ${shown(item.value)}`);
}

/** `.[]` of an item. */
export function* iterate(item: Item): Outputs {
  requireIntact(item, 'iterate through');
  for (const [key, value] of entriesOf(item.value)) {
    yield* work(item);
    yield item.step([key], value);
  }
}

/** An item, and in turn what `next` gives of each: depth first, without recursion of ours. */
export function* recurse(item: Item, next: (item: Item) => Outputs): Outputs {
  yield item;
  const open = [next(item)];
  while (open.length > 0) {
    yield* work(item);
    const { done, value: out } = open.at(-1)!.next();
    if (done) open.pop();
    else {
      yield out;
      if (!(out instanceof Request)) open.push(next(out));
    }
  }
}

/** `..` */
export const everything: Filter = (_scope, item) =>
  recurse(item, (out) => (typeof out.value === 'object' && out.value !== null ? iterate(out) : none()));

/** `target[key]` */
export const indexed =
  (target: Filter, key: Filter): Filter =>
  (scope, item) =>
    chain(values(key, scope, item), ({ value }) =>
      mapped(target(scope, item), (found) => stepInto(found, value)),
    );

/** `target[from:to]` */
export const sliced =
  (target: Filter, from: Filter | undefined, to: Filter | undefined): Filter =>
  (scope, item) => {
    const bound = (of: Filter | undefined) => (of ? values(of, scope, item) : one(item.plain(null)));
    return chain(bound(from), (start) =>
      chain(bound(to), (end) => {
        const key = object([
          ['start', start.value],
          ['end', end.value],
        ]);
        return mapped(target(scope, item), (found) => stepInto(found, key));
      }),
    );
  };

/** `[body]` */
export const collected = (body: Filter | undefined): Filter =>
  function* (scope, item) {
    const list: Value[] = [];
    if (body)
      for (const out of values(body, scope, item)) {
        if (out instanceof Request) yield out;
        else list.push(out.value);
      }
    yield item.with(list);
  };

/** `{key: value, …}`: objects of all combinations, the first entry's values slowest. */
export const built =
  (entries: readonly { key: Filter; value: Filter }[]): Filter =>
  (scope, item) =>
    build(entries, scope, item, new Map());

function* build(
  [entry, ...rest]: readonly { key: Filter; value: Filter }[],
  scope: Scope,
  item: Item,
  made: ReadonlyMap<string, Value>,
): Outputs {
  if (!entry) {
    yield item.with(made);
    return;
  }
  yield* chain(values(entry.key, scope, item), ({ value: key }) =>
    chain(values(entry.value, scope, item), ({ value }) => {
      if (typeof key !== 'string')
        throw new JqError(`Cannot use ${kindOf(key)} (${shown(key)}) as object key`);
      return build(rest, scope, item, new Map(made).set(key, value));
    }),
  );
}

/** `"text \\(filter)"`, what is put in being formatted. */
export const interpolated =
  (parts: readonly (string | Filter)[], format: string): Filter =>
  (scope, item) =>
    combinations(
      parts.filter((part) => typeof part !== 'string').map((part) => () => values(part, scope, item)),
      (given) => {
        let next = 0;
        const pieces = parts.map((part) =>
          typeof part === 'string' ? part : formatted(format, given[next++]!),
        );
        return one(item.with(pieces.join('')));
      },
    );

/** `-body` */
export const negative =
  (body: Filter): Filter =>
  (scope, item) =>
    mapped(values(body, scope, item), ({ value }) => item.with(negated(value)));

function negated(value: Value): Value {
  if (typeof value === 'number') return -value;
  throw new JqError(`${kindOf(value)} (${shown(value)}) cannot be negated`);
}

/** Applies a function to all combinations of what filters give. */
export const combined =
  (filters: readonly Filter[], use: (...given: Value[]) => Value): Filter =>
  (scope, item) =>
    combinations(
      filters.map((filter) => () => values(filter, scope, item)),
      (given) => one(item.with(use(...given))),
    );

/** `and`, `or`: the left side decides where it can. */
export const logical =
  (left: Filter, right: Filter, decides: boolean): Filter =>
  (scope, item) =>
    chain(values(left, scope, item), ({ value }) =>
      isTrue(value) === decides
        ? one(item.with(decides))
        : mapped(values(right, scope, item), (out) => item.with(isTrue(out.value))),
    );

/** `a // b`: what of `a` is true; if nothing is, `b`. */
export const alternative = (left: Filter, right: Filter): Filter =>
  function* (scope, item) {
    let found = false;
    for (const out of left(scope, item)) {
      if (out instanceof Request) yield out;
      else if (isTrue(out.value)) {
        found = true;
        yield out;
      }
    }
    if (!found) yield* right(scope, item);
  };

export const conditional =
  (condition: Filter, then: Filter, otherwise: Filter): Filter =>
  (scope, item) =>
    chain(values(condition, scope, item), ({ value }) => (isTrue(value) ? then : otherwise)(scope, item));

/** `try body catch handler`, `body?` */
export const attempted = (body: Filter, handler: Filter | undefined): Filter =>
  function* (scope, item) {
    try {
      yield* body(scope, item);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      if (handler) yield* handler(scope, item.with(error.value));
    }
  };

/** `break $name`, on its way to its label. */
class Break extends Error {
  readonly id: object;

  constructor(id: object) {
    super('break');
    this.id = id;
  }
}

export const labelled = (name: string, body: Filter): Filter =>
  function* (scope, item) {
    const id = {};
    try {
      yield* body(bindLabel(scope, name, id), item);
    } catch (error) {
      if (!(error instanceof Break) || error.id !== id) throw error;
    }
  };

export const breaking =
  (name: string): Filter =>
  (scope) => {
    throw new Break(label(scope, name)!);
  };

/** Every path that a filter leads to, with what is there (`path(filter)`). */
export const pathsOf = (filter: Filter, scope: Scope, item: Item): Outputs =>
  mapped(filter(scope, item.root), (out) => {
    if (!out.intact) throw new JqError(`Invalid path expression with result ${shown(out.value)}`);
    return out;
  });
