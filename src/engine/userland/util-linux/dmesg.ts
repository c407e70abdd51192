import { isErrno } from '../../base/errno.ts';
import { O_NONBLOCK, O_RDONLY } from '../../kernel/fcntl.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { machine } from '../procps/processes.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'];
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

interface Message {
  priority: number;
  /** Seconds since boot. */
  time: number;
  text: string;
}

/** dmesg(1) */
export const dmesg: Utility = {
  name: 'dmesg',
  usage: '[options]',
  summary: 'Print or control the kernel ring buffer.',
  options: {
    short: 'CcDEeF:f:hHJkL::l:n:PpruSs:TtVwWx',
    long: {
      clear: 'C',
      'read-clear': 'c',
      facility: 'f:',
      kernel: 'k',
      level: 'l:',
      nopager: 'P',
      raw: 'r',
      syslog: 'S',
      ctime: 'T',
      notime: 't',
      userspace: 'u',
      follow: 'w',
      'follow-new': 'W',
      decode: 'x',
      human: 'H',
      color: 'L::',
      reltime: 'e',
      'force-prefix': 'p',
      file: 'F:',
      json: 'J',
      'buffer-size': 's:',
      'console-off': 'D',
      'console-on': 'E',
      'console-level': 'n:',
    },
    about: { help: 'h', version: 'V' },
    // A message is one line, and none is shown through a pager.
    inert: ['p', 'P'],
    refused: ['D', 'E', 'e', 'F', 'H', 'J', 'L', 'n', 's'],
  },
  // The buffer has room for all that -s could ask for.
  busybox: {
    options: { short: 'cs:n:r', inert: ['s'], refused: ['n'] },
    usage: '[-cr] [-n LEVEL] [-s SIZE]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length > 0 && flavour === 'gnu') throw new Misuse('bad usage');
    const levels = choice(given.value('l'), LEVELS);
    const facilities = choice(given.value('f'), FACILITIES);
    if (typeof levels === 'string') return io.fail(`unknown level '${levels}'`);
    if (typeof facilities === 'string') return io.fail(`unknown facility '${facilities}'`);
    try {
      if (given.has('C')) await io.sys.syslog('clear');
      else if (flavour === 'busybox') await busyboxMessages(io, given);
      else if (given.has('c')) await show(io, given, parseLog(await io.sys.syslog('read clear')));
      else await kmsg(io, given, levels, facilities);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (flavour === 'busybox') return io.fail(`klogctl: ${error.message}`);
      const what = given.has('C') ? 'clear kernel buffer failed' : 'read kernel buffer failed';
      return io.fail(`${what}: ${error.message}`);
    }
  },
};

/** The numbers of the names in a list; undefined for all; the name that is none. */
function choice(
  text: string | undefined,
  names: readonly string[],
): ReadonlySet<number> | string | undefined {
  if (text === undefined) return undefined;
  const numbers = new Set<number>();
  for (const name of text.split(',')) {
    const number = names.indexOf(name);
    if (number === -1) return name;
    numbers.add(number);
  }
  return numbers;
}

/** Reads /dev/kmsg, or where it is not there asks the kernel; with -w goes on as messages come. */
async function kmsg(
  io: Stdio,
  given: Given,
  levels: ReadonlySet<number> | undefined,
  facilities: ReadonlySet<number> | undefined,
): Promise<void> {
  const { sys } = io;
  const follows = given.has('w', 'W');
  const isWanted = ({ priority }: Message) =>
    (levels?.has(priority & 7) ?? true) &&
    (facilities?.has(priority >> 3) ?? true) &&
    !(given.has('k') && priority >> 3 !== 0) &&
    !(given.has('u') && priority >> 3 === 0);
  const fd = given.has('S')
    ? undefined
    : await sys.open('/dev/kmsg', O_RDONLY | (follows ? 0 : O_NONBLOCK)).catch((error: unknown) => {
        if (isErrno(error)) return undefined;
        throw error;
      });
  if (fd === undefined) {
    await show(io, given, parseLog(await sys.syslog('read all')).filter(isWanted));
    return;
  }
  // What was cleared away is in the device still.
  await sys.lseek(fd, 0, given.has('W') ? 'end' : 'data');
  for (;;) {
    let line: string;
    try {
      line = bytesToText(await sys.read(fd, 8192));
    } catch (error) {
      if (isErrno(error, 'EAGAIN')) break;
      throw error;
    }
    const match = /^(\d+),\d+,(\d+),[^;]*;(.*)/.exec(line);
    if (match === null) continue;
    const message = { priority: Number(match[1]), time: Number(match[2]) / 1e6, text: match[3]! };
    if (isWanted(message)) await show(io, given, [message]);
    if (follows) await io.stdout.flush();
  }
  await sys.close(fd);
}

async function show(io: Stdio, given: Given, messages: readonly Message[]): Promise<void> {
  const { boot } = given.has('T') ? await machine(io.sys) : { boot: 0 };
  for (const { priority, time, text } of messages) {
    const seconds = time.toFixed(6).padStart(12);
    if (given.has('r')) {
      io.stdout.write(`<${priority}>[${seconds}] ${text}\n`);
      continue;
    }
    const decoded = given.has('x')
      ? `${(FACILITIES[priority >> 3] ?? '').padEnd(6)}:${LEVELS[priority & 7]!.padEnd(6)}: `
      : '';
    const stamp = given.has('T')
      ? `[${strftime('%a %b %e %H:%M:%S %Y', boot + time * 1000)}] `
      : given.has('t')
        ? ''
        : `[${seconds}] `;
    io.stdout.write(`${decoded}${stamp}${text}\n`);
  }
}

function parseLog(text: string): Message[] {
  return [...text.matchAll(/^<(\d+)>\[ *([\d.]+)\] (.*)$/gm)].map(([, priority, time, message]) => ({
    priority: Number(priority),
    time: Number(time),
    text: message!,
  }));
}

async function busyboxMessages(io: Stdio, given: Given): Promise<void> {
  const text = await io.sys.syslog(given.has('c') ? 'read clear' : 'read all');
  io.stdout.write(given.has('r') ? text : text.replace(/^<\d+>/gm, ''));
}
