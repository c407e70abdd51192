import { expect, test } from 'vitest';
import { isErrno } from '../../base/errno.ts';
import type { Program } from '../program.ts';
import type { WaitStatus } from '../syscalls.ts';
import { bootTestMachine } from '../testing.ts';

/** Runs a child, seizes it, and writes down every stop until nobody is left. */
const tracer =
  (child: Program, options = {}, onStop?: (status: WaitStatus) => 'SIGUSR1' | 0 | undefined): Program =>
  async ({ sys, env }) => {
    const log: string[] = [];
    const pid = await sys.fork(async (process) => {
      await process.sys.kill(process.sys.getpid(), 'SIGSTOP');
      return child({ ...process, sys: process.sys, work: process.work, env });
    });
    await sys.wait(pid, { untraced: true });
    await sys.ptrace({ request: 'PTRACE_SEIZE', pid, options });
    await sys.kill(pid, 'SIGCONT');
    try {
      for (;;) {
        const { pid: who, status } = (await sys.wait(-1))!;
        const name = who === pid ? 'P' : 'C';
        if (status.kind !== 'stopped') {
          log.push(
            `${name} ${status.kind} ${status.kind === 'exited' ? status.code : 'signal' in status ? status.signal : ''}`,
          );
          continue;
        }
        if (status.trace === 'syscall') {
          const call = (await sys.ptrace({ request: 'PTRACE_GET_SYSCALL_INFO', pid: who }))!;
          const end =
            call.op === 'entry'
              ? ''
              : 'error' in call.result
                ? ` ${isErrno(call.result.error) ? call.result.error.code : '?'}`
                : ' ok';
          log.push(`${name} ${call.op} ${call.name}${end}`);
        } else log.push(`${name} ${status.trace ?? status.signal}`);
        const instead = onStop?.(status);
        const signal = status.trace === undefined ? (instead ?? status.signal) : 0;
        await sys.ptrace({ request: 'PTRACE_SYSCALL', pid: who, signal });
      }
    } catch (error) {
      if (!isErrno(error, 'ECHILD')) throw error;
    }
    const text = new TextEncoder().encode(`${log.join('\n')}\n`);
    await sys.write(1, text);
    return 0;
  };

const stopsOf = async (child: Program, options = {}, onStop?: Parameters<typeof tracer>[2]) => {
  const machine = bootTestMachine({
    programs: { tracer: tracer(child, options, onStop), other: async ({ sys }) => (await sys.umask(0)) && 7 },
  });
  const { stdout } = await machine.run(['tracer']);
  return stdout.trim().split('\n').slice(1);
};

test('halts at the entry and the exit of each call, failed ones too, and at the end', async () => {
  const stops = await stopsOf(async ({ sys }) => {
    await sys.umask(0o22);
    await sys.stat('/nosuch').catch(() => {});
    return 3;
  });
  expect(stops).toEqual([
    'P entry umask',
    'P exit umask ok',
    'P entry stat',
    'P exit stat ENOENT',
    'P entry exit',
    'P exited 3',
  ]);
});

test('execve is left in the new program, whose calls are traced on', async () => {
  const stops = await stopsOf(({ sys, env }) => sys.execve('/bin/other', ['other'], env), { exec: true });
  expect(stops).toEqual([
    'P entry execve',
    'P PTRACE_EVENT_EXEC',
    'P exit execve ok',
    'P entry umask',
    'P exit umask ok',
    'P entry exit',
    'P exited 7',
  ]);
});

test('children are traced on request, their end is told to the tracer before their parent', async () => {
  const stops = await stopsOf(
    async ({ sys }) => {
      await sys.fork(async (process) => {
        await process.sys.nanosleep(10);
        return 5;
      });
      return (await sys.wait(-1))!.status.kind === 'exited' ? 0 : 1;
    },
    { fork: true },
  );
  expect(stops.slice(0, 3)).toEqual(['P entry fork', 'C PTRACE_EVENT_STOP', 'P PTRACE_EVENT_FORK']);
  const end = stops.indexOf('C exited 5');
  expect(end).toBeGreaterThan(stops.indexOf('P entry wait'));
  expect(stops.slice(end + 1)).toEqual(['P exit wait ok', 'P SIGCHLD', 'P entry exit', 'P exited 0']);
});

test('a signal is told first; a sleeping call is left and, where it is restarted, entered again', async () => {
  const child: Program = async ({ sys }) => {
    await sys.sigaction('SIGUSR1', () => {}, { restart: true });
    await sys.fork(async (process) => {
      await process.sys.nanosleep(10);
      await process.sys.kill(process.sys.getppid(), 'SIGUSR1');
      await process.sys.nanosleep(10);
      return 0;
    });
    await sys.wait(-1);
    return 0;
  };
  const stops = await stopsOf(child);
  expect(stops.slice(stops.indexOf('P entry wait'))).toEqual([
    'P entry wait',
    'P exit wait ERESTARTSYS',
    'P SIGUSR1',
    'P entry rt_sigreturn',
    'P exit rt_sigreturn ok',
    'P entry wait',
    'P exit wait ok',
    'P SIGCHLD',
    'P entry exit',
    'P exited 0',
  ]);
});

test('the tracer may keep a signal to itself, or send another', async () => {
  const child: Program = async ({ sys }) => {
    await sys.kill(sys.getpid(), 'SIGTERM');
    await sys.kill(sys.getpid(), 'SIGTERM');
    return 0;
  };
  let count = 0;
  const stops = await stopsOf(child, {}, (status) =>
    status.kind === 'stopped' && status.signal === 'SIGTERM' ? (count++ === 0 ? 0 : 'SIGUSR1') : undefined,
  );
  expect(stops.filter((stop) => !/kill/.test(stop))).toEqual([
    'P SIGTERM',
    'P SIGTERM',
    'P signaled SIGUSR1',
  ]);
});

test('a call without SA_RESTART ends with EINTR after the handler', async () => {
  const stops = await stopsOf(async ({ sys }) => {
    await sys.sigaction('SIGUSR1', () => {});
    await sys.fork(async (process) => {
      await process.sys.nanosleep(10);
      await process.sys.kill(process.sys.getppid(), 'SIGUSR1');
      return process.sys.pause();
    });
    const interrupted = await sys.nanosleep(1000).catch((error) => isErrno(error, 'EINTR'));
    return interrupted ? 9 : 1;
  });
  expect(stops).toContain('P exit rt_sigreturn EINTR');
  expect(stops.at(-1)).toBe('P exited 9');
});

test('one may trace only what one may look into; a tracee is traced once', async () => {
  const nobody = { uid: 65534 };
  const machine = bootTestMachine({
    programs: {
      victim: async ({ sys }) => sys.pause(),
      attach: async ({ sys, argv }) => {
        if (argv[2]) await sys.setuid(Number(argv[2]));
        try {
          await sys.ptrace({ request: 'PTRACE_SEIZE', pid: Number(argv[1]), options: {} });
        } catch (error) {
          return isErrno(error, 'EPERM') ? 10 : isErrno(error, 'ESRCH') ? 11 : 12;
        }
        if (argv[3] === 'stay') await sys.pause();
        return 0;
      },
    },
  });
  const victim = machine.kernel.spawn({ path: '/bin/victim', argv: ['victim'] }).task;
  await machine.settle();
  expect((await machine.run(['attach', '99999'])).exit).toBe(11);
  expect((await machine.run(['attach', `${victim.pid}`, `${nobody.uid}`])).exit).toBe(10);
  expect((await machine.run(['attach', `${victim.pid}`])).exit).toBe(0);
  expect(victim.tracing, 'the tracer is gone').toBeUndefined();
  machine.kernel.spawn({ path: '/bin/attach', argv: ['attach', `${victim.pid}`, '', 'stay'] });
  await machine.settle();
  expect(victim.tracing).toBeDefined();
  expect((await machine.run(['attach', `${victim.pid}`])).exit).toBe(10);
});

test('a process that sleeps is halted, enters its call again, and sleeps on when it is let go', async () => {
  const machine = bootTestMachine({
    programs: {
      sleeper: async ({ sys }) => {
        await sys.nanosleep(50);
        return 0;
      },
      watcher: async ({ sys, argv }) => {
        const pid = Number(argv[1]);
        await sys.ptrace({ request: 'PTRACE_SEIZE', pid, options: {} });
        await sys.ptrace({ request: 'PTRACE_INTERRUPT', pid });
        const first = await sys.wait(pid);
        await sys.ptrace({ request: 'PTRACE_SYSCALL', pid });
        const second = await sys.wait(pid);
        const call = await sys.ptrace({ request: 'PTRACE_GET_SYSCALL_INFO', pid });
        await sys.nanosleep(100);
        const fd = await sys.open(`/proc/${pid}/status`, 0);
        const status = new TextDecoder().decode(await sys.read(fd, 4096));
        const seen = {
          first,
          second,
          call: `${call?.op} ${call?.name}`,
          state: /^State.*/m.exec(status)?.[0],
        };
        await sys.write(1, new TextEncoder().encode(JSON.stringify(seen)));
        if (!status.includes(`TracerPid:\t${sys.getpid()}\n`)) return 1;
        await sys.ptrace({ request: 'PTRACE_DETACH', pid });
        return 0;
      },
    },
  });
  const { task } = machine.kernel.spawn({ path: '/bin/sleeper', argv: ['sleeper'] });
  await machine.settle();
  const { exit, stdout } = await machine.run(['watcher', `${task.pid}`]);
  const stopped = (trace: string) => ({
    pid: task.pid,
    status: { kind: 'stopped', signal: 'SIGTRAP', trace },
  });
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    first: stopped('PTRACE_EVENT_STOP'),
    second: stopped('syscall'),
    call: 'entry nanosleep',
    state: 'State:\tt (tracing stop)',
  });
  await machine.settle();
  expect(task.zombie, 'its time is over').toBe(true);
});
