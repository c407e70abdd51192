import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_NOCTTY, O_RDONLY } from '../../kernel/fcntl.ts';
import type { LockOperation } from '../../kernel/file-locks.ts';
import { execProgram, shellStatus, waitFor } from '../lib/spawn.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** Statuses of sysexits.h. */
const EX_USAGE = 64;
const EX_DATAERR = 65;
const EX_NOINPUT = 66;
const EX_UNAVAILABLE = 69;
const EX_OSERR = 71;

/** What each option asks for; the last one counts. */
const OPERATIONS: Readonly<Record<string, LockOperation>> = {
  s: 'LOCK_SH',
  x: 'LOCK_EX',
  e: 'LOCK_EX',
  u: 'LOCK_UN',
};

/** flock(1): runs a command while it holds a lock, or locks a descriptor that the shell has open. */
export const flock: Utility = {
  name: 'flock',
  usage: '[options] <file>|<directory> <command> [<argument>...]',
  summary: 'Manage file locks from shell scripts.',
  misuse: EX_USAGE,
  options: {
    short: '+sexnouFw:E:hV',
    long: {
      shared: 's',
      exclusive: 'x',
      unlock: 'u',
      nonblocking: 'n',
      nonblock: 'n',
      nb: 'n',
      timeout: 'w:',
      wait: 'w:',
      'conflict-exit-code': 'E:',
      close: 'o',
      'no-fork': 'F',
      verbose: 'verbose',
    },
    about: { help: 'h', version: 'V' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const { sys } = io;
    const conflict = Number(given.value('E') ?? 1);
    if (!Number.isInteger(conflict) || conflict < 0 || conflict > 255)
      return io.fail('exit code out of range (expected 0 to 255)', EX_USAGE);
    const timeout = given.value('w');
    if (timeout !== undefined && !/^\d*\.?\d+$/.test(timeout))
      return io.fail(`invalid timeout value: '${timeout}'`, EX_USAGE);
    if (given.has('o') && given.has('F'))
      return io.fail('the --no-fork and --close options are incompatible', EX_USAGE);
    const [target, ...words] = parsed.operands;
    if (target === undefined) {
      if (io.args.length === 0) throw new Misuse('not enough arguments');
      return io.fail('requires file descriptor, file or directory', EX_USAGE);
    }
    let command = words;
    if (words[0] === '-c' || words[0] === '--command') {
      if (words.length !== 2) return io.fail(`${words[0]} requires exactly one command argument`, EX_USAGE);
      command = [io.env.get('SHELL') || '/bin/sh', '-c', words[1]!];
    }
    if (command.length === 0 && !/^\d+$/.test(target))
      return io.fail(`bad file descriptor: '${target}'`, EX_USAGE);
    const fd = command.length === 0 ? Number(target) : await openLockFile(io, target);
    if (typeof fd !== 'number') return fd.status;
    const operation = OPERATIONS[given.last('s', 'x', 'e', 'u') ?? 'x']!;
    const verbose = given.has('verbose');
    const began = sys.clock_gettime('monotonic');
    if (timeout !== undefined && Number(timeout) > 0) await alarmIn(io, Number(timeout));
    try {
      await sys.flock(fd, operation, !given.has('n') && Number(timeout ?? 1) > 0);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'EAGAIN' && error.code !== 'EINTR')
        return io.fail(`${target}: ${error.message}`, error.code === 'EBADF' ? EX_DATAERR : EX_OSERR);
      if (verbose)
        await io.fail(error.code === 'EINTR' ? 'timeout while waiting to get lock' : 'failed to get lock');
      return conflict;
    }
    await sys.alarm(0);
    if (verbose) {
      const seconds = (sys.clock_gettime('monotonic') - began) / 1000;
      await io.stderr.write(`flock: getting lock took ${seconds.toFixed(6)} seconds\n`);
    }
    if (command.length === 0) return 0;
    if (verbose) io.stdout.write(`flock: executing ${command[0]}\n`);
    await io.stdout.flush();
    if (given.has('F')) return execute(io, command);
    const pid = await sys.fork(
      utility(async (child) => {
        if (given.has('o')) await child.sys.close(fd);
        return execute(child, command);
      }),
    );
    return shellStatus(await waitFor(sys, pid));
  },
};

/** The lock is taken on what can be opened at all: made where it is not there, a directory as it is. */
async function openLockFile(io: Stdio, path: string): Promise<number | { status: number }> {
  try {
    return await io.sys.open(path, O_RDONLY | O_CREAT | O_NOCTTY, 0o666);
  } catch (error) {
    if (isErrno(error, 'EISDIR')) return io.sys.open(path, O_RDONLY | O_NOCTTY);
    if (!isErrno(error)) throw error;

    return { status: await io.fail(`cannot open lock file ${path}: ${error.message}`, EX_NOINPUT) };
  }
}

async function execute(io: Stdio, command: readonly string[]): Promise<number> {
  try {
    return await execProgram(io.process, command);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`failed to execute ${command[0]}: ${error.message}`, EX_UNAVAILABLE);
  }
}

/** A signal that interrupts the wait after so many seconds. */
async function alarmIn({ sys }: Stdio, seconds: number): Promise<void> {
  await sys.sigaction('SIGALRM', () => {});
  await sys.alarm(seconds);
}
