import { CommandError, type CommandTable, type Context, SYNTAX, toFloat, toInteger } from '../command.ts';
import { array, bulk, bulks, failure, integer, NIL, OK, type Reply } from '../resp.ts';
import { span } from './strings.ts';

type End = 'left' | 'right';

const items = ({ db }: Context, key: string): string[] | undefined => db.get(key, 'list')?.items;

function push(end: End, onlyThere: boolean): CommandTable[string] {
  return {
    arity: -3,
    writes: true,
    run(context, [key = '', ...values]) {
      if (onlyThere && items(context, key) === undefined) return integer(0);
      const list = context.db.open<'list'>(key, { type: 'list', items: [] }).items;
      for (const value of values) end === 'left' ? list.unshift(value) : list.push(value);
      const length = list.length;
      context.db.onWrite(key);
      return integer(length);
    },
  };
}

function take(context: Context, key: string, end: End): string | undefined {
  const list = items(context, key);
  const value = end === 'left' ? list?.shift() : list?.pop();
  context.db.dropIfEmpty(key);
  return value;
}

function pop(end: End): CommandTable[string] {
  return {
    arity: -2,
    writes: true,
    run(context, [key = '', count, ...rest]) {
      if (rest.length > 0)
        return failure(`ERR wrong number of arguments for '${end === 'left' ? 'lpop' : 'rpop'}' command`);
      if (count === undefined) return bulk(take(context, key, end));
      const most = toInteger(count, 'ERR value is out of range, must be positive');
      if (most < 0) return failure('ERR value is out of range, must be positive');
      if (items(context, key) === undefined) return { kind: 'array', items: null };
      const taken: string[] = [];
      while (taken.length < most && items(context, key) !== undefined) taken.push(take(context, key, end)!);
      return bulks(taken);
    },
  };
}

/** Waits for the first of some keys to have an element. */
function blockingPop(end: End): CommandTable[string] {
  return {
    arity: -3,
    writes: true,
    async run(context, args) {
      const seconds = toFloat(args.at(-1), 'ERR timeout is not a float or out of range');
      if (seconds < 0) throw new CommandError('ERR timeout is negative');
      const keys = args.slice(0, -1);
      const now = (): Reply | undefined => {
        const key = keys.find((one) => items(context, one) !== undefined);
        return key === undefined ? undefined : array([bulk(key), bulk(take(context, key, end))]);
      };
      const wait = seconds === 0 ? undefined : seconds * 1000;
      return (
        now() ?? (await context.client.block(context.db, keys, wait, now)) ?? { kind: 'array', items: null }
      );
    },
  };
}

export const lists: CommandTable = {
  LPUSH: push('left', false),
  RPUSH: push('right', false),
  LPUSHX: push('left', true),
  RPUSHX: push('right', true),
  LPOP: pop('left'),
  RPOP: pop('right'),
  BLPOP: blockingPop('left'),
  BRPOP: blockingPop('right'),
  RPOPLPUSH: {
    arity: 3,
    writes: true,
    run(context, [from = '', to = '']) {
      items(context, to);
      const value = take(context, from, 'right');
      if (value === undefined) return NIL;
      context.db.open<'list'>(to, { type: 'list', items: [] }).items.unshift(value);
      context.db.onWrite(to);
      return bulk(value);
    },
  },
  LLEN: { arity: 2, run: (context, [key = '']) => integer(items(context, key)?.length ?? 0) },
  LRANGE: {
    arity: 4,
    run(context, [key = '', from, to]) {
      const list = items(context, key) ?? [];
      return bulks(list.slice(...span(list.length, toInteger(from), toInteger(to))));
    },
  },
  LINDEX: {
    arity: 3,
    run: (context, [key = '', index]) => bulk((items(context, key) ?? []).at(toInteger(index))),
  },
  LSET: {
    arity: 4,
    writes: true,
    run(context, [key = '', index, value = '']) {
      const list = items(context, key);
      if (list === undefined) return failure('ERR no such key');
      const at = toInteger(index);
      const place = at < 0 ? list.length + at : at;
      if (list[place] === undefined) return failure('ERR index out of range');
      list[place] = value;
      return OK;
    },
  },
  LTRIM: {
    arity: 4,
    writes: true,
    run(context, [key = '', from, to]) {
      const list = items(context, key);
      if (list === undefined) return OK;
      const kept = list.slice(...span(list.length, toInteger(from), toInteger(to)));
      list.splice(0, list.length, ...kept);
      context.db.dropIfEmpty(key);
      return OK;
    },
  },
  LREM: {
    arity: 4,
    writes: true,
    run(context, [key = '', count, value = '']) {
      const list = items(context, key);
      const most = toInteger(count);
      if (list === undefined) return integer(0);
      const order = list.map((_, i) => i);
      if (most < 0) order.reverse();
      const gone = order.filter((i) => list[i] === value).slice(0, most === 0 ? undefined : Math.abs(most));
      for (const i of [...gone].sort((a, b) => b - a)) list.splice(i, 1);
      context.db.dropIfEmpty(key);
      return integer(gone.length);
    },
  },
  LINSERT: {
    arity: 5,
    writes: true,
    run(context, [key = '', where = '', pivot = '', value = '']) {
      if (!/^(?:before|after)$/i.test(where)) return failure(SYNTAX);
      const list = items(context, key);
      const at = list?.indexOf(pivot) ?? -1;
      if (list === undefined) return integer(0);
      if (at === -1) return integer(-1);
      list.splice(at + (/^after$/i.test(where) ? 1 : 0), 0, value);
      return integer(list.length);
    },
  },
};
