import { isErrno } from '../../base/errno.ts';
import { parseSignal, SIGNALS, type Signal, signalNumber } from '../../kernel/signals.ts';
import { getopt } from '../lib/getopt.ts';
import { readAccounts } from '../lib/users.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { commandOf, type ProcessInfo, processes, ttyName } from './processes.ts';

const NAMES = (Object.keys(SIGNALS) as Signal[]).map((name) => name.slice(3));

/** kill(1) of procps, and BusyBox'. */
export const kill: Utility = {
  name: 'kill',
  usage: '[options] <pid> [...]',
  summary: 'Send a signal to a process.',
  async run(io, _parsed, flavour) {
    const gnu = flavour === 'gnu';
    const usage = async (): Promise<number> => {
      await io.stderr.write('\nUsage:\n kill [options] <pid> [...]\n\n');
      return 1;
    };
    const args = [...io.args];
    let signal: Signal | 0 = 'SIGTERM';
    const first = args[0];
    if (first === '-l' || first === '-L' || first === '--list' || first === '--table')
      return list(args.slice(1), io, gnu);
    if (first !== undefined && /^-./.test(first) && first !== '--') {
      args.shift();
      const name =
        first === '-s' || first === '--signal' || (first === '-n' && gnu)
          ? args.shift()
          : first.startsWith('--signal=')
            ? first.slice(9)
            : first.slice(1);
      if (name === undefined) return gnu ? usage() : io.fail("option requires an argument -- 's'");
      const found = name === '0' ? 0 : parseSignal(name);
      if (found === undefined) {
        if (!gnu) return io.fail(`bad signal name '${name}'`);
        await io.fail(
          first.startsWith('-s') || first.startsWith('--')
            ? `unknown signal name ${name}`
            : `invalid argument ${name[0]}`,
        );
        return usage();
      }
      signal = found;
    }
    if (args[0] === '--') args.shift();
    if (args.length === 0) return gnu ? usage() : io.fail('you need to specify whom to kill');
    let status = 0;
    for (const text of args) {
      if (!/^-?\d+$/.test(text)) {
        status = await io.fail(gnu ? `failed to parse argument: '${text}'` : `invalid number '${text}'`);
        continue;
      }
      try {
        await io.sys.kill(Number(text), signal);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu ? `(${text}): ${error.message}` : `can't kill pid ${text}: ${error.message}`,
        );
      }
    }
    return status;
  },
};

async function list(
  args: readonly string[],
  io: Parameters<Utility['run']>[0],
  gnu: boolean,
): Promise<number> {
  if (args.length > 0) {
    for (const text of args) {
      const number = /^\d+$/.test(text) && Number(text) > 128 ? String(Number(text) - 128) : text;
      const found = parseSignal(number);
      if (!found) return io.fail(`unknown signal name ${text}`);
      io.stdout.write(/^\d+$/.test(text) ? `${found.slice(3)}\n` : `${signalNumber(found)}\n`);
    }
    return 0;
  }
  if (gnu) {
    const lines = [NAMES.slice(0, 14), NAMES.slice(14, 28), NAMES.slice(28)].map((names) => names.join(' '));
    io.stdout.write(`${lines.join('\n')}\n`);
  } else
    for (const name of NAMES)
      io.stdout.write(`${String(signalNumber(`SIG${name}` as Signal)).padStart(2)}) ${name}\n`);
  return 0;
}

/** pgrep(1), pkill(1): processes by name and attributes. */
function byPattern(name: 'pgrep' | 'pkill'): Utility {
  const grep = name === 'pgrep';
  const options = {
    short: `acfg:iLlno${grep ? 'd:' : 'e'}P:s:t:u:U:vx`,
    long: {
      count: 'c',
      full: 'f',
      'ignore-case': 'i',
      'list-name': 'l',
      'list-full': 'a',
      newest: 'n',
      oldest: 'o',
      parent: 'P:',
      session: 's:',
      terminal: 't:',
      euid: 'u:',
      uid: 'U:',
      inverse: 'v',
      exact: 'x',
      signal: 'signal:',
      delimiter: 'd:',
      echo: 'e',
    },
  };
  return {
    name,
    usage: '[options] <pattern>',
    summary: grep ? 'List processes whose names match.' : 'Signal processes whose names match.',
    misuse: 2,
    hint: (called) => `Try \`${called} --help' for more information.`,
    busybox: {
      usage: grep ? '[-flanovx] [-s SID|-P PPID|PATTERN]' : '[-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]',
    },
    async run(io, _parsed, flavour) {
      let signal: Signal | 0 = 'SIGTERM';
      const args = io.args.filter((arg) => {
        const found = grep ? undefined : /^-(\d+|[A-Z][A-Z0-9]*)$/.exec(arg);
        const parsed = found && (found[1] === '0' ? 0 : parseSignal(found[1]!));
        if (parsed === undefined || parsed === null) return true;
        signal = parsed;
        return false;
      });
      // Signals look like options: what is left of the arguments is read again.
      const parsed = getopt(args, options, 'glibc');
      const given = new Given(parsed);
      const asked = given.value('signal');
      if (asked !== undefined) signal = parseSignal(asked) ?? signal;
      const criteria = given.has('P', 's', 't', 'u', 'U', 'g');
      const [pattern, extra] = parsed.operands;
      if (pattern === undefined && !criteria) throw new Misuse('no matching criteria specified');
      if (extra !== undefined && flavour === 'gnu') throw new Misuse('only one pattern can be provided');
      const accounts = await readAccounts(io.sys);
      const regex = new RegExp(
        given.has('x') ? `^(?:${pattern ?? ''})$` : (pattern ?? ''),
        given.has('i') ? 'i' : '',
      );
      const listed = (text: string | undefined, value: string) =>
        text === undefined || text.split(',').includes(value);
      const self = io.sys.getpid();
      const user = (text: string | undefined, id: number) =>
        listed(text, String(id)) || listed(text, accounts.userName(id));
      let found = (await processes(io.sys)).filter((info) => {
        if (info.pid === self) return false;
        const matches =
          regex.test(given.has('f') ? commandOf(info) : info.comm) &&
          listed(given.value('P'), String(info.ppid)) &&
          listed(given.value('s'), String(info.session)) &&
          listed(given.value('t'), ttyName(info.tty)) &&
          user(given.value('u'), info.euid) &&
          user(given.value('U'), info.uid);
        return matches !== given.has('v');
      });
      const newest = (a: ProcessInfo, b: ProcessInfo) => b.start - a.start || b.pid - a.pid;
      if (given.has('n')) found = [...found].sort(newest).slice(0, 1);
      if (given.has('o')) found = [...found].sort(newest).slice(-1);
      if (given.has('c')) io.stdout.write(`${found.length}\n`);
      else if (grep) {
        const shown = found.map((info) =>
          given.has('a')
            ? `${info.pid} ${commandOf(info)}`
            : given.has('l')
              ? `${info.pid} ${info.comm}`
              : String(info.pid),
        );
        if (shown.length > 0) io.stdout.write(`${shown.join(given.value('d') ?? '\n')}\n`);
      }
      if (!grep)
        for (const { pid, comm } of found) {
          if (given.has('e')) io.stdout.write(`${comm} killed (pid ${pid})\n`);
          try {
            await io.sys.kill(pid, signal);
          } catch (error) {
            if (!isErrno(error)) throw error;
            await io.fail(`killing pid ${pid} failed: ${error.message}`);
          }
        }
      return found.length > 0 ? 0 : 1;
    },
  };
}

export const pgrep: Utility = byPattern('pgrep');
export const pkill: Utility = byPattern('pkill');

/** Those that run a program of this name, newest first. */
const named = (all: readonly ProcessInfo[], name: string): ProcessInfo[] =>
  all
    .filter(
      ({ comm, args }) =>
        comm === name.slice(0, 15) ||
        args[0]?.replace(/^.*\//, '').replace(/^-/, '') === name ||
        args[0] === name,
    )
    .reverse();

export const pidof: Utility = {
  name: 'pidof',
  usage: '[options] [program [...]]',
  summary: 'Find the process ID of a running program.',
  options: {
    short: 'cd:hno:qsxz',
    about: { help: 'h' },
    refused: ['c', 'z'],
    // No file system here has to be spared.
    inert: ['n'],
  },
  busybox: { options: { short: 'so:' }, usage: '[-s] [-o PID] [NAME]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const all = await processes(io.sys);
    const omitted = new Set(
      given.values('o').map((text) => (text === '%PPID' ? io.sys.getppid() : Number(text))),
    );
    // A script runs in its shell: only -x knows it by its own name. BusyBox asks the kernel for the name.
    const isProgram = ({ comm, args }: ProcessInfo) =>
      flavour === 'busybox' ||
      given.has('x') ||
      args[0] === undefined ||
      args[0].replace(/^.*\//, '').replace(/^-/, '').slice(0, 15) === comm;
    let found = parsed.operands
      .flatMap((name) => named(all, name))
      .filter((info) => info.pid !== io.sys.getpid() && !omitted.has(info.pid) && isProgram(info));
    if (given.has('s')) found = found.slice(0, 1);
    if (found.length > 0 && !given.has('q'))
      io.stdout.write(`${found.map(({ pid }) => pid).join(given.value('d') ?? ' ')}\n`);
    return found.length > 0 ? 0 : 1;
  },
};

export const killall: Utility = {
  name: 'killall',
  usage: '[OPTION]... [--] NAME...',
  summary: 'Kill processes by name.',
  busybox: { usage: '[-lq] [-SIG] PROCESS_NAME...' },
  async run(io, _parsed, flavour) {
    let signal: Signal = 'SIGTERM';
    let quiet = false;
    const names: string[] = [];
    for (const arg of io.args) {
      if (arg === '-q') quiet = true;
      else if (arg.startsWith('-')) {
        const found = parseSignal(arg.slice(1));
        if (!found)
          return io.fail(
            flavour === 'gnu'
              ? `${arg.slice(1)}: unknown signal; killall -l lists signals.`
              : `bad signal name '${arg.slice(1)}'`,
          );
        signal = found;
      } else names.push(arg);
    }
    if (names.length === 0)
      throw new Misuse('', flavour === 'busybox' ? 'you need to specify whom to kill' : undefined);
    const all = await processes(io.sys);
    let status = 0;
    for (const name of names) {
      const found = named(all, name).filter(({ pid }) => pid !== io.sys.getpid());
      if (found.length === 0 && !quiet)
        await (flavour === 'gnu'
          ? io.stderr.write(`${name}: no process found\n`)
          : io.fail(`${name}: no process killed`));
      if (found.length === 0) status = 1;
      for (const { pid } of found) await io.sys.kill(pid, signal).catch(() => {});
    }
    return status;
  },
};
