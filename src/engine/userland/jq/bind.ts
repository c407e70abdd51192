import { index } from './access.ts';
import { bindArgument, bindVariable, type NamedFilter, type Scope } from './scope.ts';
import { chain, type Filter, type Item, type Outputs, one, Request, values } from './stream.ts';
import { JqError, kindOf, type Value } from './value.ts';

/** The forms that bind names: `as`, `reduce`, `foreach`, and calls of functions. */

/** What `as` takes apart, its keys compiled. */
export type Shape =
  | { type: 'variable'; name: string }
  | { type: 'array'; items: readonly Shape[] }
  | {
      type: 'object';
      entries: readonly { key: Filter; variable: string | undefined; value: Shape | undefined }[];
    };

/** `source as patterns | body`. Of several patterns (`?//`) the first that raises no error counts. */
export const bound =
  (source: Filter, shapes: Shapes, body: Filter): Filter =>
  (scope, item) =>
    chain(values(source, scope, item), ({ value }) =>
      destructured(shapes, value, scope, item, (inner) => body(inner, item)),
    );

/** One or several patterns, and the names that they bind together. */
export interface Shapes {
  shapes: readonly Shape[];
  names: readonly string[];
}

/** `reduce`: the state after the last output of each update; null after none. */
export const reduced =
  (source: Filter, shapes: Shapes, start: Filter, update: Filter): Filter =>
  (scope, item) =>
    chain(values(start, scope, item), function* (first) {
      let state: Value = first.value;
      const each = chain(values(source, scope, item), ({ value }) =>
        destructured(shapes, value, scope, item, function* (inner) {
          let next: Value = null;
          for (const out of update(inner, item.plain(state))) {
            if (out instanceof Request) yield out;
            else next = out.value;
          }
          state = next;
        }),
      );
      for (const out of each) if (out instanceof Request) yield out;
      yield item.with(state);
    });

/** `foreach`: what is extracted of each state. */
export const folded =
  (source: Filter, shapes: Shapes, start: Filter, update: Filter, extract: Filter | undefined): Filter =>
  (scope, item) =>
    chain(values(start, scope, item), (first) => {
      let state: Value = first.value;
      return chain(values(source, scope, item), ({ value }) =>
        destructured(shapes, value, scope, item, (inner) =>
          chain(update(inner, item.with(state)), (out) => {
            state = out.value;
            return extract ? extract(inner, out) : one(out);
          }),
        ),
      );
    });

function* destructured(
  { shapes, names }: Shapes,
  value: Value,
  scope: Scope,
  item: Item,
  run: (inner: Scope) => Outputs,
): Outputs {
  let outer = scope;
  if (shapes.length > 1) for (const name of names) outer = bindVariable(outer, name, null);
  for (const [i, shape] of shapes.entries()) {
    try {
      yield* bindShape(shape, value, outer, item, run);
      return;
    } catch (error) {
      if (!(error instanceof JqError) || i === shapes.length - 1) throw error;
    }
  }
}

function* bindShape(
  shape: Shape,
  value: Value,
  scope: Scope,
  item: Item,
  run: (inner: Scope) => Outputs,
): Outputs {
  switch (shape.type) {
    case 'variable':
      yield* run(bindVariable(scope, shape.name, value));
      return;
    case 'array':
      yield* bindItems(shape.items, 0, value, scope, item, run);
      return;
    case 'object':
      yield* bindEntries(shape.entries, value, scope, item, run);
  }
}

function* bindItems(
  items: readonly Shape[],
  at: number,
  value: Value,
  scope: Scope,
  item: Item,
  run: (inner: Scope) => Outputs,
): Outputs {
  const shape = items[at];
  if (!shape) yield* run(scope);
  else
    yield* bindShape(shape, index(value, at), scope, item, (inner) =>
      bindItems(items, at + 1, value, inner, item, run),
    );
}

function* bindEntries(
  [entry, ...rest]: (Shape & { type: 'object' })['entries'],
  value: Value,
  scope: Scope,
  item: Item,
  run: (inner: Scope) => Outputs,
): Outputs {
  if (!entry) {
    yield* run(scope);
    return;
  }
  yield* chain(values(entry.key, scope, item), ({ value: key }) => {
    if (typeof key !== 'string') throw new JqError(`Cannot index ${kindOf(value)} with ${kindOf(key)}`);
    const inner = index(value, key);
    const named = entry.variable === undefined ? scope : bindVariable(scope, entry.variable, inner);
    const goOn = (next: Scope) => bindEntries(rest, value, next, item, run);
    return entry.value ? bindShape(entry.value, inner, named, item, goOn) : goOn(named);
  });
}

/** Runs a defined function: its arguments as filters, and `$` parameters with each of their values too, the first slowest. */
export function apply(
  { params, body }: NamedFilter,
  definedIn: Scope,
  args: readonly Filter[],
  scope: Scope,
  item: Item,
): Outputs {
  const all = params.map((param, i) => ({ param, arg: args[i]! }));
  let inner = definedIn;
  for (const { param, arg } of all) inner = bindArgument(inner, param.replace('$', ''), arg, scope);
  const variables = all.filter(({ param }) => param.startsWith('$'));

  function* bindFrom(next: number, names: Scope): Outputs {
    const variable = variables[next];
    if (!variable) {
      yield* body(names, item);
      return;
    }
    const name = variable.param.slice(1);
    yield* chain(values(variable.arg, scope, item), ({ value }) => {
      return bindFrom(next + 1, bindVariable(names, name, value));
    });
  }
  return bindFrom(0, inner);
}
