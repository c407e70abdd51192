import { type CommandTable, type Context, toInteger } from '../command.ts';
import { array, bulk, bulks, failure, integer } from '../resp.ts';

const members = ({ db }: Context, key: string): Set<string> => db.get(key, 'set')?.members ?? new Set();

type Combine = (first: Set<string>, others: readonly Set<string>[]) => Iterable<string>;

const inter: Combine = (first, others) =>
  [...first].filter((member) => others.every((other) => other.has(member)));
const diff: Combine = (first, others) =>
  [...first].filter((member) => !others.some((other) => other.has(member)));
const union: Combine = (first, others) => new Set([...first, ...others.flatMap((other) => [...other])]);

const combined = (combine: Combine): CommandTable[string] => ({
  arity: -2,
  run(context, keys) {
    const [first = new Set<string>(), ...others] = keys.map((key) => members(context, key));
    return bulks([...combine(first, others)]);
  },
});

const stored = (combine: Combine): CommandTable[string] => ({
  arity: -3,
  writes: true,
  run(context, [to = '', ...keys]) {
    const [first = new Set<string>(), ...others] = keys.map((key) => members(context, key));
    const result = new Set(combine(first, others));
    context.db.set(to, { type: 'set', members: result });
    context.db.dropIfEmpty(to);
    return integer(result.size);
  },
});

/** Some of a set's members by chance: at most `count` different ones, or as many as a negative count says, with repetition. */
function chosen(context: Context, set: Set<string>, count: number): string[] {
  const all = [...set];
  if (count < 0)
    return Array.from({ length: all.length === 0 ? 0 : -count }, () => all[context.server.dice(all.length)]!);
  const taken: string[] = [];
  while (taken.length < count && all.length > 0)
    taken.push(...all.splice(context.server.dice(all.length), 1));
  return taken;
}

export const sets: CommandTable = {
  SADD: {
    arity: -3,
    writes: true,
    run({ db }, [key = '', ...values]) {
      const set = db.open<'set'>(key, { type: 'set', members: new Set() }).members;
      const before = set.size;
      for (const value of values) set.add(value);
      return integer(set.size - before);
    },
  },
  SREM: {
    arity: -3,
    writes: true,
    run(context, [key = '', ...values]) {
      const set = members(context, key);
      const gone = values.filter((value) => set.delete(value)).length;
      context.db.dropIfEmpty(key);
      return integer(gone);
    },
  },
  SMEMBERS: { arity: 2, run: (context, [key = '']) => bulks([...members(context, key)]) },
  SCARD: { arity: 2, run: (context, [key = '']) => integer(members(context, key).size) },
  SISMEMBER: {
    arity: 3,
    run: (context, [key = '', member = '']) => integer(members(context, key).has(member) ? 1 : 0),
  },
  SMISMEMBER: {
    arity: -3,
    run(context, [key = '', ...values]) {
      const set = members(context, key);
      return array(values.map((value) => integer(set.has(value) ? 1 : 0)));
    },
  },
  SRANDMEMBER: {
    arity: -2,
    run(context, [key = '', count]) {
      const set = members(context, key);
      if (count === undefined) return bulk(chosen(context, set, 1)[0]);
      return bulks(chosen(context, set, toInteger(count)));
    },
  },
  SPOP: {
    arity: -2,
    writes: true,
    run(context, [key = '', count]) {
      const set = members(context, key);
      const most = count === undefined ? 1 : toInteger(count, 'ERR value is out of range, must be positive');
      if (most < 0) return failure('ERR value is out of range, must be positive');
      const taken = chosen(context, set, most);
      for (const member of taken) set.delete(member);
      context.db.dropIfEmpty(key);
      return count === undefined ? bulk(taken[0]) : bulks(taken);
    },
  },
  SINTER: combined(inter),
  SUNION: combined(union),
  SDIFF: combined(diff),
  SINTERSTORE: stored(inter),
  SUNIONSTORE: stored(union),
  SDIFFSTORE: stored(diff),
};
