import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import { parseSignal, type Signal } from '../../kernel/signals.ts';
import { execFailureStatus, execProgram, shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { attempt, Given, Misuse, quote, type Utility } from '../utility.ts';

/** Utilities that run another program in altered circumstances. */
export const env: Utility = {
  name: 'env',
  usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
  summary: 'Set each NAME to VALUE in the environment and run COMMAND.',
  misuse: 125,
  options: {
    short: '+C:iS:u:v0',
    long: {
      'ignore-environment': 'i',
      null: '0',
      unset: 'u:',
      chdir: 'C:',
      'split-string': 'S:',
      debug: 'v',
    },
  },
  busybox: { options: { short: '+iu:0' }, usage: '[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const operands = [
      ...given.values('S').flatMap((text) => text.split(/\s+/).filter(Boolean)),
      ...parsed.operands,
    ];
    const empty = given.has('i') || operands[0] === '-';
    const tell = async (text: string) => {
      if (given.has('v')) await io.stderr.write(`${text}\n`);
    };
    if (empty) await tell('cleaning environ');
    if (operands[0] === '-') operands.shift();
    const environment = new Map(empty ? [] : io.env);
    for (const name of given.values('u')) {
      await tell(`unset:    ${name}`);
      environment.delete(name);
    }
    while (operands[0]?.includes('=')) {
      const text = operands.shift()!;
      await tell(`setenv:   ${text}`);
      const equals = text.indexOf('=');
      environment.set(text.slice(0, equals), text.slice(equals + 1));
    }
    if (operands.length === 0) {
      const end = given.has('0') ? '\0' : '\n';
      for (const [name, value] of environment) io.stdout.write(`${name}=${value}${end}`);
      return 0;
    }
    const directory = given.value('C');
    if (directory !== undefined) {
      await tell(`chdir:    ${quote(io, directory)}`);
      const gone = await attempt(
        io,
        () => io.sys.chdir(directory),
        (text) => `cannot change directory to ${quote(io, directory)}: ${text}`,
      );
      if (!gone) return 125;
    }
    await tell(`executing: ${operands[0]}`);
    for (const [i, word] of operands.entries()) await tell(`   arg[${i}]= ${quote(io, word)}`);
    try {
      await io.stdout.flush();
      return await execProgram(io.process, operands, environment);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.fail(
        gnu
          ? `${quote(io, operands[0]!)}: ${error.message}`
          : `can't execute '${operands[0]}': ${error.message}`,
      );
      if (gnu && operands[0]!.includes(' ')) await io.fail('use -[v]S to pass options in shebang lines');
      return execFailureStatus(error);
    }
  },
};

export const printenv: Utility = {
  name: 'printenv',
  usage: '[OPTION]... [VARIABLE]...',
  summary: 'Print the values of the specified environment VARIABLE(s), or all of them.',
  misuse: 2,
  options: { short: '0', long: { null: '0' } },
  busybox: { options: {}, usage: '[VARIABLE]...' },
  async run(io, parsed) {
    const end = new Given(parsed).has('0') ? '\0' : '\n';
    if (parsed.operands.length === 0)
      for (const [name, value] of io.env) io.stdout.write(`${name}=${value}${end}`);
    let status = 0;
    for (const name of parsed.operands) {
      const value = io.env.get(name);
      if (value === undefined) status = 1;
      else io.stdout.write(value + end);
    }
    return status;
  },
};

/** `1.5m` in milliseconds; undefined if it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^\+?(\d+\.?\d*|\.\d+|infinity|inf)([smhd]?)$/i.exec(text);
  if (!match) return undefined;
  if (/^inf/i.test(match[1]!)) return Number.POSITIVE_INFINITY;
  return Number(match[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as '' | 's']! * 1000;
}

export const sleep: Utility = {
  name: 'sleep',
  usage: 'NUMBER[SUFFIX]...',
  summary: 'Pause for NUMBER seconds.',
  options: { short: '+' },
  busybox: { usage: '[N]...' },
  async run(io, { operands }, flavour) {
    if (operands.length === 0) throw new Misuse('missing operand');
    let total = 0;
    let bad: string | undefined;
    for (const text of operands) {
      const ms = parseDuration(text);
      if (ms === undefined) {
        if (flavour === 'busybox') return io.fail(`invalid number '${text}'`);
        if (bad !== undefined) await io.fail(`invalid time interval ${quote(io, bad)}`);
        bad = text;
      } else total += ms;
    }
    if (bad !== undefined) throw new Misuse(`invalid time interval ${quote(io, bad)}`);
    if (total === Number.POSITIVE_INFINITY) await io.sys.pause();
    await io.sys.nanosleep(total);
    return 0;
  },
};

export const usleep: Utility = {
  name: 'usleep',
  usage: 'N',
  summary: 'Pause for N microseconds.',
  options: {},
  async run(io, { operands }) {
    if (operands.length === 0) throw new Misuse('');
    await io.sys.nanosleep(Number(operands[0]) / 1000);
    return 0;
  },
};

export const nohup: Utility = {
  name: 'nohup',
  usage: 'COMMAND [ARG]...',
  summary: 'Run COMMAND, ignoring hangup signals.',
  misuse: 125,
  options: { short: '+' },
  busybox: { usage: 'PROG ARGS' },
  async run(io, { operands }, flavour) {
    if (operands.length === 0) throw new Misuse('missing operand');
    const [input, output, error] = [await io.sys.isatty(0), await io.sys.isatty(1), await io.sys.isatty(2)];
    await io.sys.sigaction('SIGHUP', 'ignore');
    const q = (text: string) => quote(io, text);
    if (input) {
      const fd = await io.sys.open('/dev/null', flavour === 'gnu' ? O_WRONLY : 0);
      await io.sys.dup2(fd, 0);
      await io.sys.close(fd);
    }
    if (output) {
      await io.fail(
        flavour === 'gnu'
          ? `${input ? 'ignoring input and ' : ''}appending output to ${q('nohup.out')}`
          : 'appending output to nohup.out',
      );
      const fd = await io.sys.open('nohup.out', O_WRONLY | O_CREAT | O_APPEND, 0o600);
      await io.sys.dup2(fd, 1);
      await io.sys.close(fd);
    } else if (input && flavour === 'gnu') await io.fail('ignoring input');
    if (error) await io.sys.dup2(1, 2);
    try {
      return await execProgram(io.process, operands);
    } catch (failure) {
      if (!isErrno(failure)) throw failure;
      await io.fail(
        flavour === 'gnu'
          ? `failed to run command ${q(operands[0]!)}: ${failure.message}`
          : `can't execute '${operands[0]}': ${failure.message}`,
      );
      return execFailureStatus(failure);
    }
  },
};

export const timeout: Utility = {
  name: 'timeout',
  usage: '[OPTION] DURATION COMMAND [ARG]...',
  summary: 'Start COMMAND, and kill it if still running after DURATION.',
  misuse: 125,
  options: {
    short: '+k:s:v',
    long: {
      'kill-after': 'k:',
      signal: 's:',
      verbose: 'v',
      foreground: 'foreground',
      'preserve-status': 'preserve',
    },
  },
  busybox: { options: { short: '+s:k:' }, usage: '[-s SIG] [-k KILL_SECS] SECS PROG ARGS' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const [duration, ...command] = parsed.operands;
    if (duration === undefined || command.length === 0) throw new Misuse('');
    const ms = parseDuration(duration);
    if (ms === undefined)
      if (gnu) throw new Misuse(`invalid time interval ${quote(io, duration)}`);
      else return io.fail(`invalid number '${duration}'`);
    const name = given.value('s') ?? 'TERM';
    const signal = parseSignal(name);
    if (signal === undefined)
      if (gnu) throw new Misuse(`${quote(io, name)}: invalid signal`);
      else return io.fail(`bad signal name '${name}'`);
    if (!gnu) return busyboxTimeout(io, ms, signal, command);
    const after = given.value('k') === undefined ? undefined : parseDuration(given.value('k')!);
    if (!given.has('foreground')) await io.sys.setpgid(0, 0).catch(() => {});
    const pid = await spawn(io.process, command, {
      failed: async (child, error) => {
        const text = `timeout: failed to run command ${quote(io, command[0]!)}: ${error.message}\n`;
        await child.sys.write(2, encode(text));
        return execFailureStatus(error);
      },
    });
    let timedOut = false;
    const ended = waitFor(io.sys, pid);
    const watch = async (delay: number, send: Signal) => {
      await io.sys.nanosleep(delay);
      timedOut = true;
      if (given.has('v'))
        await io.fail(`sending signal ${send.slice(3)} to command ${quote(io, command[0]!)}`);
      await io.sys.kill(pid, send).catch(() => {});
      await io.sys.kill(pid, 'SIGCONT').catch(() => {});
    };
    if (ms > 0 && ms !== Number.POSITIVE_INFINITY)
      void watch(ms, signal).then(() => (after ? watch(after, 'SIGKILL') : undefined));
    const end = await ended;
    const status = shellStatus(end);
    if (!timedOut) return status;
    if (end.kind === 'signaled' && end.signal === 'SIGKILL') return 137;
    return given.has('preserve') ? status : 124;
  },
};

/** BusyBox becomes the command itself and leaves a watcher behind, so that the shell sees how the command died. */
async function busyboxTimeout(
  io: Stdio,
  ms: number,
  signal: Signal,
  command: readonly string[],
): Promise<number> {
  const { sys } = io;
  const self = sys.getpid();
  const middle = await sys.fork(async (child) => {
    // A grandchild: the command must not find a child that it does not know.
    await child.sys.fork(async (watcher) => {
      for (let left = ms; left > 0; left -= 1000) {
        await watcher.sys.nanosleep(Math.min(1000, left));
        if (
          !(await watcher.sys.kill(self, 0).then(
            () => true,
            () => false,
          ))
        )
          return 0;
      }
      await watcher.sys.kill(self, signal).catch(() => {});
      return 0;
    });
    return 0;
  });
  await waitFor(sys, middle);
  try {
    return await execProgram(io.process, command);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`can't execute '${command[0]}': ${error.message}`);
    return execFailureStatus(error);
  }
}

export const nice: Utility = {
  name: 'nice',
  usage: '[OPTION] [COMMAND [ARG]...]',
  summary: 'Run COMMAND with an adjusted niceness, which affects process scheduling.',
  misuse: 125,
  options: { short: '+n:', long: { adjustment: 'n:' } },
  busybox: { options: { short: '+n:' }, usage: '[-n ADJUST] [PROG ARGS]' },
  async run(io, parsed) {
    if (parsed.operands.length === 0) {
      io.stdout.write('0\n');
      return 0;
    }
    await io.sys.setpriority(0, Number(new Given(parsed).value('n') ?? 10));
    try {
      return await execProgram(io.process, parsed.operands);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.fail(`${quote(io, parsed.operands[0]!)}: ${error.message}`);
      return execFailureStatus(error);
    }
  },
};

export const chroot: Utility = {
  name: 'chroot',
  usage: '[OPTION] NEWROOT [COMMAND [ARG]...]',
  summary: 'Run COMMAND with root directory set to NEWROOT.',
  misuse: 125,
  options: { short: '+' },
  busybox: { usage: 'NEWROOT [PROG ARGS]' },
  async run(io, { operands }, flavour) {
    const [root, ...rest] = operands;
    if (root === undefined) throw new Misuse('missing operand');
    const command = rest.length > 0 ? rest : [io.env.get('SHELL') || '/bin/sh', '-i'];
    const gnu = flavour === 'gnu';
    try {
      await io.sys.chroot(root);
      await io.sys.chdir('/');
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(
        gnu
          ? `cannot change root directory to '${root}': ${error.message}`
          : `can't change root directory to '${root}': ${error.message}`,
        gnu ? 125 : 1,
      );
    }
    try {
      return await execProgram(io.process, command);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.fail(
        gnu
          ? `failed to run command ${quote(io, command[0]!)}: ${error.message}`
          : `can't execute '${command[0]}': ${error.message}`,
      );
      return execFailureStatus(error);
    }
  },
};
