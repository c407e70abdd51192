import { isErrno } from '../../base/errno.ts';
import { cpuList } from '../../kernel/sched/cpu.ts';
import { execFailureStatus, execProgram } from '../lib/spawn.ts';
import { type Flavour, Given, Misuse, type Utility } from '../utility.ts';
import { quit } from './steps.ts';

/** taskset(1): on which processors a process, or a command, may run. */
export const taskset: Utility = {
  name: 'taskset',
  usage: '[options] [mask | cpu-list] [pid|cmd [args...]]',
  summary: 'Show or change the CPU affinity of a process.',
  // A process is one task.
  options: { short: '+apc', long: { 'all-tasks': 'a', pid: 'p', 'cpu-list': 'c' }, inert: ['a'] },
  busybox: {
    options: { short: '+apc', inert: ['a'] },
    usage: '[-ap] [HEXMASK | -c LIST] { PID | PROG ARGS }',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { operands } = parsed;
    const gnu = flavour === 'gnu';
    const asList = given.has('c');
    const show = (mask: number) =>
      asList ? `list: ${gnu ? pairwise(cpuList(mask)) : cpuList(mask)}` : `mask: ${mask.toString(16)}`;
    const failed = (what: 'get' | 'set', pid: number, error: unknown) => {
      if (!isErrno(error)) throw error;
      return quit(io, `${gnu ? 'failed to' : "can't"} ${what} pid ${pid}'s affinity: ${error.message}`);
    };
    const get = (pid: number) => io.sys.sched_getaffinity(pid).catch((error) => failed('get', pid, error));
    const set = (pid: number, mask: number, named = pid) =>
      io.sys.sched_setaffinity(pid, mask).catch((error) => failed('set', named, error));
    const parse = (text: string) => {
      const mask = asList ? parseList(text) : parseMask(text);
      if (mask !== undefined) return mask;
      return quit(
        io,
        gnu ? `failed to parse CPU ${asList ? 'list' : 'mask'}: ${text}` : `bad affinity '${text}'`,
      );
    };
    if (!given.has('p')) {
      if (operands.length < 2) throw new Misuse('bad usage');
      const [text = '', ...command] = operands;
      await set(0, await parse(text), gnu ? io.sys.getpid() : 0);
      return run(io, command, flavour);
    }
    if (operands.length === 0) {
      if (gnu) return io.fail("invalid PID argument: '-p'");
      throw new Misuse('');
    }
    const last = operands.at(-1)!;
    if (!/^\d+$/.test(last))
      return io.fail(gnu ? `invalid PID argument: '${last}'` : `invalid number '${last}'`);
    const pid = Number(last);
    io.stdout.write(`pid ${pid}'s current affinity ${show(await get(pid))}\n`);
    if (operands.length === 1) return 0;
    await set(pid, await parse(operands[0]!));
    io.stdout.write(`pid ${pid}'s new affinity ${show(await get(pid))}\n`);
    return 0;
  },
};

async function run(
  io: Parameters<Utility['run']>[0],
  command: readonly string[],
  flavour: Flavour,
): Promise<number> {
  try {
    return await execProgram(io.process, command);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const message =
      flavour === 'gnu'
        ? `failed to execute ${command[0]}: ${error.message}`
        : `can't execute '${command[0]}': ${error.message}`;
    return io.fail(message, execFailureStatus(error));
  }
}

/** A hexadecimal mask, with or without 0x. What lies beyond 31 bits is dropped: no machine here has so many. */
const parseMask = (text: string): number | undefined =>
  /^(0x)?[0-9a-f]+$/i.test(text)
    ? Number(BigInt.asUintN(31, BigInt(`0x${text.replace(/^0x/i, '')}`)))
    : undefined;

/** `0,2-4`, `0-7:2` */
function parseList(text: string): number | undefined {
  let mask = 0;
  for (const part of text.split(',')) {
    const [, first, last = first, stride = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first) || Number(stride) === 0) return undefined;
    for (let cpu = Number(first); cpu <= Math.min(Number(last), 30); cpu += Number(stride)) mask |= 1 << cpu;
  }
  return mask;
}

/** util-linux writes two neighbours as `0,1`, three as `0-2`. */
const pairwise = (list: string): string =>
  list.replace(/(\d+)-(\d+)/g, (range, first: string, last: string) =>
    Number(last) === Number(first) + 1 ? `${first},${last}` : range,
  );
