import { expect, test } from 'vitest';
import { login } from '../../kernel/credentials.ts';
import { bootTestMachine } from '../../kernel/testing.ts';
import { dash } from '../shell/index.ts';
import { program } from '../utility.ts';
import { dmesg } from './dmesg.ts';

const boot = () => bootTestMachine({ programs: { dash, dmesg: program(dmesg, 'gnu') } });

test('what the kernel and programs write to the log is shown by level and facility', async () => {
  const machine = boot();
  machine.kernel.log('something happened', 'err');
  const { stdout } = await machine.run([
    'dash',
    '-c',
    `echo '<5>from a program' > /dev/kmsg; dmesg -x -l err; dmesg -u -t; dmesg -t -l notice -k; dmesg -c > /dev/null; dmesg -S; dmesg`,
  ]);
  expect(stdout).toMatch(
    /^kern {2}:err {3}: \[ +[\d.]+\] something happened\nfrom a program\nLinux version .*\n$/,
  );
});

test('it is not for everybody', async () => {
  const { exit, stderr } = await boot().run(['dmesg'], { cred: login(1000, 1000) });
  expect([exit, stderr]).toEqual([1, 'dmesg: read kernel buffer failed: Operation not permitted\n']);
});
