import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { execProgram } from '../lib/spawn.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { PLACES } from './server.ts';

const STOPS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const MODES = ['smart', 'fast', 'immediate'] as const;

/** pg_ctl(1): starts the server, stops it, has it read its files anew, tells whether it runs. */
export const pgCtl = (): Program =>
  utility(async (io) => {
    const { sys, stdout } = io;
    let directory = io.env.get('PGDATA') ?? '';
    let options: string[] = [];
    let mode: keyof typeof STOPS = 'fast';
    let wait = true;
    let action = '';
    let log = '';
    let seconds = 60;
    for (let i = 0; i < io.args.length; i++) {
      const arg = io.args[i] ?? '';
      const value = () => io.args[++i] ?? '';
      if (arg === '-D') directory = value();
      else if (arg === '-o') options = wordsOf(value());
      else if (arg === '-m') {
        const word = value();
        const named = MODES.find((one) => one === word || one[0] === word);
        if (named === undefined) return misused(io, `unrecognized shutdown mode "${word}"`);
        mode = named;
      } else if (arg === '-w') wait = true;
      else if (arg === '-W') wait = false;
      else if (arg === '-l') log = value();
      else if (arg === '-t') seconds = Number(value());
      else if (!arg.startsWith('-')) action = arg;
      else return io.fail(`option ${arg} is not simulated in Drydock`);
    }
    if (directory === '') {
      return misused(io, 'no database directory specified and environment variable PGDATA unset');
    }
    const pid = await serverIn(sys, directory);
    switch (action) {
      case 'start':
        if (pid !== undefined)
          await io.stderr.write('pg_ctl: another server might be running; trying to start server anyway\n');
        return begin();
      case 'status':
        stdout.write(
          pid === undefined ? 'pg_ctl: no server running\n' : `pg_ctl: server is running (PID: ${pid})\n`,
        );
        return pid === undefined ? 3 : 0;
      case 'reload':
      case 'restart':
      case 'stop': {
        if (pid === undefined) {
          await io.stderr.write(
            `pg_ctl: PID file "${directory}/postmaster.pid" does not exist\nIs server running?\n`,
          );
          if (action !== 'restart') return 1;
          await io.stderr.write('trying to start server anyway\n');
          return begin();
        }
        if (action === 'reload') {
          await sys.kill(pid, 'SIGHUP');
          stdout.write('server signaled\n');
          return 0;
        }
        await sys.kill(pid, STOPS[mode]);
        if (!wait && action === 'stop') {
          stdout.write('server shutting down\n');
          return 0;
        }
        const status = await waiting(
          io,
          ['waiting for server to shut down', 'server stopped'],
          seconds,
          async () => (await serverIn(sys, directory)) === undefined,
        );
        return status === 0 && action === 'restart' ? begin() : status;
      }
      default:
        return misused(
          io,
          action === '' ? 'no operation specified' : `unrecognized operation mode "${action}"`,
        );
    }

    function begin(): Promise<number> {
      return start(io, { directory, options, log, seconds: wait ? seconds : 0 });
    }
  });

async function misused(io: Stdio, text: string): Promise<number> {
  await io.stderr.write(`pg_ctl: ${text}\nTry "pg_ctl --help" for more information.\n`);
  return 1;
}

async function start(
  io: Stdio,
  {
    directory,
    options,
    log,
    seconds,
  }: { directory: string; options: readonly string[]; log: string; seconds: number },
): Promise<number> {
  const { sys } = io;
  await sys.fork(async (child) => {
    await child.sys.setsid();
    if (log !== '') {
      const fd = await child.sys.open(log, O_WRONLY | O_CREAT | O_APPEND, 0o600);
      for (const own of [1, 2]) await child.sys.dup2(fd, own);
    }
    return execProgram(child, ['postgres', '-D', directory, ...options], io.env);
  });
  if (seconds === 0) {
    io.stdout.write('server starting\n');
    return 0;
  }
  return waiting(io, ['waiting for server to start', 'server started'], seconds, async () => {
    const lock = await readFile(sys, `${directory}/${PLACES.lock}`).then(bytesToText, () => '');
    const control = await readFile(sys, `${directory}/${PLACES.control}`).then(bytesToText, () => '');
    return lock.includes('ready') && control.includes('in production');
  });
}

async function waiting(
  { sys, stdout, stderr }: Stdio,
  [text, end]: [text: string, end: string],
  seconds: number,
  ready: () => Promise<boolean>,
): Promise<number> {
  stdout.write(`${text}...`);
  for (let tenths = 0; tenths < seconds * 10; tenths++) {
    if (tenths % 10 === 0) stdout.write('.');
    await stdout.flush();
    if (await ready()) {
      stdout.write(` done\n${end}\n`);
      return 0;
    }
    await sys.nanosleep(100);
  }
  stdout.write(' stopped waiting\n');
  await stdout.flush();
  await stderr.write('pg_ctl: server did not react in time\n');
  return 1;
}

async function serverIn(sys: Syscalls, directory: string): Promise<number | undefined> {
  const text = await readFile(sys, `${directory}/${PLACES.lock}`).then(bytesToText, () => '');
  const pid = Number(text.split('\n')[0]);
  if (!(pid > 0)) return undefined;
  return sys.stat(`/proc/${pid}`).then(
    () => pid,
    () => undefined,
  );
}

/** Options of the server in one argument, as a shell takes them apart. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
