import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { login } from '../credentials.ts';
import { O_RDONLY, O_WRONLY } from '../fcntl.ts';
import type { Process, Program } from '../program.ts';
import { bootTestMachine } from '../testing.ts';

const say = (process: Process, text: string) => process.sys.write(1, encode(`${text}\n`));

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

const cat: Program = async (process) => {
  for (const path of process.argv.slice(1)) await process.sys.write(1, encode(await slurp(process, path)));
  return 0;
};

const show = async (...paths: string[]) =>
  (await bootTestMachine({ programs: { cat } }).run(['cat', ...paths])).stdout;

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
}

describe('/proc/PID', () => {
  test('tells of the process that asks', async () => {
    expect(await show('/proc/self/cmdline')).toBe('cat\0/proc/self/cmdline\0');
    expect(await show('/proc/self/comm')).toBe('cat\n');
    expect(await show('/proc/self/environ')).toBe('PATH=/bin\0HOME=/root\0');
    expect(await show('/proc/thread-self/comm')).toBe('cat\n');
    expect(await show('/proc/1/comm')).toBe('test-init\n');
  });

  test('stat has the fields of Linux in their places', async () => {
    const fields = (await show('/proc/self/stat')).trimEnd().split(' ');
    expect(fields).toHaveLength(52);
    expect(fields.slice(1, 8)).toEqual(['(cat)', 'R', '1', fields[0], fields[0], '0', '-1']);
    expect(fields.slice(17, 20)).toEqual(['20', '0', '1']);
  });

  test.skipIf(!existsSync('/proc/self/status'))(
    'status and limits look like those of the kernel below',
    async () => {
      const names = (text: string) => [...text.matchAll(/^(\w+):\t/gm)].map(([, name]) => name!);
      const real = names(readFileSync('/proc/self/status', 'utf8'));
      const ours = names(await show('/proc/self/status'));
      expect(ours.filter((name) => real.includes(name))).toEqual(real.filter((name) => ours.includes(name)));
      const columns = (text: string) => text.split('\n').map((line) => line.slice(0, 25));
      expect(columns(await show('/proc/self/limits'))).toEqual(
        columns(readFileSync('/proc/self/limits', 'utf8')),
      );
    },
  );

  test('fd has a link for each descriptor, which can be opened again', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await sys.open('/etc/a', O_RDONLY);
      const [read, write] = await sys.pipe();
      await say(process, await sys.readlink('/proc/self/fd/3'));
      await say(process, `${/^pipe:\[\d+\]$/.test(await sys.readlink(`/proc/self/fd/${read}`))}`);
      await say(process, (await sys.lstat('/proc/self/fd/3')).mode.toString(8));
      const again = await sys.open(`/proc/self/fd/${write}`, O_WRONLY);
      await sys.write(again, encode('through the link'));
      await say(process, decode(await sys.read(read, 100)));
      const file = await sys.open('/proc/self/fd/3', O_RDONLY);
      await say(process, decode(await sys.read(file, 100)));
      await sys.unlink('/etc/a');
      await say(process, await sys.readlink('/proc/self/fd/3'));
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main }, files: { '/etc/a': 'text' } }).run([
      'main',
    ]);
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      '/etc/a',
      'true',
      '120500',
      'through the link',
      'text',
      '/etc/a (deleted)',
    ]);
  });

  test('is closed to others where it tells secrets', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      for (const path of ['/proc/1/environ', '/proc/1/fd'])
        await say(process, await failure(sys.open(path, O_RDONLY)));
      for (const name of ['cwd', 'exe', 'root'])
        await say(process, await failure(sys.readlink(`/proc/1/${name}`)));
      await say(process, await failure(sys.open('/proc/1/status', O_RDONLY)));
      await say(process, await sys.readlink('/proc/self/exe'));
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main } }).run(['main'], {
      cred: login(1000, 1000),
    });
    expect(stdout.split('\n').slice(0, -1)).toEqual([...Array(5).fill('EACCES'), 'none', '/bin/main']);
  });

  test('is gone with the process, and a zombie shows little', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const child = await sys.fork(async () => 3);
      await sys.nanosleep(1);
      await say(process, /^State:\t(.*)$/m.exec(await slurp(process, `/proc/${child}/status`))![1]!);
      await say(process, JSON.stringify(await slurp(process, `/proc/${child}/cmdline`)));
      await say(process, await failure(sys.readlink(`/proc/${child}/exe`)));
      await sys.wait(child);
      await say(process, await failure(sys.stat(`/proc/${child}`)));
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main } }).run(['main']);
    expect(stdout).toBe('Z (zombie)\n""\nENOENT\nENOENT\n');
  });
});

describe('/proc', () => {
  test('tells of the machine', async () => {
    expect(await show('/proc/loadavg')).toMatch(/^\d\.\d\d \d\.\d\d \d\.\d\d \d+\/\d+ \d+\n$/);
    expect(await show('/proc/uptime')).toMatch(/^\d+\.\d\d \d+\.\d\d\n$/);
    expect(await show('/proc/meminfo')).toMatch(
      /^MemTotal: {8}2097152 kB\nMemFree: +\d+ kB\nMemAvailable: +\d+ kB\n/,
    );
    expect(await show('/proc/filesystems')).toContain('nodev\tcgroup2\n');
    expect(await show('/proc/mounts')).toContain('/dev/vda1 / ext4 rw,relatime 0 0\n');
    expect(await show('/proc/sys/kernel/hostname')).toBe('test\n');
    expect(await show('/proc/net/dev')).toMatch(/\n {4}lo: {7}0 {7}0 {4}0 /);
    expect(await show('/proc/cpuinfo')).toMatch(/^processor\t: 0\n/);
  });

  test('/proc/sys can be written', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      const fd = await sys.open('/proc/sys/kernel/hostname', O_WRONLY | 0o1000);
      await sys.write(fd, encode('renamed\n'));
      const forward = await sys.open('/proc/sys/net/ipv4/ip_forward', O_WRONLY);
      await sys.write(forward, encode('1\n'));
      await say(
        process,
        `${(await sys.uname()).nodename} ${await slurp(process, '/proc/sys/net/ipv4/ip_forward')}`,
      );
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main } }).run(['main']);
    expect(stdout).toBe('renamed 1\n\n');
  });

  test('nothing can be made in it', async () => {
    const main: Program = async (process) => {
      const { sys } = process;
      await say(process, await failure(sys.mkdir('/proc/x')));
      await say(process, await failure(sys.unlink('/proc/uptime')));
      await say(process, await failure(sys.rmdir('/proc/1')));
      await say(process, await failure(sys.mkdir('/sys/x')));
      return 0;
    };
    const { stdout } = await bootTestMachine({ programs: { main } }).run(['main']);
    expect(stdout).toBe('ENOENT\nEPERM\nEPERM\nEPERM\n');
  });
});
