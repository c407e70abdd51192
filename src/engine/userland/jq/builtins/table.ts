import { getPath } from '../access.ts';
import { everything, pathsOf, recurse } from '../forms.ts';
import { type Scope, variable } from '../scope.ts';
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
} from '../stream.ts';
import { compare, equal, isArray, isTrue, JqError, kindOf, type Value } from '../value.ts';
import { shown, toJson } from '../write.ts';
import { captured, matches, matchValue, patternOf } from './regex.ts';
import { VALUE_FUNCTIONS } from './values.ts';

/** What a name that no program defines does: given its arguments, where they stand, and the input. */
export type Builtin = (args: readonly Filter[], scope: Scope, item: Item) => Outputs;

/** The end of the whole program (`halt`, `halt_error`). */
export class Halt extends Error {
  readonly status: number;
  readonly value: Value | undefined;

  constructor(status: number, value?: Value) {
    super('halt');
    this.status = status;
    this.value = value;
  }
}

/** A function whose arguments are values: it is called with each combination of them. */
const ofValues =
  (use: (input: Value, ...args: Value[]) => Value): Builtin =>
  (args, scope, item) =>
    combinations(
      args.map((arg) => () => values(arg, scope, item)),
      (given) => one(item.with(use(item.value, ...given))),
    );

/** One that asks its surroundings. */
const asking = (request: () => Request, answered: (answer: Value | undefined) => Value): Builtin =>
  function* (_args, _scope, item) {
    const asked = request();
    yield asked;
    yield item.with(answered(asked.answer));
  };

const FILTERS: Readonly<Record<string, Builtin>> = {
  'empty/0': none,
  'error/0': (_args, _scope, item) => raise(item.value),
  'error/1': ([message], scope, item) => chain(values(message!, scope, item), ({ value }) => raise(value)),
  'path/1': ([filter], scope, item) => mapped(pathsOf(filter!, scope, item), ({ path }) => item.with(path!)),
  'getpath/1': ([path], scope, item) =>
    mapped(values(path!, scope, item), ({ value: keys }) => {
      if (!isArray(keys)) throw new JqError('Path must be specified as an array');
      const found = getPath(item.value, keys);
      return item.step(keys, found);
    }),
  'recurse/0': (_args, scope, item) => everything(scope, item),
  'recurse/1': ([filter], scope, item) => recurse(item, (out) => filter!(scope, out)),
  *'repeat/1'([filter], scope, item) {
    for (;;) {
      yield* work(item);
      yield* filter!(scope, item);
    }
  },
  'while/2': ([condition, update], scope, item) => loop(condition!, update!, scope, item, true),
  'until/2': ([condition, update], scope, item) => loop(condition!, update!, scope, item, false),
  'limit/2': ([count, filter], scope, item) =>
    chain(values(count!, scope, item), ({ value }) => limit(value, filter!(scope, item))),
  *'last/1'([filter], scope, item) {
    let last: Item | undefined;
    for (const out of filter!(scope, item)) {
      if (out instanceof Request) yield out;
      else last = out;
    }
    yield last ?? item.with(null);
  },
  'range/1': ([to], scope, item) => chain(values(to!, scope, item), ({ value }) => range(item, 0, value, 1)),
  'range/2': ([from, to], scope, item) =>
    chain(values(from!, scope, item), (start) =>
      chain(values(to!, scope, item), (end) => range(item, start.value, end.value, 1)),
    ),
  'range/3': ([from, to, by], scope, item) =>
    chain(values(from!, scope, item), (start) =>
      chain(values(to!, scope, item), (end) =>
        chain(values(by!, scope, item), (step) => range(item, start.value, end.value, step.value)),
      ),
    ),
  'sort_by/1': keyed((rows) => rows.map(({ value }) => value)),
  'group_by/1': keyed((rows) => groups(rows).map((group) => group.map(({ value }) => value))),
  'unique_by/1': keyed((rows) => groups(rows).map(([first]) => first!.value)),
  'unique/0': ofValues((value) => groups(rowsOf(value, (one) => one)).map(([first]) => first!.value)),
  'min_by/1': extreme((difference) => difference < 0),
  'max_by/1': extreme((difference) => difference >= 0),
  'min/0': ofValues((value) =>
    best(
      rowsOf(value, (one) => one, 'iterated over'),
      (difference) => difference < 0,
    ),
  ),
  'max/0': ofValues((value) =>
    best(
      rowsOf(value, (one) => one, 'iterated over'),
      (difference) => difference >= 0,
    ),
  ),
  'match/2': matching(function* (input, source, flags) {
    for (const match of matches(input, source, flags)) yield matchValue(input as string, match);
  }),
  'test/2': matching(function* (input, source, flags) {
    yield matches(input, source, flags).length > 0;
  }),
  'capture/2': matching(function* (input, source, flags) {
    for (const match of matches(input, source, flags)) yield captured(match);
  }),
  'split/2': matching(function* (input, source, flags) {
    const pieces: string[] = [];
    let from = 0;
    for (const { start, text } of matches(input, source, flags, true)) {
      pieces.push((input as string).slice(from, start));
      from = start + text.length;
    }
    yield [...pieces, (input as string).slice(from)];
  }),
  'sub/3': ([pattern, replacement, flags], scope, item) =>
    chain(values(flags!, scope, item), (letters) =>
      chain(values(pattern!, scope, item), ({ value }) => {
        const { source, flags: own } = patternOf(value, letters.value);
        const found = matches(item.value, source, own);
        return replaced(item.value as string, found, replacement!, scope, item);
      }),
    ),
  'input/0': function* (_args, _scope, item) {
    const asked = new Request('input');
    yield asked;
    if (asked.answer === undefined) throw new JqError('break');
    yield item.with(asked.answer);
  },
  *'inputs/0'(_args, _scope, item) {
    for (;;) {
      const asked = new Request('input');
      yield asked;
      if (asked.answer === undefined) return;
      yield item.with(asked.answer);
    }
  },
  'input_filename/0': asking(
    () => new Request('file'),
    (answer) => answer ?? null,
  ),
  'input_line_number/0': asking(
    () => new Request('line'),
    (answer) => answer ?? 0,
  ),
  'now/0': asking(
    () => new Request('time'),
    (answer) => answer ?? null,
  ),
  *'debug/0'(_args, _scope, item) {
    yield new Request('message', `${toJson(['DEBUG:', item.value])}\n`);
    yield item;
  },
  *'stderr/0'(_args, _scope, item) {
    yield new Request('message', toJson(item.value));
    yield item;
  },
  *'env/0'(_args, scope, item) {
    yield item.with(variable(scope, 'ENV') ?? null);
  },
  'halt/0': () => {
    throw new Halt(0);
  },
  'halt_error/0': (_args, _scope, item) => {
    throw new Halt(5, item.value);
  },
  'halt_error/1': ofValues((value, status) => {
    if (typeof status !== 'number')
      throw new JqError(`${kindOf(value)} (${shown(value)}) halt_error/1: number required`);
    throw new Halt(status, value);
  }),
  *'get_search_list/0'(_args, _scope, item) {
    yield item.with(['~/.jq', '$ORIGIN/../lib/jq', '$ORIGIN/lib']);
  },
};

/** Nothing can be said of null, and nothing comes of it. */
function raise(value: Value): Outputs {
  if (value !== null) throw new JqError(value);
  return none();
}

/** `while` gives what it goes through as long as the condition holds, `until` what it comes to when it holds. */
function* loop(condition: Filter, update: Filter, scope: Scope, item: Item, isWhile: boolean): Outputs {
  const open = [one(item)];
  while (open.length > 0) {
    yield* work(item);
    const { done, value: out } = open.at(-1)!.next();
    if (done) {
      open.pop();
      continue;
    }
    if (out instanceof Request) {
      yield out;
      continue;
    }
    for (const answer of values(condition, scope, out)) {
      if (answer instanceof Request) yield answer;
      else if (isTrue(answer.value)) {
        yield out;
        if (isWhile) open.push(update(scope, out));
      } else if (!isWhile) open.push(update(scope, out));
    }
  }
}

/** The first so many. A count of nothing lets one through, and one below nothing all, as jq 1.6 does. */
function* limit(count: Value, outputs: Outputs): Outputs {
  if (typeof count !== 'number')
    throw new JqError(`${kindOf(count)} (${shown(count)}) and number (1) cannot be subtracted`);
  let given = 0;
  for (const out of outputs) {
    yield out;
    if (!(out instanceof Request) && count >= 0 && ++given >= count) return;
  }
}

function* range(item: Item, from: Value, to: Value, by: Value): Outputs {
  if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number')
    throw new JqError('Range bounds must be numeric');
  if (by === 0) return;
  for (let at = from; by > 0 ? at < to : at > to; at += by) {
    yield* work(item);
    yield item.with(at);
  }
}

/** A value with the key that it is sorted by. */
interface Row {
  key: Value;
  value: Value;
}

function rowsOf(
  value: Value,
  key: (item: Value) => Value,
  what = 'sorted, as they are not both arrays',
): Row[] {
  if (!isArray(value)) {
    const described = `${kindOf(value)} (${shown(value)})`;
    if (typeof value === 'object' && value !== null && what.startsWith('sorted'))
      throw new JqError(`${described} and array ([]) cannot be ${what}`);
    throw new JqError(
      what === 'iterated over'
        ? `${described} and ${described} cannot be iterated over`
        : `Cannot iterate over ${described}`,
    );
  }
  return value.map((item) => ({ key: key(item), value: item }));
}

const inOrder = (rows: readonly Row[]): Row[] => [...rows].sort((a, b) => compare(a.key, b.key));

/** Rows of equal keys together, in the order of the keys. */
function groups(rows: readonly Row[]): Row[][] {
  const found: Row[][] = [];
  for (const row of inOrder(rows)) {
    const last = found.at(-1);
    if (last && equal(last[0]!.key, row.key)) last.push(row);
    else found.push([row]);
  }
  return found;
}

function best(rows: readonly Row[], better: (difference: number) => boolean): Value {
  let found: Row | undefined;
  for (const row of rows) if (!found || better(compare(row.key, found.key))) found = row;
  return found?.value ?? null;
}

/** The input's items with all that the filter gives of each as their keys. */
function* rows(filter: Filter, scope: Scope, item: Item): Generator<Request, Row[], undefined> {
  const found: Row[] = [];
  if (!isArray(item.value)) {
    // An object can be gone through, but not be put into an order.
    if (typeof item.value !== 'object' || item.value === null)
      throw new JqError(`Cannot iterate over ${kindOf(item.value)} (${shown(item.value)})`);
    return rowsOf(item.value, (one) => one);
  }
  for (const value of item.value) {
    const key: Value[] = [];
    for (const out of values(filter, scope, item.plain(value))) {
      if (out instanceof Request) yield out;
      else key.push(out.value);
    }
    found.push({ key, value });
  }
  return found;
}

function keyed(use: (rows: Row[]) => Value): Builtin {
  return function* ([filter], scope, item) {
    const found = yield* rows(filter!, scope, item);
    yield item.with(use(inOrder(found)));
  };
}

function extreme(better: (difference: number) => boolean): Builtin {
  return function* ([filter], scope, item) {
    yield item.with(best(yield* rows(filter!, scope, item), better));
  };
}

/** A function of a pattern and flags. */
function matching(use: (input: Value, source: string, flags: Value) => Iterable<Value>): Builtin {
  return ([pattern, flags], scope, item) =>
    combinations(
      [() => values(pattern!, scope, item), () => values(flags!, scope, item)],
      function* ([wanted, letters]) {
        const { source, flags: own } = patternOf(wanted!, letters!);
        for (const value of use(item.value, source, own)) yield item.with(value);
      },
    );
}

/** The text with each match replaced by what the filter gives of its named groups: all combinations, the first fastest. */
function* replaced(
  text: string,
  found: ReturnType<typeof matches>,
  replacement: Filter,
  scope: Scope,
  item: Item,
): Outputs {
  yield* combinations(
    found.map((match) => () => values(replacement, scope, item.plain(captured(match)))),
    function* (given) {
      let out = '';
      let from = 0;
      for (const [i, { start, text: matched }] of found.entries()) {
        const part = given[i]!;
        out += text.slice(from, start);
        if (typeof part !== 'string')
          throw new JqError(`string (${shown(out)}) and ${kindOf(part)} (${shown(part)}) cannot be added`);
        out += part;
        from = start + matched.length;
      }
      yield item.with(out + text.slice(from));
    },
  );
}

/** Every builtin that is not written in jq itself, by `NAME/ARITY`. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map([...all()]);

function* all(): Generator<[string, Builtin]> {
  for (const [name, use] of Object.entries(VALUE_FUNCTIONS)) {
    const full = name.includes('/') ? name : `${name}/${Math.max(0, use.length - 1)}`;
    yield [full, ofValues(use)];
  }
  yield* Object.entries(FILTERS);
}
