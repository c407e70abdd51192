import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_RDONLY, O_WRONLY } from '../fcntl.ts';
import type { Process, Program } from '../program.ts';
import { bootTestMachine } from '../testing.ts';

const ROOT = '/sys/fs/cgroup';

const say = (process: Process, text: string) => process.sys.write(1, encode(`${text}\n`));

async function get({ sys }: Process, path: string): Promise<string> {
  const fd = await sys.open(`${ROOT}/${path}`, O_RDONLY);
  const text = decode(await sys.read(fd, 65536));
  await sys.close(fd);
  return text.trimEnd();
}

/** Writes a file of a cgroup; gives the error, if any. */
async function set({ sys }: Process, path: string, value: string): Promise<string> {
  const fd = await sys.open(`${ROOT}/${path}`, O_WRONLY);
  try {
    await sys.write(fd, encode(`${value}\n`));
    return 'ok';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  } finally {
    await sys.close(fd);
  }
}

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
}

async function lines(main: Program): Promise<string[]> {
  const { stdout } = await bootTestMachine({ programs: { main } }).run(['main']);
  return stdout.split('\n').slice(0, -1);
}

describe('cgroups', () => {
  test('are directories, and membership is inherited', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir(`${ROOT}/a`);
      await sys.mkdir(`${ROOT}/a/b`);
      await set(process, 'a/b/cgroup.procs', '0');
      const child = await sys.fork(async (self) => {
        const fd = await self.sys.open('/proc/self/cgroup', O_RDONLY);
        await self.sys.write(1, await self.sys.read(fd, 100));
        return 0;
      });
      await sys.wait(child);
      await say(process, `${(await get(process, 'a/b/cgroup.procs')) === String(sys.getpid())}`);
      await say(process, (await get(process, 'a/cgroup.events')).replace('\n', ', '));
      await say(process, await failure(sys.rmdir(`${ROOT}/a/b`)));
      await set(process, 'cgroup.procs', '0');
      await sys.rmdir(`${ROOT}/a/b`);
      await say(process, await failure(sys.rmdir(`${ROOT}/nothing`)));
      await say(process, await failure(sys.open(`${ROOT}/a/file`, O_WRONLY | 0o100)));
      return 0;
    };
    expect(await lines(main)).toEqual([
      '0::/a/b',
      'true',
      'populated 1, frozen 0',
      'EBUSY',
      'ENOENT',
      'EACCES',
    ]);
  });

  test('have the files of the controllers that the parent hands down', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir(`${ROOT}/a`);
      await say(process, await failure(sys.stat(`${ROOT}/a/memory.max`)));
      await say(process, await set(process, 'cgroup.subtree_control', '+memory +pids'));
      await say(
        process,
        `${await get(process, 'a/cgroup.controllers')}: ${await get(process, 'a/memory.max')}`,
      );
      await say(process, await set(process, 'a/memory.max', '64M'));
      await say(process, await get(process, 'a/memory.max'));
      await say(process, await set(process, 'a/memory.max', 'many'));
      await say(process, await set(process, 'a/cgroup.subtree_control', '+cpu'));
      return 0;
    };
    expect(await lines(main)).toEqual([
      'ENOENT',
      'ok',
      'memory pids: max',
      'ok',
      '67108864',
      'EINVAL',
      'ENOENT',
    ]);
  });

  test('pids.max refuses fork', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir(`${ROOT}/a`);
      await set(process, 'cgroup.subtree_control', '+pids');
      await set(process, 'a/pids.max', '2');
      await set(process, 'a/cgroup.procs', '0');
      await sys.fork(async (self) => self.sys.pause());
      await say(process, await failure(sys.fork(async () => 0)));
      await say(process, await get(process, 'a/pids.events'));
      return 0;
    };
    expect(await lines(main)).toEqual(['EAGAIN', 'max 1']);
  });

  test('memory.max kills', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir(`${ROOT}/a`);
      await set(process, 'cgroup.subtree_control', '+memory');
      await set(process, 'a/memory.max', '8M');
      const child = await sys.fork(
        async (self) => {
          await self.sys.brk(4 * 1024 * 1024);
          await say(self, 'four');
          await self.sys.brk(16 * 1024 * 1024);
          await say(self, 'sixteen');
          return 0;
        },
        { cgroup: `${ROOT}/a` },
      );
      await say(process, JSON.stringify((await sys.wait(child))!.status));
      await say(process, (await get(process, 'a/memory.events')).split('\n').slice(3, 5).join());
      return 0;
    };
    expect(await lines(main)).toEqual([
      'four',
      '{"kind":"signaled","signal":"SIGKILL","coreDumped":false}',
      'oom 1,oom_kill 1',
    ]);
  });

  test('freeze and kill all members', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      let steps = 0;
      await sys.mkdir(`${ROOT}/a`);
      const child = await sys.fork(
        async ({ sys: own }) => {
          for (;;) {
            await own.nanosleep(1);
            steps++;
          }
        },
        { cgroup: `${ROOT}/a` },
      );
      await sys.nanosleep(20);
      await set(process, 'a/cgroup.freeze', '1');
      const before = steps;
      await sys.nanosleep(50);
      await say(process, `${before > 10} ${steps === before}`);
      await set(process, 'a/cgroup.freeze', '0');
      await sys.nanosleep(5);
      await say(process, `${steps > before}`);
      await set(process, 'a/cgroup.kill', '1');
      await say(process, JSON.stringify((await sys.wait(child))!.status));
      return 0;
    };
    expect(await lines(main)).toEqual([
      'true true',
      'true',
      '{"kind":"signaled","signal":"SIGKILL","coreDumped":false}',
    ]);
  });

  test('a cgroup namespace shows its root as /', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.mkdir(`${ROOT}/a`);
      await set(process, 'a/cgroup.procs', '0');
      const show = async (self: Process, path: string) => {
        const fd = await self.sys.open(path, O_RDONLY);
        await self.sys.write(1, await self.sys.read(fd, 100));
      };
      const child = await sys.fork(
        async (self) => {
          await show(self, '/proc/self/cgroup');
          await show(self, '/proc/1/cgroup');
          return 0;
        },
        { namespaces: ['cgroup'] },
      );
      await sys.wait(child);
      await show(process, '/proc/self/cgroup');
      return 0;
    };
    expect(await lines(main)).toEqual(['0::/', '0::/..', '0::/a']);
  });
});
