import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { login } from './credentials.ts';
import { O_RDONLY, O_WRONLY } from './fcntl.ts';
import type { Process, Program } from './program.ts';
import { bootTestMachine } from './testing.ts';

type Say = (text: unknown) => Promise<void>;
type Main = (process: Process, say: Say) => Promise<void>;

/** What a program says, line by line, run by a user of the machine. */
async function lines(main: Main, uid = 0): Promise<string[]> {
  const program: Program = async (process) => {
    await main(process, async (text) => void (await process.sys.write(1, encode(`${text}\n`))));
    return 0;
  };
  const machine = bootTestMachine({ programs: { main: program }, files: { '/etc/motd': 'hello\n' } });
  const { stdout } = await machine.run(['main'], { cred: login(uid, uid) });
  return stdout.split('\n').slice(0, -1);
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

async function write({ sys }: Process, path: string, text: string): Promise<void> {
  const fd = await sys.open(path, O_WRONLY);
  try {
    await sys.write(fd, encode(text));
  } finally {
    await sys.close(fd);
  }
}

async function read({ sys }: Process, path: string): Promise<string> {
  const fd = await sys.open(path, O_RDONLY);
  const text = decode(await sys.read(fd, 65536));
  await sys.close(fd);
  return text;
}

describe('a user namespace', () => {
  test('gives a plain user every right inside, and no id before there is a map', async () => {
    const main: Main = async (process, say) => {
      const { sys } = process;
      await say(await failure(sys.unshare(['uts'])));
      await sys.unshare(['user']);
      await say(`${sys.getuid()} ${sys.getgid()} ${(await sys.capget()).effective}`);
      await write(process, '/proc/self/uid_map', '0 1000 1\n');
      await say(await failure(write(process, '/proc/self/gid_map', '0 1000 1')));
      await write(process, '/proc/self/setgroups', 'deny');
      await write(process, '/proc/self/gid_map', '0 1000 1');
      await say(`${sys.getuid()} ${sys.getgid()} ${await failure(sys.setgroups([0]))}`);
      await say((await read(process, '/proc/self/uid_map')).trim().split(/\s+/).join(' '));
      const { uid, gid } = await sys.stat('/etc/motd');
      await say(`${uid} ${gid}`);
      await say(`${await failure(sys.setuid(7))} ${await failure(sys.chown('/tmp', 0, 0))}`);
    };
    expect(await lines(main, 1000)).toEqual([
      'EPERM',
      '65534 65534 000001ffffffffff',
      'EPERM',
      '0 0 EPERM',
      '0 1000 1',
      '65534 65534',
      'EINVAL EPERM',
    ]);
  });

  test('has rights over what it owns, and over nothing else', async () => {
    const main: Main = async ({ sys }, say) => {
      await sys.unshare(['user']);
      await say(await failure(sys.sethostname('outer')));
      await say(await failure(sys.mount('none', '/tmp', 'tmpfs', 0)));
      await say(await failure(sys.netlink({ type: 'RTM_SETLINK', name: 'lo', change: { up: true } })));
      await say(await failure(sys.kill(1, 'SIGTERM')));
      await sys.unshare(['uts', 'mnt', 'net']);
      await say(await failure(sys.sethostname('inner')));
      await say(await failure(sys.mount('none', '/tmp', 'tmpfs', 0)));
      await say(await failure(sys.mount('none', '/tmp', 'devtmpfs', 0)));
      await say(await failure(sys.netlink({ type: 'RTM_SETLINK', name: 'lo', change: { up: true } })));
      await say(await failure(sys.mknod('/tmp/null', 0o20666, 0x103)));
    };
    expect(await lines(main, 1000)).toEqual([
      'EPERM',
      'EPERM',
      'EPERM',
      'EPERM',
      'none',
      'none',
      'EPERM',
      'none',
      'EPERM',
    ]);
  });

  test('is ruled by its maker from outside, and by root', async () => {
    const main: Main = async (process, say) => {
      const { sys } = process;
      const child = await sys.fork(async (self) => self.sys.pause(), { namespaces: ['user', 'uts'] });
      await write(process, `/proc/${child}/uid_map`, '0 1000 1');
      await say(await failure(write(process, `/proc/${child}/uid_map`, '0 1000 1')));
      const user = await sys.open(`/proc/${child}/ns/user`, O_RDONLY);
      const uts = await sys.open(`/proc/${child}/ns/uts`, O_RDONLY);
      await say(await failure(sys.setns(uts, 'uts')));
      await sys.setns(user, 'user');
      await say(`${sys.getuid()} ${await failure(sys.setns(user, 'user'))}`);
      await sys.setns(uts, 'uts');
      await say(await failure(sys.sethostname('ours')));
    };
    expect(await lines(main, 1000)).toEqual(['EPERM', 'EPERM', '0 EINVAL', 'none']);
  });

  test('maps ids for good by one write, and says what is wrong with it', async () => {
    const main: Main = async (process, say) => {
      const { sys } = process;
      const child = await sys.fork(async (self) => self.sys.pause(), { namespaces: ['user'] });
      const map = (text: string) => failure(write(process, `/proc/${child}/uid_map`, text));
      await say(await map('zero'));
      await say(await map('0 100000 65536\n5 300000 1'));
      await say(await map('0 0 4294967296'));
      await say(await map(Array.from({ length: 341 }, (_, i) => `${i * 2} ${100000 + i} 1`).join('\n')));
      await say(await map('0 100000 65536\n65536 1000 1\n'));
      await say(await read(process, `/proc/${child}/uid_map`));
    };
    expect(await lines(main)).toEqual([
      'EINVAL',
      'EINVAL',
      'EINVAL',
      'EINVAL',
      'none',
      '         0     100000      65536',
      '     65536       1000          1',
      '',
    ]);
  });

  test('nests 33 deep', async () => {
    const main: Main = async ({ sys }, say) => {
      for (let level = 0; ; level++) {
        const error = await failure(sys.unshare(['user']));
        if (error === 'none') {
          const fd = await sys.open('/proc/self/uid_map', O_WRONLY);
          await sys.write(fd, encode('0 0 1'));
          await sys.close(fd);
          const setgroups = await sys.open('/proc/self/setgroups', O_WRONLY);
          await sys.write(setgroups, encode('deny'));
          const gids = await sys.open('/proc/self/gid_map', O_WRONLY);
          await sys.write(gids, encode('0 0 1'));
          continue;
        }
        await say(`${level} ${error}`);
        return;
      }
    };
    expect(await lines(main)).toEqual(['33 ENOSPC']);
  });
});
