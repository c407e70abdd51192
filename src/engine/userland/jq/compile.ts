import { assignment } from './assign.ts';
import { apply, bound, folded, reduced, type Shape, type Shapes } from './bind.ts';
import { formatted } from './builtins/formats.ts';
import { BUILTINS, type Builtin } from './builtins/table.ts';
import {
  alternative,
  attempted,
  breaking,
  built,
  collected,
  combined,
  conditional,
  everything,
  indexed,
  interpolated,
  iterate,
  labelled,
  logical,
  negative,
  sliced,
} from './forms.ts';
import { operate } from './operators.ts';
import { parse } from './parse.ts';
import { PRELUDE } from './prelude.ts';
import { bindFunction, callee, type NamedFilter, type Scope, variable } from './scope.ts';
import { chain, type Filter, one, work } from './stream.ts';
import { type Definition, type Node, type Pattern, variablesOf } from './syntax.ts';
import { object, type Value } from './value.ts';

const identity: Filter = (_scope, item) => one(item);
const constant =
  (value: Value): Filter =>
  (_scope, item) =>
    one(item.with(value));

/** Makes a filter of a program that `check` has found nothing wrong with. */
export function compile(node: Node): Filter {
  switch (node.type) {
    case 'identity':
      return identity;
    case 'recurse':
      return everything;
    case 'literal':
      return constant(node.value);
    case 'location':
      return constant(
        object([
          ['file', '<top-level>'],
          ['line', node.line],
        ]),
      );
    case 'variable':
      return (scope, item) => one(item.with(variable(scope, node.name) ?? null));
    case 'pipe': {
      const [left, right] = [compile(node.left), compile(node.right)];
      return (scope, item) => chain(left(scope, item), (out) => right(scope, out));
    }
    case 'comma': {
      const [left, right] = [compile(node.left), compile(node.right)];
      return function* (scope, item) {
        yield* left(scope, item);
        yield* right(scope, item);
      };
    }
    case 'index':
      return indexed(compile(node.target), compile(node.key));
    case 'slice':
      return sliced(compile(node.target), node.from && compile(node.from), node.to && compile(node.to));
    case 'iterate': {
      const target = compile(node.target);
      return (scope, item) => chain(target(scope, item), iterate);
    }
    case 'array':
      return collected(node.body && compile(node.body));
    case 'object':
      return built(node.entries.map(({ key, value }) => ({ key: compile(key), value: compile(value) })));
    case 'string':
      return interpolated(
        node.parts.map((part) => (typeof part === 'string' ? part : compile(part))),
        node.format ?? '@text',
      );
    case 'format':
      return (_scope, item) => one(item.with(formatted(node.name, item.value)));
    case 'negate':
      return negative(compile(node.body));
    case 'binary':
      return combined([compile(node.left), compile(node.right)], (left, right) =>
        operate(node.operator, left!, right!),
      );
    case 'and':
    case 'or':
      return logical(compile(node.left), compile(node.right), node.type === 'or');
    case 'alternative':
      return alternative(compile(node.left), compile(node.right));
    case 'assign':
      return assignment(node.operator, compile(node.left), compile(node.right));
    case 'if':
      return conditional(
        compile(node.condition),
        compile(node.then),
        node.otherwise ? compile(node.otherwise) : identity,
      );
    case 'try':
      return attempted(compile(node.body), node.handler && compile(node.handler));
    case 'reduce':
      return reduced(
        compile(node.source),
        shapesOf(node.patterns),
        compile(node.start),
        compile(node.update),
      );
    case 'foreach':
      return folded(
        compile(node.source),
        shapesOf(node.patterns),
        compile(node.start),
        compile(node.update),
        node.extract && compile(node.extract),
      );
    case 'as':
      return bound(compile(node.source), shapesOf(node.patterns), compile(node.body));
    case 'label':
      return labelled(node.name, compile(node.body));
    case 'break':
      return breaking(node.name);
    case 'define': {
      const defined = define(node.definition);
      const body = compile(node.body);
      return (scope, item) => body(bindFunction(scope, defined), item);
    }
    case 'call':
      return call(`${node.name}/${node.args.length}`, node.args.map(compile));
  }
}

const define = ({ name, params, body }: Definition): NamedFilter => ({
  name: `${name}/${params.length}`,
  params,
  body: compile(body),
});

function shapesOf(patterns: readonly Pattern[]): Shapes {
  return { shapes: patterns.map(shapeOf), names: [...new Set(patterns.flatMap(variablesOf))] };
}

function shapeOf(pattern: Pattern): Shape {
  switch (pattern.type) {
    case 'variable':
      return pattern;
    case 'array':
      return { type: 'array', items: pattern.items.map(shapeOf) };
    case 'object':
      return {
        type: 'object',
        entries: pattern.entries.map(({ key, variable: name, value }) => ({
          key: compile(key),
          variable: name,
          value: value && shapeOf(value),
        })),
      };
  }
}

/** What a name means is looked up when it is called: an argument of one call is not that of another. */
const call = (name: string, args: readonly Filter[]): Filter =>
  function* (scope, item) {
    yield* work(item);
    const found = callee(scope, name);
    if (found?.kind === 'argument') yield* found.filter(found.scope, item);
    else if (found) yield* apply(found, found, args, scope, item);
    else yield* (BUILTINS.get(name) ?? prelude().get(name)!)(args, scope, item);
  };

let compiledPrelude: ReadonlyMap<string, Builtin> | undefined;

/** The builtins that are written in jq, by `NAME/ARITY`; each sees those before it and itself. */
export function prelude(): ReadonlyMap<string, Builtin> {
  if (compiledPrelude) return compiledPrelude;
  const table = new Map<string, Builtin>();
  let scope: Scope;
  for (let node: Node = parse(PRELUDE); node.type === 'define'; node = node.body) {
    const defined = bindFunction(scope, define(node.definition));
    table.set(defined.name, (args, from, item) => apply(defined, defined, args, from, item));
    scope = defined;
  }
  table.set('builtins/0', (_args, _scope, item) => one(item.with([...BUILTINS.keys(), ...table.keys()])));
  compiledPrelude = table;
  return table;
}
