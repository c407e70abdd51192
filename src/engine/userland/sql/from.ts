import { compile, condition } from './compile.ts';
import { type QueryContext, rowContext } from './query-context.ts';
import { type Environment, Scope, type Source } from './scope.ts';
import type { Expression, From } from './syntax.ts';
import { INTEGER, type Value } from './value.ts';

/** The tables of a FROM clause side by side. */
export interface Joined {
  sources: Source[];
  /** Where the columns of each begin. */
  starts: number[];
  /** The primary keys of those that are tables. */
  keys: { start: number; width: number; primary: readonly number[] }[];
  tuples(outer: Environment | undefined): Value[][];
}

export function joinSources(from: From | undefined, context: QueryContext, outer: Scope | undefined): Joined {
  if (from === undefined) return { sources: [], starts: [], keys: [], tuples: () => [[]] };
  switch (from.kind) {
    case 'table': {
      const table = context.table(from.table);
      const source = { name: from.alias ?? table.name, columns: table.columns };
      const key = { start: 0, width: table.columns.length, primary: table.primary?.columns ?? [] };
      return { ...only(source), keys: [key], tuples: () => table.rows.map((row) => [...row]) };
    }
    case 'query': {
      const query = context.prepare(from.query, outer);
      return {
        ...only({ name: from.alias, columns: query.columns }),
        tuples: (environment) => query.rows(environment),
      };
    }
    case 'series':
      return series(from.args, from.alias, context, outer);
    case 'join':
      return join(from, context, outer);
  }
}

const only = (source: Source) => ({ sources: [source], starts: [0], keys: [] });

/** generate_series(from, to[, step]) */
function series(
  args: readonly Expression[],
  alias: string,
  context: QueryContext,
  outer: Scope | undefined,
): Joined {
  const c = rowContext(context, new Scope([], outer, context.dialect.words), 'field list');
  const [from, to, step] = args.map((arg) => compile(arg, c));
  return {
    ...only({ name: alias, columns: [{ name: alias, type: INTEGER }] }),
    tuples(environment) {
      const at: Environment = { tuple: [], outer: environment };
      const [low, high, by] = [from, to, step].map((one) =>
        one === undefined ? 1 : Number(one.evaluate(at)),
      );
      const rows: Value[][] = [];
      for (let i = low!; by! > 0 ? i <= high! : by! < 0 && i >= high!; i += by!) {
        context.charge(1);
        rows.push([i]);
      }
      return rows;
    },
  };
}

function join(
  from: Extract<From, { kind: 'join' }>,
  context: QueryContext,
  outer: Scope | undefined,
): Joined {
  const [first, second] = [from.left, from.right].map((side) => joinSources(side, context, outer)) as [
    Joined,
    Joined,
  ];
  const width = first.sources.reduce((sum, { columns }) => sum + columns.length, 0);
  const other = second.sources.reduce((sum, { columns }) => sum + columns.length, 0);
  const hidden = new Set(from.using.map((name) => name.toLowerCase()));
  const optional = (source: Source, side: 'left' | 'right'): Source =>
    from.how === side ? { ...source, optional: true } : source;
  const sources = [
    ...first.sources.map((source) => optional(source, 'right')),
    ...second.sources
      .map((source) => optional(source, 'left'))
      .map((source) => (hidden.size === 0 ? source : { ...source, hidden })),
  ];
  const matches = matcher(from, first, second, sources, context, outer);
  return {
    sources,
    starts: [...first.starts, ...second.starts.map((start) => start + width)],
    keys: [...first.keys, ...second.keys.map((key) => ({ ...key, start: key.start + width }))],
    tuples(environment) {
      const [left, right] = [first.tuples(environment), second.tuples(environment)];
      const rows: Value[][] = [];
      const matched = new Set<Value[]>();
      for (const a of left) {
        context.charge(right.length);
        let found = false;
        for (const b of right) {
          const tuple = [...a, ...b];
          if (!matches({ tuple, outer: environment })) continue;
          found = true;
          matched.add(b);
          rows.push(tuple);
        }
        if (!found && from.how === 'left') rows.push([...a, ...nulls(other)]);
      }
      if (from.how === 'right')
        for (const b of right) if (!matched.has(b)) rows.push([...nulls(width), ...b]);
      return rows;
    },
  };
}

const nulls = (count: number): Value[] => Array.from({ length: count }, () => null);

/** Which rows belong together. */
function matcher(
  from: Extract<From, { kind: 'join' }>,
  first: Joined,
  second: Joined,
  sources: Source[],
  context: QueryContext,
  outer: Scope | undefined,
): (environment: Environment) => boolean {
  const { words } = context.dialect;
  const scope = new Scope(sources, outer, words);
  if (from.on !== undefined) return condition(from.on, rowContext(context, scope, 'on clause'), 'JOIN/ON');
  const equal = from.using.map((name) => {
    const a = new Scope(first.sources, undefined, words).find(undefined, name, 'on clause', 0);
    const b = new Scope(second.sources, undefined, words).find(undefined, name, 'on clause', 0);
    const start = first.sources.reduce((sum, { columns }) => sum + columns.length, 0);
    return [a.place, start + b.place] as const;
  });
  return ({ tuple }) => equal.every(([a, b]) => tuple[a] !== null && tuple[a] === tuple[b]);
}
