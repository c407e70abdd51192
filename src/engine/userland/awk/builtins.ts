import type { MaybePromise } from '../../base/maybe-promise.ts';
import { shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import type { CurrentRecord } from './record.ts';
import { type Regexes, substitute, substituteGroups } from './regexes.ts';
import { sprintf } from './sprintf.ts';
import type { Streams } from './streams.ts';
import type { Expr } from './syntax.ts';
import { AwkError, numberOf, Outside, type Value } from './value.ts';
import type { Variables } from './variables.ts';

/** What the built-in functions use of the program under way. */
export interface Evaluation {
  readonly io: Stdio;
  readonly variables: Variables;
  readonly record: CurrentRecord;
  readonly regexes: Regexes;
  readonly streams: Streams;
  readonly random: Random;
  evaluate(expr: Expr): MaybePromise<Value>;
  store(target: Expr, value: Value): Promise<void>;
  pattern(expr: Expr): Promise<RegExp>;
}

/** A generator of our own (Lehmer, 31 bits), the same for the same seed. */
export class Random {
  seed = 0;
  #state = 1;

  next(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }

  start(seed: number): void {
    this.seed = seed;
    this.#state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  }
}

/** Calls a built-in function (POSIX awk, "Functions"; gensub, the bitwise ones, systime and strftime of gawk). */
export async function callBuiltin(
  evaluation: Evaluation,
  name: string,
  args: readonly Expr[],
): Promise<Value> {
  const { io, variables, record, streams, random } = evaluation;
  const text = async (i: number, otherwise = ''): Promise<string> =>
    args[i] === undefined ? otherwise : variables.text(await evaluation.evaluate(args[i]));
  const number = async (i: number): Promise<number> =>
    args[i] === undefined ? 0 : numberOf(await evaluation.evaluate(args[i]));
  switch (name) {
    case 'length': {
      const [arg] = args;
      if (arg?.kind === 'variable' && variables.isArray(arg.name)) return variables.array(arg.name).size;
      return [...(await text(0, arg === undefined ? record.text : ''))].length;
    }
    case 'substr': {
      const chars = [...(await text(0))];
      // Both mawk and BusyBox begin at the first character when asked to begin before it.
      const from = Math.max(1, Math.round(await number(1)));
      const count =
        args[2] === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.round(await number(2)));
      return chars.slice(from - 1, Math.min(chars.length, from - 1 + count)).join('');
    }
    case 'index': {
      const whole = await text(0);
      const at = whole.indexOf(await text(1));
      return at === -1 ? 0 : [...whole.slice(0, at)].length + 1;
    }
    case 'split': {
      const whole = await text(0);
      const [, target, by] = args;
      if (target?.kind !== 'variable') throw new AwkError('split needs an array');
      const pieces =
        by === undefined
          ? record.pieces(whole, variables.globals.get('FS')!)
          : record.pieces(
              whole,
              by.kind === 'regex' ? '' : await evaluation.evaluate(by),
              by.kind === 'regex' ? evaluation.regexes.of(by.source) : undefined,
            );
      const array = variables.array(target.name);
      array.clear();
      for (const [i, piece] of pieces.entries()) array.set(String(i + 1), new Outside(piece));
      return pieces.length;
    }
    case 'sub':
    case 'gsub': {
      const regex = await evaluation.pattern(args[0]!);
      const replacement = await text(1);
      const target = args[2] ?? ({ kind: 'field', index: { kind: 'number', value: 0 } } as const);
      const whole = variables.text(await evaluation.evaluate(target));
      const { out, count } = substitute(whole, regex, name === 'gsub', (match) =>
        replacement.replace(/\\\\&|\\&|&|\\\\/g, (piece) =>
          piece === '&' ? match : piece === '\\&' ? '&' : piece === '\\\\&' ? `\\${match}` : '\\',
        ),
      );
      if (count > 0) await evaluation.store(target, out);
      return count;
    }
    case 'gensub': {
      const regex = await evaluation.pattern(args[0]!);
      const replacement = await text(1);
      const how = await text(2);
      const whole = await text(3, record.text);
      return substituteGroups(whole, regex, replacement, how);
    }
    case 'match': {
      const whole = await text(0);
      const regex = await evaluation.pattern(args[1]!);
      regex.lastIndex = 0;
      const match = regex.exec(whole);
      variables.globals.set('RSTART', match ? [...whole.slice(0, match.index)].length + 1 : 0);
      variables.globals.set('RLENGTH', match ? [...match[0]].length : -1);
      return variables.globals.get('RSTART')!;
    }
    case 'sprintf': {
      const values: Value[] = [];
      for (const arg of args.slice(1)) values.push(await evaluation.evaluate(arg));
      return sprintf(await text(0), values, (value) => variables.text(value));
    }
    case 'sin':
      return Math.sin(await number(0));
    case 'cos':
      return Math.cos(await number(0));
    case 'atan2':
      return Math.atan2(await number(0), await number(1));
    case 'exp':
      return Math.exp(await number(0));
    case 'log':
      return Math.log(await number(0));
    case 'sqrt':
      return Math.sqrt(await number(0));
    case 'int':
      return Math.trunc(await number(0));
    case 'and':
      return Number(BigInt(Math.trunc(await number(0))) & BigInt(Math.trunc(await number(1))));
    case 'or':
      return Number(BigInt(Math.trunc(await number(0))) | BigInt(Math.trunc(await number(1))));
    case 'xor':
      return Number(BigInt(Math.trunc(await number(0))) ^ BigInt(Math.trunc(await number(1))));
    case 'lshift':
      return (await number(0)) * 2 ** (await number(1));
    case 'rshift':
      return Math.floor((await number(0)) / 2 ** (await number(1)));
    case 'rand':
      return random.next();
    case 'srand': {
      const before = random.seed;
      random.start(
        args[0] === undefined ? Math.floor(io.sys.clock_gettime('realtime') / 1000) : await number(0),
      );
      return before;
    }
    case 'tolower':
      return (await text(0)).toLowerCase();
    case 'toupper':
      return (await text(0)).toUpperCase();
    case 'systime':
      return Math.floor(io.sys.clock_gettime('realtime') / 1000);
    case 'strftime':
      return strftime(
        await text(0, '%a %b %e %H:%M:%S %Z %Y'),
        args[1] === undefined ? io.sys.clock_gettime('realtime') : (await number(1)) * 1000,
      );
    case 'system': {
      const command = await text(0);
      await streams.flush();
      const pid = await spawn(io.process, ['/bin/sh', '-c', command]);
      return shellStatus(await waitFor(io.sys, pid));
    }
    case 'close':
      return streams.close(await text(0));
    case 'fflush':
      await streams.flush();
      return 0;
  }
  throw new AwkError(`function ${name} is not simulated`);
}
