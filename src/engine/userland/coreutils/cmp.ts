import { isErrno } from '../../base/errno.ts';
import { parseCount } from '../lib/count.ts';
import { Exit, Input, type Stdio } from '../lib/stdio.ts';
import { type Flavour, Given, Misuse, quote, type Utility } from '../utility.ts';

/** cmp(1) */
export const cmp: Utility = {
  name: 'cmp',
  usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]',
  summary: 'Compare two files byte by byte.',
  misuse: 2,
  hint: (name) => `${name}: Try '${name} --help' for more information.`,
  options: {
    short: 'bi:ln:s',
    long: {
      'print-bytes': 'b',
      'ignore-initial': 'i:',
      verbose: 'l',
      bytes: 'n:',
      quiet: 's',
      silent: 's',
    },
  },
  busybox: { options: { short: 'lsn:' }, usage: '[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [first, second = '-', ...skips] = parsed.operands;
    if (given.has('l') && given.has('s')) throw new Misuse('options -l and -s are incompatible');
    const limit = count('bytes', given.value('n')) ?? Number.POSITIVE_INFINITY;
    if (first === undefined) throw new Misuse(`missing operand after ${quote(io, 'cmp')}`);
    const [skipFirst, skipSecond = skipFirst] = given.value('i')?.split(':') ?? [];
    const skip = (text: string | undefined, other: string | undefined) =>
      Math.max(count('ignore-initial', text) ?? 0, count('ignore-initial', other) ?? 0);
    const inputs = [
      await opened(io, first, skip(skipFirst, skips[0]), given.has('s')),
      await opened(io, second, skip(skipSecond, skips[1]), given.has('s')),
    ] as const;
    return compare(io, given, flavour, { names: [first, second], inputs, limit });
  },
};

function count(option: string, text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : parseCount(text);
  if (text !== undefined && value === undefined) throw new Misuse(`invalid --${option} value '${text}'`);
  return value;
}

async function opened(io: Stdio, name: string, skip: number, isQuiet: boolean): Promise<Input> {
  try {
    const fd = name === '-' ? 0 : await io.sys.open(name, 0);
    await io.sys.pread(fd, 0, 0).catch((error: unknown) => {
      if (!isErrno(error, 'ESPIPE')) throw error;
    });
    const input = fd === 0 ? io.stdin : new Input(io.sys, fd);
    if (skip > 0)
      await io.sys.lseek(fd, skip, 'current').catch(async (error: unknown) => {
        if (!isErrno(error, 'ESPIPE')) throw error;
        await input.readExactly(skip);
      });
    return input;
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new Exit(isQuiet ? 2 : await io.fail(`${name}: ${error.message}`, 2));
  }
}

async function compare(
  io: Stdio,
  given: Given,
  flavour: Flavour,
  job: { names: readonly [string, string]; inputs: readonly [Input, Input]; limit: number },
): Promise<number> {
  const { names, inputs, limit } = job;
  const [isQuiet, all, bytes] = [given.has('s'), given.has('l'), given.has('b')];
  const width = await offsetWidth(io, inputs);
  let line = 1;
  let at = 0;
  let last = 0;
  let differs = false;
  while (at < limit) {
    const want = Math.min(BLOCK, limit - at);
    const [a, b] = [await inputs[0].readExactly(want), await inputs[1].readExactly(want)];
    const common = Math.min(a.length, b.length);
    for (let i = 0; i < common; i++) {
      const [x, y] = [a[i]!, b[i]!];
      if (x !== y) {
        if (isQuiet) return 1;
        differs = true;
        const gnu = flavour === 'gnu';
        if (all) {
          const offset = String(at + i + 1).padStart(gnu ? width : 1);
          const shown = bytes
            ? `${octal(x)} ${visible(x).padEnd(4)} ${octal(y)} ${visible(y)}`
            : `${octal(x)} ${octal(y)}`;
          await io.stdout.write(`${offset} ${shown}\n`);
        } else {
          const [one, other] = names;
          const word = bytes || (gnu && quote(io, '') !== "''") ? 'byte' : 'char';
          const what = bytes ? ` is ${octal(x)} ${visible(x)} ${octal(y)} ${visible(y)}` : '';
          io.stdout.write(`${one} ${other} differ: ${word} ${at + i + 1}, line ${line}${what}\n`);
          return 1;
        }
      }
      if (x === NEWLINE) line++;
      last = x;
    }
    at += common;
    if (a.length !== b.length) {
      if (!isQuiet)
        await sayEnd(io, flavour, { name: names[a.length < b.length ? 0 : 1], at, line, last, all });
      return 1;
    }
    if (a.length === 0) break;
    const pause = io.process.work(common / 500);
    if (pause) await pause;
  }
  return differs ? 1 : 0;
}

function sayEnd(
  io: Stdio,
  flavour: Flavour,
  { name, at, line, last, all }: { name: string; at: number; line: number; last: number; all: boolean },
): Promise<number> {
  if (flavour === 'busybox') return io.fail(`EOF on ${name}`);
  const shown = quote(io, name) === `'${name}'` ? name : quote(io, name);
  if (at === 0) return io.fail(`EOF on ${shown} which is empty`);
  if (all) return io.fail(`EOF on ${shown} after byte ${at}`);
  const where = last === NEWLINE ? `line ${line - 1}` : `in line ${line}`;
  return io.fail(`EOF on ${shown} after byte ${at}, ${where}`);
}

/** As wide as the last offset that there can be. */
async function offsetWidth(io: Stdio, inputs: readonly Input[]): Promise<number> {
  let size = 0;
  for (const { fd } of inputs) size = Math.max(size, (await io.sys.fstat(fd)).size);
  return String(size).length;
}

const octal = (byte: number) => byte.toString(8).padStart(3);

/** As `cat -v` shows a byte. */
function visible(byte: number): string {
  if (byte >= 128) return `M-${visible(byte - 128)}`;
  if (byte === 127) return '^?';
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}

const BLOCK = 65536;
const NEWLINE = 10;
