import { isErrno } from '../../../base/errno.ts';
import { parseSignal, SIGNALS, type Signal } from '../../../kernel/signals.ts';
import { shellStatus } from '../../lib/spawn.ts';
import { type Job, stateOf } from '../job-table.ts';
import { pollJobs, takeTerminal, waitForeground, waitForJob, words } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { runPendingTraps } from '../traps.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** jobs, fg, bg, wait, kill. */

function noSuchJob(shell: Shell, builtin: string, spec: string): Promise<never> {
  const message =
    shell.dialect.name === 'dash'
      ? spec === ''
        ? 'No current job'
        : `No such job: ${spec}`
      : spec === '' || spec === '%' || spec === '%%'
        ? shell.dialect.name === 'bash'
          ? 'current: no such job'
          : 'No current job'
        : `${spec}: no such job`;
  return misuse(shell, builtin, message);
}

export const jobs: BuiltinRun = async (shell, args) => {
  let long = false;
  let pidsOnly = false;
  const specs: string[] = [];
  for (const arg of args) {
    if (/^-[lprsn]+$/.test(arg)) {
      long ||= arg.includes('l');
      pidsOnly ||= arg.includes('p');
    } else specs.push(arg);
  }
  await pollJobs(shell);
  const chosen: Job[] = [];
  for (const spec of specs) chosen.push(shell.jobs.resolve(spec) ?? (await noSuchJob(shell, 'jobs', spec)));
  let out = '';
  for (const job of specs.length > 0 ? chosen : shell.jobs.list)
    out += pidsOnly ? `${job.processes[0]!.pid}\n` : shell.jobs.line(job, words(shell), long);
  const status = await shell.print(out, 'jobs');
  for (const job of [...shell.jobs.list]) if (stateOf(job) === 'done') shell.jobs.remove(job);
  return status;
};

async function continueJob(shell: Shell, job: Job): Promise<void> {
  for (const process of job.processes) if (process.status?.kind === 'stopped') process.status = undefined;
  job.told = undefined;
  await shell.sys.kill(-job.group, 'SIGCONT');
}

async function requireJobControl(shell: Shell, builtin: string): Promise<void> {
  if (!shell.option('monitor') && shell.dialect.name === 'bash')
    await misuse(shell, builtin, 'no job control', 1);
}

export const fg: BuiltinRun = async (shell, args) => {
  await requireJobControl(shell, 'fg');
  await pollJobs(shell);
  const job = shell.jobs.resolve(args[0] ?? '') ?? (await noSuchJob(shell, 'fg', args[0] ?? ''));
  await shell.print(`${job.text}\n`, 'fg');
  if (shell.terminal !== undefined)
    await shell.sys.ioctl(shell.terminal, { request: 'TIOCSPGRP', processGroup: job.group });
  await continueJob(shell, job);
  shell.jobs.remove(job);
  const live = job.processes.filter((process) => process.status === undefined).map((process) => process.pid);
  const statuses = await waitForeground(shell, live.length > 0 ? live : [job.group], job.text);
  await takeTerminal(shell);
  return shellStatus(statuses.at(-1)!);
};

export const bg: BuiltinRun = async (shell, args) => {
  await requireJobControl(shell, 'bg');
  await pollJobs(shell);
  let status = 0;
  for (const spec of args.length > 0 ? args : ['']) {
    const job = shell.jobs.resolve(spec) ?? (await noSuchJob(shell, 'bg', spec));
    if (stateOf(job) === 'running') {
      await shell.warn(`job ${job.id} already in background`, 'bg');
      status = 0;
      continue;
    }
    shell.jobs.touch(job);
    await shell.print(
      shell.dialect.name === 'bash'
        ? `[${job.id}]${shell.jobs.mark(job)} ${job.text} &\n`
        : `[${job.id}] ${job.text}\n`,
      'bg',
    );
    await continueJob(shell, job);
  }
  return status;
};

export const wait: BuiltinRun = async (shell, args) => {
  const specs = args.filter((arg) => !/^-[nfp]$/.test(arg));
  const anyOne = args.includes('-n');
  if (specs.length === 0) {
    let status = 0;
    for (const job of [...shell.jobs.list]) {
      if (stateOf(job) === 'stopped') continue;
      const code = await waited(shell, job);
      if (code === undefined) return interrupted(shell);
      status = code;
      if (anyOne) return status;
    }
    return anyOne ? 127 : 0;
  }
  let status = 0;
  for (const spec of specs) {
    if (!spec.startsWith('%') && !/^\d+$/.test(spec)) {
      if (shell.dialect.name === 'bash') {
        await shell.warn(`\`${spec}': not a pid or valid job spec`, 'wait');
        status = 1;
        continue;
      }
      return misuse(shell, 'wait', shell.dialect.illegalNumber(spec));
    }
    const job = spec.startsWith('%') ? shell.jobs.resolve(spec) : shell.jobs.byPid(Number(spec));
    if (job === undefined) {
      const known = shell.jobs.ended.get(Number(spec));
      if (known !== undefined) status = known;
      else {
        if (shell.dialect.name === 'bash')
          await shell.warn(
            spec.startsWith('%') ? `${spec}: no such job` : `pid ${spec} is not a child of this shell`,
            'wait',
          );
        else if (spec.startsWith('%')) return noSuchJob(shell, 'wait', spec);
        status = 127;
      }
      continue;
    }
    const code = await waited(shell, job);
    if (code === undefined) return interrupted(shell);
    status = code;
  }
  return status;
};

async function waited(shell: Shell, job: Job): Promise<number | undefined> {
  const code = await waitForJob(shell, job);
  if (code === undefined) return undefined;
  if (stateOf(job) === 'done') {
    shell.jobs.remove(job);
    const last = job.processes.at(-1)!.status!;
    // BusyBox and dash tell about a killed job here.
    if (
      last.kind === 'signaled' &&
      shell.dialect.name !== 'bash' &&
      !shell.interactive &&
      last.signal !== 'SIGINT' &&
      last.signal !== 'SIGPIPE'
    )
      await shell.error(`${SIGNALS[last.signal].text}\n`);
  }
  return code;
}

async function interrupted(shell: Shell): Promise<number> {
  const signal = shell.pendingSignals[0];
  await runPendingTraps(shell);
  return 128 + (signal ? SIGNALS[signal].number : 0);
}

export const kill: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  let signal: Signal | 0 = 'SIGTERM';
  let i = 0;
  const first = args[0];
  if (first === '-l' || first === '-L') return shell.print(await signalList(shell, args.slice(1)), 'kill');
  if (first === '-s' || first === '-n') {
    signal = await signalArgument(shell, args[1] ?? '');
    i = 2;
  } else if (first !== undefined && /^-[A-Za-z0-9]/.test(first)) {
    signal = await signalArgument(shell, first.slice(1));
    i = 1;
  }
  if (args[i] === '--') i++;
  const targets = args.slice(i);
  if (targets.length === 0) {
    if (bash)
      await shell.error(
        'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
      );
    else if (shell.dialect.name === 'ash') await shell.error('sh: you need to specify whom to kill\n');
    else
      await shell.warn(
        'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]',
        'kill',
      );
    return shell.dialect.name === 'ash' ? 1 : 2;
  }
  let status = 0;
  for (const target of targets) {
    let pid: number;
    if (target.startsWith('%')) {
      const job = shell.jobs.resolve(target);
      if (job === undefined) {
        if (!bash) return noSuchJob(shell, 'kill', target);
        await shell.warn(`${target}: no such job`, 'kill');
        status = 1;
        continue;
      }
      pid = shell.option('monitor') ? -job.group : job.processes[0]!.pid;
      if (
        shell.option('monitor') &&
        stateOf(job) === 'stopped' &&
        (signal === 'SIGTERM' || signal === 'SIGHUP')
      )
        await shell.sys.kill(pid, 'SIGCONT').catch(() => undefined);
    } else if (/^-?\d+$/.test(target)) pid = Number(target);
    else {
      if (bash) await shell.warn(`${target}: arguments must be process or job IDs`, 'kill');
      else if (shell.dialect.name === 'ash') await shell.error(`sh: invalid number '${target}'\n`);
      else await misuse(shell, 'kill', shell.dialect.illegalNumber(target));
      status = 1;
      continue;
    }
    try {
      await shell.sys.kill(pid, signal);
    } catch (error) {
      if (!isErrno(error)) throw error;
      status = 1;
      if (bash) await shell.warn(`(${target}) - ${error.message}`, 'kill');
      else if (shell.dialect.name === 'ash')
        await shell.error(`sh: can't kill pid ${target}: ${error.message}\n`);
      else await shell.warn(`${error.message}\n`, 'kill');
    }
  }
  return status;
};

async function signalArgument(shell: Shell, text: string): Promise<Signal | 0> {
  if (text === '0' || text === 'EXIT') return 0;
  const signal = parseSignal(text);
  if (signal !== undefined) return signal;
  if (shell.dialect.name === 'ash') {
    await shell.error(`sh: bad signal name '${text}'\n`);
    throw new BuiltinMisuse(1);
  }
  return misuse(
    shell,
    'kill',
    shell.dialect.name === 'bash'
      ? `${text}: invalid signal specification`
      : `Illegal option -${text[0] ?? ''}`,
    shell.dialect.name === 'bash' ? 1 : 2,
  );
}

async function signalList(shell: Shell, args: readonly string[]): Promise<string> {
  const names = Object.keys(SIGNALS) as Signal[];
  if (args.length > 0) {
    let out = '';
    for (const arg of args) {
      const number = /^\d+$/.test(arg) ? Number(arg) & 127 : undefined;
      const signal = number === undefined ? parseSignal(arg) : parseSignal(String(number));
      if (signal === undefined) await misuse(shell, 'kill', `${arg}: invalid signal specification`);
      else out += number === undefined ? `${SIGNALS[signal].number}\n` : `${signal.slice(3)}\n`;
    }
    return out;
  }
  if (shell.dialect.name === 'dash') return `${['0', ...names.map((name) => name.slice(3))].join('\n')}\n`;
  if (shell.dialect.name === 'ash')
    return names.map((name, i) => `${String(i + 1).padStart(2)}) ${name.slice(3)}\n`).join('');
  return `${names.map((name, i) => `${String(i + 1).padStart(2)}) ${name}${i % 5 === 4 || i === names.length - 1 ? '\n' : '\t'}`).join('')}`;
}
