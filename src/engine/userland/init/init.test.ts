import { expect, test } from 'vitest';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { dash } from '../shell/index.ts';
import { utilities } from '../utilities.ts';
import { program } from '../utility.ts';
import { init, SOCKETS_OPEN } from './init.ts';
import { Unit } from './unit.ts';

/** Serves one connection at the socket that it is handed, then ends. */
const once: Program = async ({ sys, env }) => {
  await sys.write(
    1,
    encode(`${env.get('LISTEN_FDS')} for ${Number(env.get('LISTEN_PID')) === sys.getpid()}\n`),
  );
  const { fd } = await sys.accept(3);
  await sys.write(fd, encode('served\n'));
  return 0;
};

/** Connects to a socket and prints what comes, or why nothing does. */
const ask: Program = async ({ sys, argv }) => {
  const fd = await sys.socket('unix', 'stream');
  try {
    await sys.connect(fd, { family: 'unix', path: argv[1]! });
    await sys.write(1, await sys.read(fd, 100));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await sys.write(1, encode(error.code));
  }
  return 0;
};

/** A machine whose services are these units, all enabled. */
function boot(units: Record<string, string>): TestMachine {
  const machine = bootTestMachine({
    programs: {
      init,
      once,
      ask,
      dash,
      ...Object.fromEntries([...utilities('gnu')].map(([name, tool]) => [name, program(tool, 'gnu')])),
    },
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
      '/etc/group': 'root:x:0:\ndocker:x:999:\n',
      '/var/log/': '',
      '/run/': '',
      ...Object.fromEntries(
        Object.entries(units).flatMap(([name, text]) => [
          [`/usr/lib/systemd/system/${name}`, text],
          [
            `/etc/systemd/system/${name.endsWith('socket') ? 'sockets' : 'multi-user'}.target.wants/${name}`,
            '',
          ],
        ]),
      ),
    },
  });
  machine.kernel.init = machine.kernel.spawn({ path: '/bin/init', argv: ['init'] }).task;
  return machine;
}

const processes = (machine: TestMachine, name: string) =>
  machine
    .ps()
    .split('\n')
    .filter((line) => line.includes(name)).length;

test('a unit file is read as systemd reads it', () => {
  const unit = new Unit(
    'x.service',
    '# a comment\n[Unit]\nAfter=a.service b.service\nAfter = c.service\n[Service]\nExecStart=/bin/one\nExecStart=\nExecStart=/bin/two \\\n  -x\nRestartSec=1min\n;TimeoutSec=3\nWatchdogSec=250ms\n',
  );
  expect(unit.words('Unit', 'After')).toEqual(['a.service', 'b.service', 'c.service']);
  expect(unit.words('Service', 'ExecStart')).toEqual(['/bin/two', '-x']);
  expect(unit.get('Service', 'TimeoutSec')).toBeUndefined();
  expect([unit.span('Service', 'RestartSec', 1), unit.span('Service', 'WatchdogSec', 1)]).toEqual([
    60_000, 250,
  ]);
  expect(unit.span('Service', 'TimeoutSec', 7)).toBe(7);
});

test('services start in their order once the network is up, keep their output, and orphans are reaped', async () => {
  const machine = boot({
    'first.service': '[Unit]\nAfter=second.service\n[Service]\nExecStart=/bin/dash /bin/first\n',
    'nosuch.service': '[Service]\nExecStart=/bin/nosuch -x\n',
    'second.service': '[Service]\nExecStart=/bin/dash /bin/second\n',
  });
  machine.write('/bin/first', 'echo first >>/var/log/order; echo up; (sleep 1 &); sleep 1000\n');
  machine.write('/bin/second', 'echo second >>/var/log/order; sleep 1000\n');
  await machine.advance(900);
  expect(machine.kernel.init?.published.has(SOCKETS_OPEN)).toBe(true);
  expect(processes(machine, 'sleep')).toBe(0);
  await machine.advance(3000);
  expect(machine.read('/var/log/order')).toBe('second\nfirst\n');
  expect(machine.read('/var/log/dash.log')).toBe('up\n');
  expect(machine.read('/var/log/nosuch.log')).toBe(
    'nosuch.service: Failed at step EXEC spawning /bin/nosuch: No such file or directory\n',
  );
  expect(machine.ps()).not.toContain(' Z ');
});

test('a socket is there before its service, which finds whoever has connected, and is started again by the next', async () => {
  const machine = boot({
    'docker.socket': '[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\nSocketGroup=docker\n',
    'docker.service': '[Service]\nExecStart=/bin/once\n',
  });
  await machine.advance(10);
  expect((await machine.run(['stat', '-c', '%A %u:%g', '/run/docker.sock'])).stdout).toBe(
    'srw-rw---- 0:999\n',
  );
  expect((await machine.run(['ask', '/run/docker.sock'])).stdout).toBe('served\n');
  expect(machine.clock.now()).toBeGreaterThan(1000);
  await machine.advance(5000);
  expect(processes(machine, 'once')).toBe(0);
  expect((await machine.run(['ask', '/run/docker.sock'])).stdout).toBe('served\n');
  expect(machine.read('/var/log/once.log')).toBe('1 for true\n1 for true\n');
});

test.each([
  ['always', 0, 3],
  ['on-failure', 0, 1],
  ['on-failure', 1, 3],
  ['no', 1, 1],
])(
  'Restart=%s, status %d: started %d times, as often as the limit allows',
  async (restart, status, times) => {
    const machine = boot({
      'x.socket': '[Socket]\nListenStream=/run/x\n',
      'x.service': `[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=60\n[Service]\nExecStart=/bin/dash /bin/x\nRestart=${restart}\nRestartSec=2\n`,
    });
    machine.write('/bin/x', `echo started; exit ${status}\n`);
    await machine.advance(2000);
    expect(machine.read('/var/log/dash.log')).toBe('started\n');
    await machine.advance(20_000);
    expect(machine.read('/var/log/dash.log')).toBe('started\n'.repeat(times));
    // Who connects has it started again, as long as the limit allows; then it has failed, and its socket with it.
    if (times < 3) expect((await machine.run(['ask', '/run/x'])).stdout).toBe('ECONNRESET');
    expect((await machine.run(['ask', '/run/x'])).stdout).toBe('ECONNREFUSED');
    expect(machine.read('/var/log/dash.log')).toBe('started\n'.repeat(3));
  },
);
