import {
  CommandError,
  type CommandTable,
  type Context,
  SYNTAX,
  showFloat,
  toFloat,
  toInteger,
} from '../command.ts';
import { bulk, bulks, failure, integer, NIL, type Reply } from '../resp.ts';
import { span } from './strings.ts';

const scores = ({ db }: Context, key: string): Map<string, number> =>
  db.get(key, 'zset')?.scores ?? new Map();

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Members with scores, in order of score, and of the member where scores are equal. */
const ordered = (context: Context, key: string): [member: string, score: number][] =>
  [...scores(context, key)].sort(([a, x], [b, y]) => x - y || byText(a, b));

const shown = (entries: readonly [string, number][], withScores: boolean): Reply =>
  bulks(entries.flatMap(([member, score]) => (withScores ? [member, showFloat(score)] : [member])));

/** `5`, `(5` for more than 5, `-inf`. */
function bound(text: string | undefined): { value: number; exclusive: boolean } {
  const exclusive = text?.startsWith('(') ?? false;
  return { value: toFloat(exclusive ? text!.slice(1) : text, 'ERR min or max is not a float'), exclusive };
}

function within(entries: [string, number][], min: string | undefined, max: string | undefined) {
  const [low, high] = [bound(min), bound(max)];
  return entries.filter(
    ([, score]) =>
      (low.exclusive ? score > low.value : score >= low.value) &&
      (high.exclusive ? score < high.value : score <= high.value),
  );
}

function range(reverse: boolean): CommandTable[string] {
  return {
    arity: -4,
    run(context, [key = '', from, to, ...options]) {
      const words = options.map((option) => option.toUpperCase());
      const withScores = words.includes('WITHSCORES');
      const backward = reverse || words.includes('REV');
      const byScore = words.includes('BYSCORE');
      if (words.some((word) => !['WITHSCORES', 'REV', 'BYSCORE'].includes(word))) return failure(SYNTAX);
      const all = ordered(context, key);
      if (byScore) {
        const found = backward ? within(all, to, from).reverse() : within(all, from, to);
        return shown(found, withScores);
      }
      if (backward) all.reverse();
      return shown(all.slice(...span(all.length, toInteger(from), toInteger(to))), withScores);
    },
  };
}

function rangeByScore(reverse: boolean): CommandTable[string] {
  return {
    arity: -4,
    run(context, [key = '', first, second, ...options]) {
      const all = ordered(context, key);
      let found = reverse ? within(all, second, first).reverse() : within(all, first, second);
      let withScores = false;
      for (let i = 0; i < options.length; i++) {
        const option = options[i]!.toUpperCase();
        if (option === 'WITHSCORES') withScores = true;
        else if (option === 'LIMIT' && i + 2 < options.length) {
          const offset = toInteger(options[++i]);
          const count = toInteger(options[++i]);
          found = found.slice(offset, count < 0 ? undefined : offset + count);
        } else return failure(SYNTAX);
      }
      return shown(found, withScores);
    },
  };
}

function rank(reverse: boolean): CommandTable[string] {
  return {
    arity: 3,
    run(context, [key = '', member]) {
      const all = ordered(context, key);
      const at = all.findIndex(([name]) => name === member);
      if (at === -1) return NIL;
      return integer(reverse ? all.length - 1 - at : at);
    },
  };
}

/** ZADD key [NX|XX] [CH] [INCR] score member … */
function add(context: Context, [key = '', ...args]: string[]): Reply {
  const flags = new Set<string>();
  while (/^(?:nx|xx|ch|incr|gt|lt)$/i.test(args[0] ?? '')) flags.add(args.shift()!.toUpperCase());
  if (args.length === 0 || args.length % 2 !== 0) return failure(SYNTAX);
  if (flags.has('NX') && flags.has('XX'))
    return failure('ERR XX and NX options at the same time are not compatible');
  if (flags.has('INCR') && args.length > 2)
    return failure('ERR INCR option supports a single increment-element pair');
  const pairs = args.flatMap((arg, i) => (i % 2 === 0 ? [[toFloat(arg), args[i + 1]!] as const] : []));
  const zset = context.db.open<'zset'>(key, { type: 'zset', scores: new Map() }).scores;
  let added = 0;
  let changed = 0;
  let result: number | undefined;
  for (const [score, member] of pairs) {
    const old = zset.get(member);
    const next = flags.has('INCR') ? (old ?? 0) + score : score;
    if (old === undefined ? flags.has('XX') : flags.has('NX')) continue;
    if (old !== undefined && ((flags.has('GT') && next <= old) || (flags.has('LT') && next >= old))) continue;
    if (Number.isNaN(next)) throw new CommandError('ERR resulting score is not a number (NaN)');
    if (old === undefined) added++;
    else if (old !== next) changed++;
    zset.set(member, next);
    result = next;
  }
  context.db.dropIfEmpty(key);
  if (flags.has('INCR')) return bulk(result === undefined ? undefined : showFloat(result));
  return integer(flags.has('CH') ? added + changed : added);
}

export const sortedSets: CommandTable = {
  ZADD: { arity: -4, writes: true, run: add },
  ZINCRBY: {
    arity: 4,
    writes: true,
    run: (context, [key = '', by = '', member = '']) => add(context, [key, 'INCR', by, member]),
  },
  ZREM: {
    arity: -3,
    writes: true,
    run(context, [key = '', ...members]) {
      const zset = scores(context, key);
      const gone = members.filter((member) => zset.delete(member)).length;
      context.db.dropIfEmpty(key);
      return integer(gone);
    },
  },
  ZSCORE: {
    arity: 3,
    run(context, [key = '', member = '']) {
      const score = scores(context, key).get(member);
      return bulk(score === undefined ? undefined : showFloat(score));
    },
  },
  ZCARD: { arity: 2, run: (context, [key = '']) => integer(scores(context, key).size) },
  ZCOUNT: {
    arity: 4,
    run: (context, [key = '', min, max]) => integer(within(ordered(context, key), min, max).length),
  },
  ZRANK: rank(false),
  ZREVRANK: rank(true),
  ZRANGE: range(false),
  ZREVRANGE: range(true),
  ZRANGEBYSCORE: rangeByScore(false),
  ZREVRANGEBYSCORE: rangeByScore(true),
};
