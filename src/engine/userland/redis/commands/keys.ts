import { compilePattern } from '../../lib/glob.ts';
import { CommandError, type CommandTable, type Context, SYNTAX, toInteger } from '../command.ts';
import { array, bulk, bulks, failure, integer, OK, type Reply } from '../resp.ts';

const matching = ({ db }: Context, pattern: string): string[] => {
  const compiled = compilePattern(pattern);
  return db.keys().filter((key) => compiled.matches(key));
};

function expire(name: string, unit: number, absolute: boolean): CommandTable[string] {
  return {
    arity: -3,
    writes: true,
    run({ db, server }, [key = '', amount, option, ...rest]) {
      const time = toInteger(amount);
      const until = time * unit + (absolute ? 0 : server.now());
      if (!Number.isSafeInteger(until))
        throw new CommandError(`ERR invalid expire time in '${name}' command`);
      if (option !== undefined && (rest.length > 0 || !/^(?:nx|xx|gt|lt)$/i.test(option)))
        return failure(`ERR Unsupported option ${option}`);
      const old = db.expiry(key);
      const allowed = {
        NX: old === undefined,
        XX: old !== undefined,
        GT: old !== undefined && until > old,
        LT: old === undefined || until < old,
      }[option?.toUpperCase() ?? ''];
      return integer(allowed !== false && db.expire(key, until) ? 1 : 0);
    },
  };
}

function ttl(unit: number): CommandTable[string] {
  return {
    arity: 2,
    run({ db, server }, [key = '']) {
      if (db.peek(key) === undefined) return integer(-2);
      const until = db.expiry(key);
      return integer(until === undefined ? -1 : Math.round((until - server.now()) / unit));
    },
  };
}

function rename(onlyNew: boolean): CommandTable[string] {
  return {
    arity: 3,
    writes: true,
    run({ db }, [from = '', to = '']) {
      const value = db.peek(from);
      if (value === undefined) return failure('ERR no such key');
      if (onlyNew && db.peek(to) !== undefined) return integer(0);
      const until = db.expiry(from);
      db.delete(from);
      db.set(to, value, until);
      return onlyNew ? integer(1) : OK;
    },
  };
}

/** SCAN cursor [MATCH pattern] [COUNT n] [TYPE type]: all at once, so the cursor that comes back is 0. */
function scan(context: Context, [cursor, ...options]: string[]): Reply {
  if (!/^\d+$/.test(cursor ?? '')) return failure('ERR invalid cursor');
  let found = context.db.keys();
  for (let i = 0; i < options.length; i += 2) {
    const [option = '', value] = [options[i]!.toUpperCase(), options[i + 1]];
    if (value === undefined) return failure(SYNTAX);
    if (option === 'MATCH') found = found.filter((key) => compilePattern(value).matches(key));
    else if (option === 'TYPE') found = found.filter((key) => context.db.peek(key)?.type === value);
    else if (option === 'COUNT') {
      if (toInteger(value) < 1) return failure(SYNTAX);
    } else return failure(SYNTAX);
  }
  return array([bulk('0'), bulks(cursor === '0' ? found : [])]);
}

export const keys: CommandTable = {
  DEL: {
    arity: -2,
    writes: true,
    run: ({ db }, names) => integer(names.filter((key) => db.delete(key)).length),
  },
  UNLINK: {
    arity: -2,
    writes: true,
    run: ({ db }, names) => integer(names.filter((key) => db.delete(key)).length),
  },
  EXISTS: {
    arity: -2,
    run: ({ db }, names) => integer(names.filter((key) => db.peek(key) !== undefined).length),
  },
  TYPE: {
    arity: 2,
    run: ({ db }, [key = '']) => ({ kind: 'status', text: db.peek(key)?.type ?? 'none' }),
  },
  KEYS: { arity: 2, run: (context, [pattern = '']) => bulks(matching(context, pattern)) },
  SCAN: { arity: -2, run: scan },
  RANDOMKEY: {
    arity: 1,
    run({ db, server }) {
      const all = db.keys();
      return bulk(all[server.dice(Math.max(1, all.length))]);
    },
  },
  RENAME: rename(false),
  RENAMENX: rename(true),
  EXPIRE: expire('expire', 1000, false),
  PEXPIRE: expire('pexpire', 1, false),
  EXPIREAT: expire('expireat', 1000, true),
  PEXPIREAT: expire('pexpireat', 1, true),
  TTL: ttl(1000),
  PTTL: ttl(1),
  PERSIST: {
    arity: 2,
    writes: true,
    run({ db }, [key = '']) {
      if (db.expiry(key) === undefined) return integer(0);
      return integer(db.expire(key, undefined) ? 1 : 0);
    },
  },
  DBSIZE: { arity: 1, run: ({ db }) => integer(db.size) },
  FLUSHDB: {
    arity: -1,
    writes: true,
    run({ db }) {
      db.clear();
      return OK;
    },
  },
  FLUSHALL: {
    arity: -1,
    writes: true,
    run({ server }) {
      for (const db of server.databases) db.clear();
      return OK;
    },
  },
};
