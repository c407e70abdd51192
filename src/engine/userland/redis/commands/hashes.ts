import { CommandError, type CommandTable, type Context, showFloat, toFloat, toInteger } from '../command.ts';
import { array, bulk, bulks, failure, integer, OK } from '../resp.ts';

const fields = ({ db }: Context, key: string): Map<string, string> =>
  db.get(key, 'hash')?.fields ?? new Map();

const open = ({ db }: Context, key: string): Map<string, string> =>
  db.open<'hash'>(key, { type: 'hash', fields: new Map() }).fields;

function set(name: string): CommandTable[string] {
  return {
    arity: -4,
    writes: true,
    run(context, [key = '', ...pairs]) {
      if (pairs.length % 2 !== 0) return failure(`ERR wrong number of arguments for '${name}' command`);
      const hash = open(context, key);
      const before = hash.size;
      for (let i = 0; i < pairs.length; i += 2) hash.set(pairs[i]!, pairs[i + 1]!);
      return name === 'hset' ? integer(hash.size - before) : OK;
    },
  };
}

export const hashes: CommandTable = {
  HSET: set('hset'),
  HMSET: set('hmset'),
  HSETNX: {
    arity: 4,
    writes: true,
    run(context, [key = '', field = '', value = '']) {
      if (fields(context, key).has(field)) return integer(0);
      open(context, key).set(field, value);
      return integer(1);
    },
  },
  HGET: { arity: 3, run: (context, [key = '', field = '']) => bulk(fields(context, key).get(field)) },
  HMGET: {
    arity: -3,
    run(context, [key = '', ...names]) {
      const hash = fields(context, key);
      return array(names.map((name) => bulk(hash.get(name))));
    },
  },
  HGETALL: { arity: 2, run: (context, [key = '']) => bulks([...fields(context, key)].flat()) },
  HKEYS: { arity: 2, run: (context, [key = '']) => bulks([...fields(context, key).keys()]) },
  HVALS: { arity: 2, run: (context, [key = '']) => bulks([...fields(context, key).values()]) },
  HLEN: { arity: 2, run: (context, [key = '']) => integer(fields(context, key).size) },
  HEXISTS: {
    arity: 3,
    run: (context, [key = '', field = '']) => integer(fields(context, key).has(field) ? 1 : 0),
  },
  HDEL: {
    arity: -3,
    writes: true,
    run(context, [key = '', ...names]) {
      const hash = fields(context, key);
      const gone = names.filter((name) => hash.delete(name)).length;
      context.db.dropIfEmpty(key);
      return integer(gone);
    },
  },
  HINCRBY: {
    arity: 4,
    writes: true,
    run(context, [key = '', field = '', by]) {
      const amount = toInteger(by);
      const sum =
        toInteger(fields(context, key).get(field) ?? '0', 'ERR hash value is not an integer') + amount;
      if (!Number.isSafeInteger(sum)) throw new CommandError('ERR increment or decrement would overflow');
      open(context, key).set(field, String(sum));
      return integer(sum);
    },
  },
  HINCRBYFLOAT: {
    arity: 4,
    writes: true,
    run(context, [key = '', field = '', by]) {
      const amount = toFloat(by);
      const sum = toFloat(fields(context, key).get(field) ?? '0', 'ERR hash value is not a float') + amount;
      open(context, key).set(field, showFloat(sum));
      return bulk(showFloat(sum));
    },
  },
};
