import type { Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { execProgram } from '../lib/spawn.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { PLACES } from './server.ts';

const STOPS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** pg_ctl(1): starts the server, stops it, has it read its files anew, tells whether it runs. */
export const pgCtl = (): Program =>
  utility(async (io) => {
    const { sys, stdout } = io;
    let directory = io.env.get('PGDATA') ?? '';
    let options: string[] = [];
    let mode: keyof typeof STOPS = 'fast';
    let wait = true;
    let action = '';
    for (let i = 0; i < io.args.length; i++) {
      const arg = io.args[i] ?? '';
      const value = () => io.args[++i] ?? '';
      if (arg === '-D') directory = value();
      else if (arg === '-o') options = wordsOf(value());
      else if (arg === '-m')
        mode = value()
          .replace(/^s$/, 'smart')
          .replace(/^f$/, 'fast')
          .replace(/^i$/, 'immediate') as typeof mode;
      else if (arg === '-w') wait = true;
      else if (arg === '-W') wait = false;
      else if (arg === '-l' || arg === '-t') value();
      else if (!arg.startsWith('-')) action = arg;
      else return io.fail(`option ${arg} is not simulated in Drydock`);
    }
    if (directory === '') {
      await io.stderr.write(
        'pg_ctl: no database directory specified and environment variable PGDATA unset\nTry "pg_ctl --help" for more information.\n',
      );
      return 1;
    }
    const pid = await serverIn(sys, directory);
    switch (action) {
      case 'start':
        if (pid !== undefined)
          await io.stderr.write('pg_ctl: another server might be running; trying to start server anyway\n');
        return start(io, directory, options, wait);
      case 'status':
        stdout.write(
          pid === undefined ? 'pg_ctl: no server running\n' : `pg_ctl: server is running (PID: ${pid})\n`,
        );
        return pid === undefined ? 3 : 0;
      case 'reload':
      case 'stop': {
        if (pid === undefined) {
          await io.stderr.write(
            `pg_ctl: PID file "${directory}/postmaster.pid" does not exist\nIs server running?\n`,
          );
          return 1;
        }
        if (action === 'reload') {
          await sys.kill(pid, 'SIGHUP');
          stdout.write('server signaled\n');
          return 0;
        }
        await sys.kill(pid, STOPS[mode]);
        return waiting(
          io,
          'waiting for server to shut down',
          'server stopped',
          async () => (await serverIn(sys, directory)) === undefined,
        );
      }
      default:
        await io.stderr.write(
          action === ''
            ? 'pg_ctl: no operation specified\nTry "pg_ctl --help" for more information.\n'
            : `pg_ctl: unrecognized operation mode "${action}"\nTry "pg_ctl --help" for more information.\n`,
        );
        return 1;
    }
  });

async function start(
  io: Stdio,
  directory: string,
  options: readonly string[],
  wait: boolean,
): Promise<number> {
  const { sys } = io;
  await sys.fork(async (child) => {
    await child.sys.setsid();
    return execProgram(child, ['postgres', '-D', directory, ...options], io.env);
  });
  if (!wait) return 0;
  return waiting(io, 'waiting for server to start', 'server started', async () => {
    const lock = await readFile(sys, `${directory}/${PLACES.lock}`).then(bytesToText, () => '');
    const control = await readFile(sys, `${directory}/${PLACES.control}`).then(bytesToText, () => '');
    return lock.includes('ready') && control.includes('in production');
  });
}

async function waiting(
  { sys, stdout, stderr }: Stdio,
  text: string,
  end: string,
  ready: () => Promise<boolean>,
): Promise<number> {
  stdout.write(`${text}...`);
  for (let tenths = 0; tenths < 600; tenths++) {
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
