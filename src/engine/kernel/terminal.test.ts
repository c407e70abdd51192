import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { openWindow } from './controlling-terminal.ts';
import { O_RDWR } from './fcntl.ts';
import type { Process, Program } from './program.ts';
import { bootTestMachine } from './testing.ts';

const say = (process: Process, text: string) => process.sys.write(1, encode(`${text}\n`));

/** A machine with a window in which `main` runs. */
function inWindow(main: Program) {
  const machine = bootTestMachine({ programs: { main } });
  let shown = '';
  const window = openWindow(machine.kernel, {
    size: { columns: 80, rows: 24 },
    onOutput: (bytes) => {
      shown += decode(bytes);
    },
  });
  const { task, exited } = machine.kernel.spawn({ path: '/bin/main', argv: ['main'], terminal: window.path });
  return {
    machine,
    window,
    task,
    exited,
    get shown() {
      return shown;
    },
    async type(text: string) {
      window.write(encode(text));
      await machine.settle();
    },
  };
}

describe('a window', () => {
  test('is the terminal of the session leader started in it', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      await say(process, `${await sys.isatty(0)} ${await sys.readlink('/proc/self/fd/0')}`);
      const tty = await sys.open('/dev/tty', O_RDWR);
      const group = await sys.ioctl(tty, { request: 'TIOCGPGRP' });
      await say(process, `${group === sys.getpid()} ${(await sys.getsid()) === sys.getpid()}`);
      const line = decode(await sys.read(0, 100));
      await say(process, `<${line.trimEnd()}>`);
      return 0;
    });
    await at.machine.settle();
    await at.type('hello\r');
    expect(at.shown).toBe('true /dev/pts/0\r\ntrue true\r\nhello\r\n<hello>\r\n');
    expect(await at.exited).toEqual({ kind: 'exited', code: 0 });
  });

  test('Ctrl-C ends the read of a program that handles it', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      await sys.sigaction('SIGINT', () => {});
      const error = await sys.read(0, 100).catch((reason: unknown) => reason);
      await say(process, isErrno(error, 'EINTR') ? 'interrupted' : 'read on');
      await say(process, decode(await sys.read(0, 100)).trimEnd());
      return 0;
    });
    await at.machine.settle();
    await at.type('\x03');
    expect(at.shown).toBe('^Cinterrupted\r\n');
    await at.type('more\r');
    expect(at.shown).toBe('^Cinterrupted\r\nmore\r\nmore\r\n');
  });

  test('Ctrl-C reaches the group in the foreground, not the shell', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      await sys.sigaction('SIGTTOU', 'ignore');
      const job = await sys.fork(async ({ sys: own }) => {
        await own.sigaction('SIGTTOU', 'default');
        return own.pause();
      });
      await sys.setpgid(job, job);
      await sys.ioctl(0, { request: 'TIOCSPGRP', processGroup: job });
      const ended = await sys.wait(job);
      await sys.ioctl(0, { request: 'TIOCSPGRP', processGroup: sys.getpid() });
      await say(process, JSON.stringify(ended!.status));
      return 0;
    });
    await at.machine.settle();
    await at.type('\x03');
    expect(at.shown).toBe('^C{"kind":"signaled","signal":"SIGINT","coreDumped":false}\r\n');
  });

  test('Ctrl-C stops a busy loop', async () => {
    const at = inWindow(async (process) => {
      for (;;) {
        const pause = process.work(1);
        if (pause) await pause;
      }
    });
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      at.machine.kernel.scheduler.resumeRunnable();
    }
    expect(at.task.state).toBe('R');
    await at.type('\x03');
    expect(await at.exited).toEqual({ kind: 'signaled', signal: 'SIGINT', coreDumped: false });
  });

  test('a background reader is stopped, and goes on in the foreground', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      await sys.sigaction('SIGTTOU', 'ignore');
      const job = await sys.fork(async (self) => {
        await self.sys.setpgid(0, 0);
        const line = decode(await self.sys.read(0, 100));
        await say(self, `job read ${line.trimEnd()}`);
        return 0;
      });
      await sys.setpgid(job, job);
      const stopped = await sys.wait(job, { untraced: true });
      await say(process, JSON.stringify(stopped!.status));
      await sys.ioctl(0, { request: 'TIOCSPGRP', processGroup: job });
      await sys.kill(-job, 'SIGCONT');
      await sys.wait(job);
      return 0;
    });
    await at.machine.settle();
    await at.type('x\r');
    expect(at.shown).toBe('{"kind":"stopped","signal":"SIGTTIN"}\r\nx\r\njob read x\r\n');
  });

  test('closing it hangs the session up', async () => {
    const at = inWindow(async ({ sys }) => sys.pause());
    await at.machine.settle();
    at.window.hangup();
    await at.machine.settle();
    expect(await at.exited).toEqual({ kind: 'signaled', signal: 'SIGHUP', coreDumped: false });
  });

  test('the end of the leader hangs up the job in front', async () => {
    const ended: string[] = [];
    const at = inWindow(async (process) => {
      const { sys } = process;
      await sys.sigaction('SIGTTOU', 'ignore');
      const job = await sys.fork(async (self) => {
        self.onExit(() => ended.push('job'));
        return self.sys.pause();
      });
      await sys.setpgid(job, job);
      await sys.ioctl(0, { request: 'TIOCSPGRP', processGroup: job });
      return 0;
    });
    await at.machine.settle();
    expect(ended).toEqual(['job']);
  });

  test('a new session has none', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      const child = await sys.fork(async (self) => {
        await self.sys.setsid();
        try {
          await self.sys.open('/dev/tty', O_RDWR);
        } catch (error) {
          if (isErrno(error)) await say(self, error.code);
        }
        return 0;
      });
      await sys.wait(child);
      return 0;
    });
    await at.machine.settle();
    expect(at.shown).toBe('ENXIO\r\n');
  });

  test('SIGWINCH tells of a new size', async () => {
    const at = inWindow(async (process) => {
      const { sys } = process;
      await sys.sigaction('SIGWINCH', () => {});
      await sys.pause().catch(() => {});
      await say(process, JSON.stringify(await sys.ioctl(0, { request: 'TIOCGWINSZ' })));
      return 0;
    });
    await at.machine.settle();
    at.window.resize({ columns: 100, rows: 30 });
    await at.machine.settle();
    expect(at.shown).toBe('{"columns":100,"rows":30}\r\n');
  });
});
