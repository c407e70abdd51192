import { deletePaths, getPath, setPath } from './access.ts';
import { pathsOf } from './forms.ts';
import { operate } from './operators.ts';
import type { Scope } from './scope.ts';
import { chain, type Filter, type Item, type Outputs, Request, values } from './stream.ts';
import type { AssignOperator, BinaryOperator } from './syntax.ts';
import { compare, isTrue, type Value } from './value.ts';

/** The assignments: each is a change at every path that the left side leads to. */
export function assignment(operator: AssignOperator, left: Filter, right: Filter): Filter {
  if (operator === '|=')
    return (scope, item) =>
      changed(left, scope, item, (target, path) => update(item.plain(target), path, right, scope));
  return (scope, item) =>
    chain(values(right, scope, item), ({ value }) =>
      changed(left, scope, item, function* (target, path) {
        yield item.plain(setPath(target, path, assigned(operator, target, path, value)));
      }),
    );
}

function assigned(
  operator: Exclude<AssignOperator, '|='>,
  target: Value,
  path: readonly Value[],
  value: Value,
): Value {
  if (operator === '=') return value;
  const old = getPath(target, path);
  if (operator === '//=') return isTrue(old) ? old : value;
  return operate(operator.slice(0, -1) as BinaryOperator, old, value);
}

/** Makes a change at each path in turn. */
function* changed(
  left: Filter,
  scope: Scope,
  item: Item,
  change: (target: Value, path: readonly Value[]) => Outputs,
): Outputs {
  let target = item.value;
  for (const place of pathsOf(left, scope, item)) {
    if (place instanceof Request) {
      yield place;
      continue;
    }
    for (const out of change(target, place.path!)) {
      if (out instanceof Request) yield out;
      else target = out.value;
    }
  }
  yield item.with(target);
}

/** `|=`: the first that the right side gives of what is there; nothing takes it away. */
function* update(item: Item, path: readonly Value[], right: Filter, scope: Scope): Outputs {
  for (const out of right(scope, item.plain(getPath(item.value, path)))) {
    if (out instanceof Request) yield out;
    else {
      yield item.plain(setPath(item.value, path, out.value));
      return;
    }
  }
  yield item.plain(deletePaths(item.value, [path], compare));
}
