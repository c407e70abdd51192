import { describe, expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import type { Process, Program } from './program.ts';
import { parseSignal, type Signal } from './signals.ts';
import { bootTestMachine } from './testing.ts';

const say = (process: Process, text: string) => process.sys.write(1, encode(`${text}\n`));

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
}

/** What a program prints, line by line. */
async function lines(main: Program): Promise<string[]> {
  const machine = bootTestMachine({ programs: { main } });
  const { stdout } = await machine.run(['main']);
  return stdout.split('\n').slice(0, -1);
}

const forever: Program = async ({ sys }) => sys.pause();

describe('signals', () => {
  test.each(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGUSR1'] as Signal[])('%s ends a process', async (signal) => {
    const main: Program = async (process) => {
      const child = await process.sys.fork(forever);
      await process.sys.kill(child, signal);
      await say(process, JSON.stringify(await process.sys.wait(child)));
      return 0;
    };
    expect(JSON.parse((await lines(main))[0]!).status).toEqual({
      kind: 'signaled',
      signal,
      coreDumped: false,
    });
  });

  test('a process that works without a pause can be killed', async () => {
    const busy: Program = async ({ work }) => {
      for (;;) {
        const pause = work(10);
        if (pause) await pause;
      }
    };
    const machine = bootTestMachine({
      programs: {
        main: async (process) => {
          const child = await process.sys.fork((self) =>
            busy({ ...self, work: self.work.bind(self) } as Process),
          );
          await process.sys.nanosleep(50);
          await process.sys.kill(child, 'SIGINT');
          const { user } = await process.sys.times();
          const waited = await process.sys.wait(child);
          const after = await process.sys.times();
          await say(process, `${waited?.status.kind} ${user} ${after.childUser >= 40}`);
          return 0;
        },
      },
    });
    expect((await machine.run(['main'])).stdout).toMatch(/^signaled 0 true/);
  });

  test('a handler runs, and the sleeping call fails with EINTR', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const heard: string[] = [];
      await sys.sigaction('SIGUSR1', (signal) => heard.push(signal));
      await sys.kill(sys.getpid(), 'SIGUSR1');
      await say(process, `now ${heard.join()}`);
      const [read] = await sys.pipe();
      await sys.fork(async ({ sys: own }) => {
        await own.nanosleep(5);
        await own.kill(own.getppid(), 'SIGUSR1');
        return 0;
      });
      await say(process, `${await failure(sys.read(read, 1))} ${heard.length}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['now SIGUSR1', 'EINTR 2']);
  });

  test('with restart the sleeping call goes on', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      let heard = 0;
      await sys.sigaction('SIGUSR1', () => heard++, { restart: true });
      const [read, write] = await sys.pipe();
      await sys.fork(async ({ sys: own }) => {
        await own.kill(own.getppid(), 'SIGUSR1');
        await own.nanosleep(5);
        await own.write(write, encode('x'));
        return 0;
      });
      const data = await sys.read(read, 10);
      await say(process, `${data.length} ${heard} ${await failure(sys.sigaction('SIGKILL', 'ignore'))}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['1 1 EINVAL']);
  });

  test('blocked signals wait', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const heard: string[] = [];
      await sys.sigaction('SIGUSR1', (signal) => heard.push(signal));
      await sys.sigaction('SIGHUP', (signal) => heard.push(signal));
      await sys.sigmask(new Set(['SIGUSR1', 'SIGHUP'] as Signal[]));
      for (const signal of ['SIGUSR1', 'SIGHUP', 'SIGUSR1'] as Signal[]) await sys.kill(sys.getpid(), signal);
      const before = heard.length;
      await sys.sigmask(new Set());
      await say(process, `${before} ${heard.join()}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['0 SIGHUP,SIGUSR1']);
  });

  test('stopping, continuing and waiting for both', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      let steps = 0;
      const child = await sys.fork(async ({ sys: own }) => {
        for (;;) {
          await own.nanosleep(10);
          steps++;
        }
      });
      await sys.nanosleep(35);
      await sys.kill(child, 'SIGSTOP');
      const stopped = await sys.wait(child, { untraced: true });
      const before = steps;
      await sys.nanosleep(100);
      const during = steps;
      await sys.kill(child, 'SIGTERM'); // stays pending while it is stopped
      const still = await sys.wait(child, { noHang: true });
      await sys.kill(child, 'SIGCONT');
      const ended = await sys.wait(child);
      await say(process, JSON.stringify([before, during, stopped!.status, still ?? null, ended!.status]));
      return 0;
    };
    expect(JSON.parse((await lines(main))[0]!)).toEqual([
      3,
      3,
      { kind: 'stopped', signal: 'SIGSTOP' },
      null,
      { kind: 'signaled', signal: 'SIGTERM', coreDumped: false },
    ]);
  });

  test('writing where nobody reads is SIGPIPE, then EPIPE', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const child = await sys.fork(async ({ sys: own }) => {
        const [read, write] = await own.pipe();
        await own.close(read);
        await own.write(write, encode('x'));
        return 0;
      });
      const status = (await sys.wait(child))!.status;
      await sys.sigaction('SIGPIPE', 'ignore');
      const [read, write] = await sys.pipe();
      await sys.close(read);
      await say(process, `${JSON.stringify(status)} ${await failure(sys.write(write, encode('x')))}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['{"kind":"signaled","signal":"SIGPIPE","coreDumped":false} EPIPE']);
  });

  test('a process group is signalled as one; others may not be', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const children: number[] = [];
      for (let i = 0; i < 3; i++) {
        const child = await sys.fork(forever);
        await sys.setpgid(child, children[0] ?? child);
        children.push(child);
      }
      await sys.kill(-children[0]!, 'SIGTERM');
      const ended: number[] = [];
      for (let i = 0; i < 3; i++) ended.push((await sys.wait(-children[0]!))!.pid);
      await say(
        process,
        `${ended.join() === children.join()} ${await failure(sys.kill(-children[0]!, 'SIGTERM'))}`,
      );
      const poor = await sys.fork(async (self) => {
        await self.sys.setuid(1000);
        await say(self, await failure(self.sys.kill(1, 0)));
        return 0;
      });
      await sys.wait(poor);
      return 0;
    };
    expect(await lines(main)).toEqual(['true ESRCH', 'EPERM']);
  });

  test('orphans go to init, which reaps them', async () => {
    const machine = bootTestMachine({
      programs: {
        main: async (process) => {
          const { sys } = process;
          const [read, write] = await sys.pipe();
          await sys.fork(async ({ sys: own }) => {
            await own.fork(async ({ sys: orphan }) => {
              await orphan.nanosleep(10);
              await orphan.write(write, encode(String(orphan.getppid())));
              return 0;
            });
            return 0;
          });
          await sys.wait(-1);
          await sys.write(1, await sys.read(read, 10));
          return 0;
        },
      },
    });
    expect((await machine.run(['main'])).stdout).toBe('1');
    await machine.settle();
    expect([...machine.kernel.tasks].map((task) => task.pid)).toEqual([1]);
  });

  test('by name and number', () => {
    expect([parseSignal('9'), parseSignal('kill'), parseSignal('SIGHUP'), parseSignal('99')]).toEqual([
      'SIGKILL',
      'SIGKILL',
      'SIGHUP',
      undefined,
    ]);
  });
});

describe('a killed process', () => {
  test('hears nothing more, and what it held is released', async () => {
    let later = false;
    let released = false;
    const main: Program = async (process) => {
      const { sys } = process;
      const [read, write] = await sys.pipe();
      const child = await sys.fork(async (self) => {
        self.onExit(() => {
          released = true;
        });
        await self.sys.close(read);
        try {
          await self.sys.nanosleep(1000);
        } finally {
          later = true;
        }
        return 0;
      });
      await sys.close(write);
      await sys.nanosleep(1);
      await sys.kill(child, 'SIGKILL');
      const end = await sys.read(read, 1);
      await sys.nanosleep(5000);
      await say(process, `${end.length}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['0']);
    expect([later, released]).toEqual([false, true]);
  });
});
