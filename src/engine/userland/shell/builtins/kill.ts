import { isErrno } from '../../../base/errno.ts';
import { parseSignal, SIGNALS, type Signal } from '../../../kernel/signals.ts';
import { stateOf } from '../job-table.ts';
import type { Shell } from '../shell.ts';
import { jobNamed } from './jobs.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `kill` (POSIX XCU kill): to processes, groups and jobs. */
export const kill: BuiltinRun = async (shell, args) => {
  let signal: Signal | 0 = 'SIGTERM';
  let i = 0;
  const first = args[0];
  if (first === '-l' || first === '-L') return listSignals(shell, args.slice(1));
  if (first === '-s' || first === '-n') {
    if (args[1] === undefined && shell.dialect.name === 'bash')
      return misuse(shell, 'kill', `${first}: option requires an argument`, 1);
    signal = await signalArgument(shell, args[1] ?? '');
    i = 2;
  } else if (first !== undefined && /^-[A-Za-z0-9]/.test(first)) {
    signal = await signalArgument(shell, first.slice(1));
    i = 1;
  }
  if (args[i] === '--') i++;
  const targets = args.slice(i);
  if (targets.length === 0) return usage(shell);
  let status = 0;
  for (const target of targets) if (!(await send(shell, target, signal))) status = 1;
  return status;
};

async function usage(shell: Shell): Promise<number> {
  if (shell.dialect.name === 'ash') {
    await shell.error('sh: you need to specify whom to kill\n');
    return 1;
  }
  if (shell.dialect.name === 'bash')
    await shell.error(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    );
  else
    await shell.warn(
      'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]',
      'kill',
    );
  return 2;
}

/** Sends to one target; false after a message. */
async function send(shell: Shell, target: string, signal: Signal | 0): Promise<boolean> {
  const bash = shell.dialect.name === 'bash';
  let pid: number;
  if (target.startsWith('%')) {
    const job = await jobNamed(shell, 'kill', target);
    if (job === undefined) return false;
    // Without job control a job has no group of its own; dash tries all the same.
    pid = job.controlled || shell.dialect.name === 'dash' ? -job.group : job.processes[0]!.pid;
    const wakes = signal === 'SIGTERM' || signal === 'SIGHUP';
    if (job.controlled && stateOf(job) === 'stopped' && wakes)
      await shell.sys.kill(pid, 'SIGCONT').catch(() => undefined);
  } else if (/^-?\d+$/.test(target)) pid = Number(target);
  else {
    if (bash) await shell.warn(`${target}: arguments must be process or job IDs`, 'kill');
    else if (shell.dialect.name === 'ash') await shell.error(`sh: invalid number '${target}'\n`);
    else await misuse(shell, 'kill', shell.dialect.illegalNumber(target));
    return false;
  }
  try {
    await shell.sys.kill(pid, signal);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (bash) await shell.warn(`(${target}) - ${error.message}`, 'kill');
    else if (shell.dialect.name === 'ash') await shell.error(`sh: can't kill pid ${pid}: ${error.message}\n`);
    else await shell.warn(`${error.message}\n`, 'kill');
    return false;
  }
}

async function signalArgument(shell: Shell, text: string): Promise<Signal | 0> {
  if (text === '0' || text === 'EXIT') return 0;
  const signal = parseSignal(text);
  if (signal !== undefined) return signal;
  if (shell.dialect.name === 'ash') {
    await shell.error(`sh: bad signal name '${text}'\n`);
    throw new BuiltinMisuse(1);
  }
  const bash = shell.dialect.name === 'bash';
  return misuse(
    shell,
    'kill',
    bash ? `${text}: invalid signal specification` : `Illegal option -${text[0] ?? ''}`,
    bash ? 1 : 2,
  );
}

const NAMES = Object.keys(SIGNALS) as Signal[];

async function listSignals(shell: Shell, args: readonly string[]): Promise<number> {
  const { name } = shell.dialect;
  if (args.length === 0) {
    if (name === 'dash')
      return shell.print(`${['0', ...NAMES.map((one) => one.slice(3))].join('\n')}\n`, 'kill');
    return shell.print(name === 'ash' ? shortTable() : signalTable(), 'kill');
  }
  let out = '';
  let status = 0;
  for (const arg of args) {
    const number = /^\d+$/.test(arg) ? Number(arg) : undefined;
    if (number === undefined && name === 'dash')
      return misuse(shell, 'kill', shell.dialect.illegalNumber(arg));
    const signal =
      number === undefined ? parseSignal(arg) : parseSignal(String(number > 128 ? number - 128 : number));
    if (signal !== undefined)
      out += number === undefined ? `${SIGNALS[signal].number}\n` : `${signal.slice(3)}\n`;
    else if (name === 'dash') return misuse(shell, 'kill', `invalid signal number or exit status: ${arg}`);
    else if (name === 'ash' && number !== undefined) out += `${number & 127}\n`;
    else if (name === 'ash') {
      await shell.error(`sh: unknown signal '${arg}'\n`);
      return 1;
    } else {
      await shell.warn(`${arg}: invalid signal specification`, 'kill');
      status = 1;
    }
  }
  return (await shell.print(out, 'kill')) || status;
}

const numbered = (signal: Signal): string => String(SIGNALS[signal].number).padStart(2);

/** bash's table, five signals a line. */
export const signalTable = (): string =>
  NAMES.map(
    (name, i) => `${numbered(name)}) ${name}${i % 5 === 4 || i === NAMES.length - 1 ? '\n' : '\t'}`,
  ).join('');

const shortTable = (): string => NAMES.map((name) => `${numbered(name)}) ${name.slice(3)}\n`).join('');
