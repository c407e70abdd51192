import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { chmod } from '../vfs/attributes.ts';
import { overlayType } from '../vfs/overlayfs/mount.ts';
import { AT_REMOVEDIR, O_CREAT, O_DIRECTORY, O_RDONLY, O_WRONLY } from './fcntl.ts';
import type { KernelModule, ModuleSource } from './modules.ts';
import type { Process, Program } from './program.ts';
import { send } from './signal-delivery.ts';
import { bootTestMachine } from './testing.ts';

const say = (process: Process, text: string) => process.sys.write(1, encode(text));

const echo: Program = async (process) => {
  await say(process, `${process.argv.slice(1).join(' ')}\n`);
  return 0;
};

const cat: Program = async ({ sys }) => {
  for (;;) {
    const chunk = await sys.read(0, 4096);
    if (chunk.length === 0) return 0;
    await sys.write(1, chunk);
  }
};

/** What a call fails with. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
}

describe('a process', () => {
  test('runs with its arguments, writes and exits', async () => {
    const machine = bootTestMachine({ programs: { echo } });
    expect(await machine.run(['echo', 'hello', 'world'])).toEqual({
      exit: 0,
      stdout: 'hello world\n',
      stderr: '',
    });
  });

  test('reads what it is given and then the end', async () => {
    const machine = bootTestMachine({ programs: { cat } });
    const long = 'x'.repeat(200_000);
    expect((await machine.run(['cat'], { stdin: long })).stdout).toBe(long);
    expect((await machine.run(['cat'])).stdout).toBe('');
  });

  test('forks, execs and waits through a pipe', async () => {
    const pipeline: Program = async (process) => {
      const { sys } = process;
      const [read, write] = await sys.pipe();
      const child = await sys.fork(async (self) => {
        await self.sys.dup2(write, 1);
        await self.sys.close(read);
        await self.sys.close(write);
        return self.sys.execve('/bin/echo', ['echo', 'from the child'], self.env);
      });
      await sys.close(write);
      const text = decode(await sys.read(read, 100));
      const end = await sys.read(read, 100);
      const waited = await sys.wait(-1);
      await say(process, JSON.stringify([text, end.length, waited?.pid === child, waited?.status]));
      return failure(sys.wait(-1)).then((code) => (code === 'ECHILD' ? 7 : 1));
    };
    const machine = bootTestMachine({ programs: { pipeline, echo } });
    expect(await machine.run(['pipeline'])).toEqual({
      exit: 7,
      stdout: '["from the child\\n",0,true,{"kind":"exited","code":0}]',
      stderr: '',
    });
  });

  test('opens and removes beside an open directory, wherever that has gone', async () => {
    const at: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir('/tmp/d', 0o755);
      await sys.mkdir('/tmp/d/sub', 0o755);
      const directory = await sys.open('/tmp/d', O_RDONLY | O_DIRECTORY);
      await sys.rename('/tmp/d', '/tmp/e');
      const file = await sys.openat(directory, 'f', O_WRONLY | O_CREAT, 0o644);
      const found = [(await sys.stat('/tmp/e/f')).ino === (await sys.fstat(file)).ino];
      const failures = [
        await failure(sys.unlinkat(directory, 'f', AT_REMOVEDIR)),
        await failure(sys.unlinkat(directory, 'sub')),
        await failure(sys.unlinkat(directory, 'sub', 1)),
        await failure(sys.unlinkat(file, 'sub', AT_REMOVEDIR)),
        await failure(sys.openat(99, 'f', O_RDONLY)),
        // The directory does not matter to an absolute path.
        await failure(sys.openat(99, '/tmp/e/f', O_RDONLY)),
      ];
      await sys.unlinkat(directory, 'f');
      await sys.unlinkat(directory, 'sub', AT_REMOVEDIR);
      await sys.rmdir('/tmp/e');
      failures.push(await failure(sys.openat(directory, 'f', O_WRONLY | O_CREAT, 0o644)));
      await say(process, JSON.stringify([found, failures]));
      return 0;
    };
    const machine = bootTestMachine({ programs: { at } });
    expect((await machine.run(['at'])).stdout).toBe(
      '[[true],["ENOTDIR","EISDIR","EINVAL","ENOTDIR","EBADF","none","ENOENT"]]',
    );
  });

  test('keeps files', async () => {
    const files: Program = async (process) => {
      const { sys } = process;
      const fd = await sys.open('/tmp/a', O_WRONLY | O_CREAT, 0o666);
      await sys.write(fd, encode('content'));
      await sys.close(fd);
      await sys.chdir('/tmp');
      const again = await sys.open('a', O_RDONLY);
      await say(
        process,
        `${await sys.getcwd()} ${decode(await sys.read(again, 99))} ${(await sys.stat('a')).mode.toString(8)}`,
      );
      return 0;
    };
    const machine = bootTestMachine({ programs: { files } });
    expect((await machine.run(['files'])).stdout).toBe('/tmp content 100644');
    expect(machine.read('/tmp/a')).toBe('content');
  });
});

describe('execve', () => {
  const exec: Program = async ({ sys, argv, env }) => {
    const code = await failure(sys.execve(argv[1]!, ['a0', 'a1'], env));
    await sys.write(1, encode(code));
    return 126;
  };
  const script = (text: string) => encode(text);
  const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);

  /** As Linux 6.18 answered to the same files. */
  test.each([
    ['text without x', encode('no script'), 0o644, 'EACCES'],
    ['text', encode('no script'), 0o755, 'ENOEXEC'],
    ['interpreter that is missing', script('#!/no/such\n'), 0o755, 'ENOENT'],
    ['script that is its own interpreter', script('#!/s/x\n'), 0o755, 'ELOOP'],
    ['empty line', script('#!\n'), 0o755, 'ENOEXEC'],
    ['blank line', script('#!   \n'), 0o755, 'ENOEXEC'],
    ['interpreter that is a directory', script('#!/tmp\n'), 0o755, 'EACCES'],
    ['script with an argument', script('#!/bin/echo  one two \nbody'), 0o755, 'one two /s/x a1\n'],
    ['script without a newline', script('#!/bin/echo'), 0o755, '/s/x a1\n'],
    ['tabs', script('#! /bin/echo\tx\t y\n'), 0o755, 'x\t y /s/x a1\n'],
    ['foreign binary', elf, 0o755, 'ENOEXEC'],
    ['empty file', new Uint8Array(0), 0o755, 'ENOEXEC'],
  ])('%s', async (_what, content, mode, expected) => {
    const machine = bootTestMachine({ programs: { exec, echo } });
    machine.write('/s/x', content, mode);
    expect((await machine.run(['exec', '/s/x'])).stdout).toBe(expected);
  });

  test.each([
    ['/s/nested', 'one two /s/script /s/nested a1\n'],
    ['/s', 'EACCES'],
    ['/s/script/x', 'ENOTDIR'],
    ['/s/nothing', 'ENOENT'],
    ['', 'ENOENT'],
  ])('path %j', async (path, expected) => {
    const machine = bootTestMachine({
      programs: { exec, echo },
      files: { '/s/script': '#!/bin/echo one two\n', '/s/nested': '#!/s/script\n' },
    });
    expect((await machine.run(['exec', path])).stdout).toBe(expected);
  });

  describe('of a program whose code must be fetched', () => {
    test('runs it when it is there', async () => {
      const machine = bootTestMachine({ programs: { exec }, late: { tool: Promise.resolve(echo) } });
      expect((await machine.run(['exec', '/bin/tool'])).stdout).toBe('a1\n');
    });

    test('fails when there is none', async () => {
      const machine = bootTestMachine({ programs: { exec }, late: { tool: Promise.resolve(undefined) } });
      expect((await machine.run(['exec', '/bin/tool'])).stdout).toBe('ENOEXEC');
      expect((await machine.run(['tool'])).exit).toBe(127);
    });

    test('comes to nothing when the process is killed meanwhile', async () => {
      let ran = false;
      let arrive: (code: Program) => void = () => {};
      const tool = new Promise<Program>((resolve) => {
        arrive = resolve;
      });
      const machine = bootTestMachine({ programs: { exec }, late: { tool } });
      const { task } = machine.kernel.spawn({ path: '/bin/exec', argv: ['exec', '/bin/tool'] });
      await machine.settle();
      send(task, 'SIGKILL');
      arrive(async () => {
        ran = true;
        return 0;
      });
      await machine.settle();
      expect({ ran, ended: task.exitStatus?.kind }).toEqual({ ran: false, ended: 'signaled' });
    });
  });

  test('closes what is marked, forgets handlers, keeps what is ignored, and names itself', async () => {
    const show: Program = async (process) => {
      const fd = await process.sys.open('/proc/self/status', O_RDONLY);
      const status = decode(await process.sys.read(fd, 4096));
      const field = (name: string) => new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)![1];
      await say(process, [fd, field('Name'), field('SigIgn'), field('SigCgt')].join(' '));
      return 0;
    };
    const main: Program = async ({ sys, env }) => {
      const [read, write] = await sys.pipe();
      await sys.setCloexec(read, true);
      await sys.setCloexec(write, true);
      await sys.sigaction('SIGINT', () => {});
      await sys.sigaction('SIGQUIT', 'ignore');
      return sys.execve('/bin/a-rather-long-program-name', ['x'], env);
    };
    const machine = bootTestMachine({ programs: { main, 'a-rather-long-program-name': show } });
    expect((await machine.run(['main'])).stdout).toBe('3 a-rather-long-p 0000000000000004 0000000000000000');
  });

  test('a set-user-id file runs as its owner, unless the mount or the task forbids it', async () => {
    const ids: Program = async (process) => {
      const { sys } = process;
      await say(process, `${sys.getuid()} ${sys.geteuid()} ${!(await sys.capget()).effective.isEmpty}\n`);
      return 0;
    };
    const main: Program = async ({ sys, env, argv }) => {
      await sys.setuid(1000);
      if (argv[1]) await sys.prctl({ option: 'PR_SET_NO_NEW_PRIVS' });
      return sys.execve('/bin/ids', ['ids'], env);
    };
    const machine = bootTestMachine({ programs: { main, ids } });
    expect((await machine.run(['main'])).stdout).toBe('1000 1000 false\n');
    chmod(machine.kernel.context, '/bin/ids', 0o4755);
    expect((await machine.run(['main'])).stdout).toBe('1000 0 true\n');
    expect((await machine.run(['main', 'x'])).stdout).toBe('1000 1000 false\n');
  });
});

describe('many processes', () => {
  test('share the processor: a loop does not starve the others', async () => {
    const main: Program = async ({ sys }) => {
      const loops: number[] = [];
      for (let i = 0; i < 20; i++) {
        loops.push(
          await sys.fork(async ({ work }) => {
            for (;;) {
              const pause = work(50);
              if (pause) await pause;
            }
          }),
        );
      }
      for (let i = 0; i < 1000; i++) await sys.getpgid();
      await sys.nanosleep(500);
      for (const pid of loops) await sys.kill(pid, 'SIGKILL');
      for (const pid of loops) await sys.wait(pid);
      return 0;
    };
    const machine = bootTestMachine({ programs: { main } });
    expect((await machine.run(['main'])).exit).toBe(0);
  });

  test('a poll or a sleep for a time finer than the clock ends', async () => {
    const main: Program = async ({ sys }) => {
      await sys.nanosleep(0.3333334);
      await sys.nanosleep(99.9996);
      const [read] = await sys.pipe();
      const [ready] = await sys.poll([{ fd: read, read: true }], 0.3333334);
      return ready?.readable ? 1 : 0;
    };
    const machine = bootTestMachine({ programs: { main } });
    expect((await machine.run(['main'])).exit).toBe(0);
  });

  test('a fork bomb can be looked at and killed', async () => {
    const bomb: Program = async (process) => {
      for (;;) {
        await process.sys.fork(bomb);
        await process.sys.fork(bomb);
        await process.sys.pause();
      }
    };
    const machine = bootTestMachine({ programs: { bomb } });
    machine.kernel.rootCgroup.states.pids.max = 500;
    const { task } = machine.kernel.spawn({ path: '/bin/bomb', argv: ['bomb'] });
    for (let turn = 0; turn < 10; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      machine.kernel.scheduler.resumeRunnable();
    }
    const { group } = task;
    machine.kernel.signalGroup(group.id.global, 'SIGKILL');
    await machine.settle();
    expect(group.members.size).toBe(0);
    expect(machine.kernel.tasks.size).toBe(1);
  });

  test('the same machine does the same again', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const [read, write] = await sys.pipe();
      for (let i = 0; i < 5; i++) {
        await sys.fork(async (self) => {
          for (let n = 0; n < 20; n++) {
            const pause = self.work(700 + i * 100);
            if (pause) await pause;
            await self.sys.write(write, encode(`${i} ${self.sys.clock_gettime('monotonic')}\n`));
          }
          return 0;
        });
      }
      await sys.close(write);
      for (;;) {
        const chunk = await sys.read(read, 100);
        if (chunk.length === 0) break;
        await sys.write(1, chunk);
      }
      return 0;
    };
    const once = async () => (await bootTestMachine({ programs: { main } }).run(['main'])).stdout;
    const first = await once();
    expect(first.split('\n')).toHaveLength(101);
    expect(await once()).toBe(first);
  });
});

describe('a module of the kernel', () => {
  const overlay: Program = async ({ sys, argv }) => {
    const layers = 'lowerdir=/l,upperdir=/u,workdir=/w';
    const code = await failure(sys.mount('overlay', '/tmp', argv[1] ?? 'overlay', 0, layers));
    const fd = await sys.open('/proc/filesystems', O_RDONLY);
    const known = decode(await sys.read(fd, 4096)).includes('overlay');
    await sys.write(1, encode(`${code} ${known}`));
    return 0;
  };
  const boot = (modules: ModuleSource) =>
    bootTestMachine({ programs: { overlay }, files: { '/l/': '', '/u/': '', '/w/': '' }, modules });
  const load: KernelModule = ({ vfs }) => vfs.register(overlayType);

  test.each([
    [
      'is loaded when a file system of its type is first mounted',
      new Map([['fs-overlay', load]]),
      'none true',
    ],
    ['is waited for', { get: () => Promise.resolve(load) }, 'none true'],
    ['that there is none of makes the type unknown', new Map(), 'ENODEV false'],
  ])('%s', async (_what, modules, expected) => {
    expect((await boot(modules).run(['overlay'])).stdout).toBe(expected);
  });

  test('brings netfilter when a table is first asked for', async () => {
    const tables: Program = async ({ sys }) => {
      const listed = sys.netlink({ type: 'IPT_GET', table: 'filter' });
      await sys.write(1, encode((await listed).map(({ name }) => name).join(' ')));
      return 0;
    };
    const machine = bootTestMachine({ programs: { tables } });
    expect(machine.kernel.namespaces.net.net.netfilter).toBeUndefined();
    expect((await machine.run(['tables'])).stdout).toBe('INPUT FORWARD OUTPUT');
    const without: Program = async ({ sys }) => {
      await sys.write(1, encode(await failure(sys.netlink({ type: 'IPT_GET', table: 'filter' }))));
      return 0;
    };
    expect(
      (await bootTestMachine({ programs: { without }, modules: new Map() }).run(['without'])).stdout,
    ).toBe('ENOPROTOOPT');
  });

  test('is loaded once', async () => {
    let loads = 0;
    const count = () => loads++;
    const machine = boot({ get: async () => count });
    await machine.run(['overlay']);
    await machine.run(['overlay']);
    expect(loads).toBe(1);
  });
});
