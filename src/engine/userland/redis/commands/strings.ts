import { textToBytes } from '../../lib/text.ts';
import {
  CommandError,
  type CommandTable,
  type Context,
  SYNTAX,
  showFloat,
  toFloat,
  toInteger,
} from '../command.ts';
import { array, bulk, failure, integer, NIL, OK, type Reply } from '../resp.ts';

const text = ({ db }: Context, key: string): string | undefined => db.get(key, 'string')?.text;

/** Keeps the expiry, as all commands do that change a value and do not replace it. */
function change({ db }: Context, key: string, value: string): void {
  db.set(key, { type: 'string', text: value }, db.expiry(key));
}

function add(context: Context, key: string, by: number): Reply {
  const now = toInteger(text(context, key) ?? '0');
  const sum = now + by;
  if (!Number.isSafeInteger(sum)) throw new CommandError('ERR increment or decrement would overflow');
  change(context, key, String(sum));
  return integer(sum);
}

const UNITS: Record<string, { ms: number; at: boolean }> = {
  EX: { ms: 1000, at: false },
  PX: { ms: 1, at: false },
  EXAT: { ms: 1000, at: true },
  PXAT: { ms: 1, at: true },
};

/** SET key value [NX|XX] [GET] [EX s|PX ms|EXAT t|PXAT t|KEEPTTL] */
function set(context: Context, [key = '', value = '', ...options]: string[]): Reply {
  const { db, server } = context;
  let until: number | undefined;
  let keeps = false;
  let only = '';
  let get = false;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!.toUpperCase();
    const unit = UNITS[option];
    if ((option === 'NX' || option === 'XX') && only === '') only = option;
    else if (option === 'GET') get = true;
    else if (option === 'KEEPTTL' && until === undefined) keeps = true;
    else if (unit !== undefined && until === undefined && !keeps && i + 1 < options.length) {
      const amount = toInteger(options[++i]);
      if (amount <= 0) throw new CommandError("ERR invalid expire time in 'set' command");
      until = amount * unit.ms + (unit.at ? 0 : server.now());
    } else return failure(SYNTAX);
  }
  const old = get ? text(context, key) : undefined;
  const there = db.peek(key) !== undefined;
  if ((only === 'NX' && there) || (only === 'XX' && !there)) return get ? bulk(old) : NIL;
  db.set(key, { type: 'string', text: value }, keeps ? db.expiry(key) : until);
  return get ? bulk(old) : OK;
}

function setExpiring(name: string, unit: number): CommandTable[string] {
  return {
    arity: 4,
    writes: true,
    run({ db, server }, [key = '', amount, value = '']) {
      const time = toInteger(amount);
      if (time <= 0) throw new CommandError(`ERR invalid expire time in '${name}' command`);
      db.set(key, { type: 'string', text: value }, server.now() + time * unit);
      return OK;
    },
  };
}

export const strings: CommandTable = {
  SET: { arity: -3, writes: true, run: set },
  SETEX: setExpiring('setex', 1000),
  PSETEX: setExpiring('psetex', 1),
  SETNX: {
    arity: 3,
    writes: true,
    run({ db }, [key = '', value = '']) {
      if (db.peek(key) !== undefined) return integer(0);
      db.set(key, { type: 'string', text: value });
      return integer(1);
    },
  },
  GET: { arity: 2, run: (context, [key = '']) => bulk(text(context, key)) },
  GETSET: {
    arity: 3,
    writes: true,
    run(context, [key = '', value = '']) {
      const old = text(context, key);
      context.db.set(key, { type: 'string', text: value });
      return bulk(old);
    },
  },
  GETDEL: {
    arity: 2,
    writes: true,
    run(context, [key = '']) {
      const old = text(context, key);
      context.db.delete(key);
      return bulk(old);
    },
  },
  MGET: {
    arity: -2,
    run: ({ db }, keys) =>
      array(
        keys.map((key) => {
          const value = db.peek(key);
          return value?.type === 'string' ? bulk(value.text) : NIL;
        }),
      ),
  },
  MSET: {
    arity: -3,
    writes: true,
    run({ db }, args) {
      if (args.length % 2 !== 0) return failure("ERR wrong number of arguments for 'mset' command");
      for (let i = 0; i < args.length; i += 2) db.set(args[i]!, { type: 'string', text: args[i + 1]! });
      return OK;
    },
  },
  INCR: { arity: 2, writes: true, run: (context, [key = '']) => add(context, key, 1) },
  DECR: { arity: 2, writes: true, run: (context, [key = '']) => add(context, key, -1) },
  INCRBY: { arity: 3, writes: true, run: (context, [key = '', by]) => add(context, key, toInteger(by)) },
  DECRBY: { arity: 3, writes: true, run: (context, [key = '', by]) => add(context, key, -toInteger(by)) },
  INCRBYFLOAT: {
    arity: 3,
    writes: true,
    run(context, [key = '', by]) {
      const sum = toFloat(text(context, key) ?? '0') + toFloat(by);
      if (!Number.isFinite(sum)) return failure('ERR increment would produce NaN or Infinity');
      const shown = showFloat(Number(sum.toPrecision(17)));
      change(context, key, shown);
      return bulk(shown);
    },
  },
  APPEND: {
    arity: 3,
    writes: true,
    run(context, [key = '', more = '']) {
      const value = (text(context, key) ?? '') + more;
      change(context, key, value);
      return integer(textToBytes(value).length);
    },
  },
  STRLEN: {
    arity: 2,
    run: (context, [key = '']) => integer(textToBytes(text(context, key) ?? '').length),
  },
  GETRANGE: {
    arity: 4,
    run(context, [key = '', from, to]) {
      const value = text(context, key) ?? '';
      const [start, end] = span(value.length, toInteger(from), toInteger(to));
      return bulk(value.slice(start, end));
    },
  },
};

/** A range of Redis, whose end counts and whose negative numbers count from the end, as one of JavaScript. */
export function span(length: number, from: number, to: number): [start: number, end: number] {
  const start = Math.max(0, from < 0 ? length + from : from);
  const end = Math.min(length - 1, to < 0 ? length + to : to);
  return [start, Math.max(start, end + 1)];
}
