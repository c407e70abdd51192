import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_RDONLY, O_WRONLY } from './fcntl.ts';
import type { Process, Program } from './program.ts';
import type { CloneOptions } from './syscalls.ts';
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

async function slurp({ sys }: Process, path: string): Promise<string> {
  const fd = await sys.open(path, O_RDONLY);
  let text = '';
  for (;;) {
    const chunk = await sys.read(fd, 65536);
    if (chunk.length === 0) break;
    text += decode(chunk);
  }
  await sys.close(fd);
  return text;
}

async function lines(main: Program): Promise<string[]> {
  const { stdout } = await bootTestMachine({ programs: { main } }).run(['main']);
  return stdout.split('\n').slice(0, -1);
}

/** Runs `child` in new namespaces and waits for it. */
async function inNew({ sys }: Process, namespaces: CloneOptions['namespaces'], child: Program) {
  const pid = await sys.fork(child, { namespaces });
  return (await sys.wait(pid))!.status;
}

describe('/proc/PID/ns', () => {
  test('has the links of Linux', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const fd = await sys.open('/proc/self/ns', O_RDONLY);
      const names = (await sys.getdents(fd)).map(({ name }) => name).filter((name) => !name.startsWith('.'));
      for (const name of names)
        await say(process, `${name} -> ${await sys.readlink(`/proc/self/ns/${name}`)}`);
      return 0;
    };
    expect(await lines(main)).toEqual([
      'cgroup -> cgroup:[4026531835]',
      'ipc -> ipc:[4026531839]',
      'mnt -> mnt:[4026531841]',
      'net -> net:[4026531840]',
      'pid -> pid:[4026531836]',
      'pid_for_children -> pid:[4026531836]',
      'time -> time:[4026531834]',
      'time_for_children -> time:[4026531834]',
      'user -> user:[4026531837]',
      'uts -> uts:[4026531838]',
    ]);
  });

  test('setns enters the namespace of another process', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const child = await sys.fork(
        async ({ sys: own }) => {
          await own.sethostname('inner');
          return own.pause();
        },
        { namespaces: ['uts'] },
      );
      await sys.nanosleep(1);
      await say(process, (await sys.uname()).nodename);
      const fd = await sys.open(`/proc/${child}/ns/uts`, O_RDONLY);
      await say(process, `${(await sys.fstat(fd)).ino === (await sys.stat(`/proc/${child}/ns/uts`)).ino}`);
      await say(process, await failure(sys.setns(fd, 'net')));
      await sys.setns(fd, 'uts');
      await sys.kill(child, 'SIGKILL');
      await say(process, (await sys.uname()).nodename);
      return 0;
    };
    expect(await lines(main)).toEqual(['test', 'true', 'EINVAL', 'inner']);
  });

  test('only with CAP_SYS_ADMIN', async () => {
    const main: Program = async (process) => {
      await process.sys.setuid(1000);
      await say(process, await failure(process.sys.unshare(['uts'])));
      await say(process, await failure(process.sys.fork(async () => 0, { namespaces: ['net'] })));
      await say(process, await failure(process.sys.readlink('/proc/1/ns/net')));
      return 0;
    };
    expect(await lines(main)).toEqual(['EPERM', 'EPERM', 'EACCES']);
  });
});

describe('a PID namespace', () => {
  test('begins with 1, and the parent knows another number', async () => {
    const main: Program = async (process) => {
      await inNew(process, ['pid', 'mnt'], async (init) => {
        const { sys } = init;
        await sys.mount('proc', '/proc', 'proc', 0);
        const child = await sys.fork(async ({ sys: own }) => own.pause());
        const [, status] = await Promise.all([0, slurp(init, `/proc/${child}/status`)]);
        await say(init, `${sys.getpid()} ${sys.getppid()} ${child} ${/^NSpid:\t(.*)$/m.exec(status)![1]}`);
        const fd = await sys.open('/proc', O_RDONLY);
        const pids = (await sys.getdents(fd)).map(({ name }) => name).filter((name) => /^\d+$/.test(name));
        await say(init, pids.join(' '));
        await say(init, await sys.readlink('/proc/self'));
        await say(init, await failure(sys.kill(300, 0)));
        return 5;
      });
      const outer = await slurp(process, '/proc/self/status');
      await say(process, /^NSpid:\t(.*)$/m.exec(outer)![1]!);
      return 0;
    };
    const [ids, pids, self, unseen, outer] = await lines(main);
    expect([ids, pids, self, unseen]).toEqual(['1 0 2 2', '1 2', '1', 'ESRCH']);
    expect(Number(outer)).toBeGreaterThan(300);
  });

  test('has a number for each thread, which nobody gets afterwards', async () => {
    const main: Program = async (process) => {
      await inNew(process, ['pid', 'mnt'], async (init) => {
        const { sys } = init;
        await sys.mount('proc', '/proc', 'proc', 0);
        const threads = async () => /^Threads:\t(.*)$/m.exec(await slurp(init, '/proc/self/status'))![1]!;
        const numbers = [await sys.createThread(), await sys.createThread()];
        await say(init, `${numbers} of ${await threads()}`);
        return sys.execve('/bin/next', ['next'], init.env);
      });
      return 0;
    };
    const next: Program = async (process) => {
      const child = await process.sys.fork(async () => 0);
      const status = await slurp(process, '/proc/self/status');
      await say(process, `${child}, ${/^Threads:\t(.*)$/m.exec(status)![1]}`);
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main, next } }).run(['main']);
    expect(stdout.split('\n').slice(0, -1)).toEqual(['2,3 of 3', '4, 1']);
  });

  test('dies with its init', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const [read, write] = await sys.pipe();
      const status = await inNew(process, ['pid'], async (init) => {
        await init.sys.close(read);
        for (let i = 0; i < 3; i++) await init.sys.fork(async ({ sys: own }) => own.pause());
        return 3;
      });
      await sys.close(write);
      await say(process, `${JSON.stringify(status)} ${(await sys.read(read, 1)).length}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['{"kind":"exited","code":3} 0']);
  });

  test('spares its init what that does not handle', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const init = await sys.fork(
        async (self) => {
          await self.sys.kill(1, 'SIGKILL');
          await self.sys.kill(1, 'SIGTERM');
          await self.sys.sigaction('SIGTERM', () => void say(self, 'heard'));
          await self.sys.kill(1, 'SIGTERM');
          await say(self, 'alive');
          await self.sys.sigaction('SIGTERM', 'default');
          return self.sys.pause();
        },
        { namespaces: ['pid'] },
      );
      await sys.nanosleep(10);
      await sys.kill(init, 'SIGTERM');
      await say(process, `${await sys.wait(init, { noHang: true })}`);
      await sys.kill(init, 'SIGKILL');
      await say(process, JSON.stringify((await sys.wait(init))!.status));
      return 0;
    };
    expect(await lines(main)).toEqual([
      'heard',
      'alive',
      'undefined',
      '{"kind":"signaled","signal":"SIGKILL","coreDumped":false}',
    ]);
  });

  test('unshare moves the children, not oneself', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const before = sys.getpid();
      await sys.unshare(['pid']);
      const child = await sys.fork(async (self) => {
        await say(self, `child ${self.sys.getpid()}`);
        return 0;
      });
      await sys.wait(child);
      await say(process, `${sys.getpid() === before} ${await failure(sys.fork(async () => 0))}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['child 1', 'true ENOMEM']);
  });
});

describe('a mount namespace', () => {
  test('hides its mounts from the others', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await inNew(process, ['mnt'], async (self) => {
        await self.sys.mount('tmpfs', '/tmp', 'tmpfs', 0);
        await self.sys.mkdir('/tmp/inner');
        await self.sys.stat('/tmp/inner');
        await say(self, `${(await slurp(self, '/proc/self/mounts')).includes('tmpfs /tmp tmpfs')}`);
        return 0;
      });
      await say(process, await failure(sys.stat('/tmp/inner')));
      await say(process, `${(await slurp(process, '/proc/self/mounts')).includes('tmpfs /tmp tmpfs')}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['true', 'ENOENT', 'false']);
  });

  test('pivot_root gives a container its root', async () => {
    const main: Program = async (process) => {
      await inNew(process, ['mnt', 'pid'], async (self) => {
        const { sys } = self;
        await sys.mount('tmpfs', '/tmp', 'tmpfs', 0);
        await sys.mkdir('/tmp/old');
        await sys.mkdir('/tmp/proc');
        await sys.pivot_root('/tmp', '/tmp/old');
        await sys.chdir('/');
        await sys.mount('proc', '/proc', 'proc', 0);
        await sys.umount('/old', 2);
        const fd = await sys.open('/', O_RDONLY);
        await say(
          self,
          (await sys.getdents(fd))
            .map(({ name }) => name)
            .sort()
            .join(' '),
        );
        await say(self, (await slurp(self, '/proc/self/mountinfo')).split('\n').length.toString());
        return 0;
      });
      await say(process, `${(await process.sys.stat('/bin/main')).mode.toString(8)}`);
      return 0;
    };
    expect(await lines(main)).toEqual(['. .. old proc', '3', '100755']);
  });
});

describe('a network namespace', () => {
  test('has its own loopback', async () => {
    const main: Program = async (process) => {
      const links = async (self: Process) =>
        (await self.sys.netlink({ type: 'RTM_GETLINK' })).map(({ name, up }) => `${name} ${up}`).join();
      await inNew(process, ['net'], async (self) => {
        await self.sys.netlink({ type: 'RTM_NEWLINK', name: 'br0', kind: 'bridge' });
        await say(self, await links(self));
        return 0;
      });
      await say(process, await links(process));
      return 0;
    };
    expect(await lines(main)).toEqual(['lo false,br0 false', 'lo false']);
  });

  test('a name bound to a namespace keeps it alive', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const fd = await sys.open('/run/n', O_WRONLY | 0o100);
      await sys.close(fd);
      const child = await sys.fork(async ({ sys: own }) => own.pause(), { namespaces: ['net'] });
      await sys.mount(`/proc/${child}/ns/net`, '/run/n', '', 4096);
      const name = await sys.readlink(`/proc/${child}/ns/net`);
      await sys.kill(child, 'SIGKILL');
      await sys.wait(child);
      const again = await sys.open('/run/n', O_RDONLY);
      await sys.setns(again, 'net');
      const own = await sys.readlink('/proc/self/ns/net');
      const row = (await slurp(process, '/proc/self/mountinfo'))
        .split('\n')
        .find((line) => line.includes('/run/n'))!;
      await say(
        process,
        `${own === name} ${row.includes(`${name} /run/n `)} ${row.endsWith('- nsfs nsfs rw')}`,
      );
      return 0;
    };
    expect(await lines(main)).toEqual(['true true true']);
  });
});
