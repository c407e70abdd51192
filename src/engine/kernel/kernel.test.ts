import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_CREAT, O_RDONLY, O_WRONLY } from './fcntl.ts';
import type { Process, Program } from './program.ts';
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
    const code = await failure(sys.execve(argv[1]!, argv.slice(1), env));
    await sys.write(1, encode(code));
    return 126;
  };
  const machine = () =>
    bootTestMachine({
      programs: { exec, echo },
      files: {
        '/s/plain': 'no script',
        '/s/script': '#!/bin/echo  one two \nbody',
        '/s/nested': '#!/s/script\n',
        '/s/lost': '#!/no/such\n',
        '/s/loop': '#!/s/loop\n',
        '/s/empty': '#!\n',
        '/s/foreign': new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
        '/s/dir/': '',
      },
    });

  test.each([
    ['/s/script', '/bin/echo', 'one two /s/script\n', 0],
    ['/s/nested', '', 'one two /s/script /s/nested\n', 0],
    ['/s/lost', '', 'ENOENT', 126],
    ['/s/nothing', '', 'ENOENT', 126],
    ['/s/loop', '', 'ELOOP', 126],
    ['/s/empty', '', 'ENOEXEC', 126],
    ['/s/dir', '', 'EACCES', 126],
    ['/s/plain', '', 'EACCES', 126],
    ['/s/plain/x', '', 'ENOTDIR', 126],
  ])('%s', async (path, _interpreter, stdout, exit) => {
    expect(await machine().run(['exec', path])).toEqual({ exit, stdout, stderr: '' });
  });

  test('a file that is no program is refused as such', async () => {
    const m = machine();
    m.write('/s/x', 'no script', 0o755);
    m.write('/s/elf', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), 0o755);
    expect((await m.run(['exec', '/s/x'])).stdout).toBe('ENOEXEC');
    expect((await m.run(['exec', '/s/elf'])).stdout).toBe('ENOEXEC');
  });
});
