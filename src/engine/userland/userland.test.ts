import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { openWindow } from '../kernel/controlling-terminal.ts';
import { bootTestMachine, type TestMachine } from '../kernel/testing.ts';
import { busybox } from './busybox/busybox.ts';
import { helloWorld } from './hello.ts';
import { ash, dash } from './shell/index.ts';
import { utilities } from './utilities.ts';
import { BUSYBOX_ALPINE, BUSYBOX_DEBIAN, program } from './utility.ts';

const programs = {
  dash,
  sh: dash,
  'hello-world': helloWorld,
  busybox: busybox({ ash, sh: ash }, BUSYBOX_DEBIAN),
  'busybox-alpine': busybox({ ash, sh: ash }, BUSYBOX_ALPINE),
  ...Object.fromEntries([...utilities('gnu')].map(([name, tool]) => [name, program(tool, 'gnu')])),
};

const boot = (files: Record<string, string> = {}): TestMachine =>
  bootTestMachine({
    programs,
    files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n', '/etc/group': 'root:x:0:\n', ...files },
  });

const sh = (machine: TestMachine, line: string) => machine.run(['dash', '-c', line]);

/** Runs a command on a terminal; gives what it shows. `keys` are typed one after the other. */
async function onTerminal(
  machine: TestMachine,
  argv: string[],
  keys: string[] = [],
): Promise<{ shown: string; ended: boolean }> {
  let shown = '';
  const window = openWindow(machine.kernel, {
    size: { columns: 60, rows: 10 },
    onOutput: (bytes) => (shown += decode(bytes)),
  });
  const { task } = machine.kernel.spawn({
    path: `/bin/${argv[0]}`,
    argv,
    env: new Map([['PATH', '/bin']]),
    terminal: window.path,
  });
  await machine.advance(50);
  for (const key of keys) {
    window.write(encode(key));
    await machine.advance(200);
  }
  return { shown, ended: task.zombie };
}

describe('streams', () => {
  test('an endless writer ends when nobody reads', async () => {
    expect(await sh(boot(), 'yes | head -n 100000 | wc -l')).toEqual({
      exit: 0,
      stdout: '100000\n',
      stderr: '',
    });
  });

  test('tail -f shows what is added', async () => {
    const machine = boot({ '/log': 'one\n' });
    const { stdout } = await sh(machine, 'tail -f /log & sleep 1; echo two >> /log; sleep 1; kill $!; wait');
    expect(stdout).toBe('one\ntwo\n');
  });

  test('tail -F goes on with the new file of that name', async () => {
    const machine = boot({ '/log': 'one\n' });
    const { stdout } = await sh(
      machine,
      'tail -F /log 2>/dev/null & sleep 1; mv /log /old; echo two > /log; sleep 1; kill $!; wait',
    );
    expect(stdout).toBe('one\ntwo\n');
  });

  test('timeout ends what takes too long', async () => {
    expect((await sh(boot(), 'timeout 1 sleep 100; echo $?')).stdout).toBe('124\n');
    expect((await sh(boot(), 'timeout -s KILL 1 sleep 100; echo $?')).stdout).toContain('137\n');
  });
});

describe('processes', () => {
  test('ps in its three manners', async () => {
    const machine = boot();
    const aux = await sh(machine, 'sleep 50 & ps aux; kill $!');
    expect(aux.stdout.split('\n')[0]).toBe(
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
    );
    expect(aux.stdout).toMatch(
      /^root +\d+ +[\d.]+ +[\d.]+ +\d+ +\d+ \? {8}S\S* +\d\d:\d\d {3}0:00 sleep 50$/m,
    );
    const ef = await sh(machine, 'ps -ef');
    expect(ef.stdout.split('\n')[0]).toBe('UID          PID    PPID  C STIME TTY          TIME CMD');
    const own = await machine.run(['busybox', 'ps']);
    expect(own.stdout).toMatch(/^PID {3}USER {5}COMMAND\n +1 root {5}\{test-init\} init\n/);
    await sh(machine, 'ln -s /bin/busybox-alpine /tmp/ps');
    expect((await machine.run(['/tmp/ps'])).stdout).toMatch(
      /^PID {3}USER {5}TIME {2}COMMAND\n +1 root {6}0:00 /,
    );
    expect((await sh(machine, 'ps -p 1 -o pid=,comm=')).stdout).toBe('      1 test-init\n');
  });

  test('a tree of processes', async () => {
    const { stdout } = await sh(boot(), 'sleep 50 & ps -e --forest -o cmd; kill $!');
    expect(stdout).toContain(' \\_ sleep 50\n');
  });

  test('pgrep and pkill find by name', async () => {
    const { stdout } = await sh(
      boot(),
      'sleep 50 & pgrep -a sleep | grep -c "sleep 50"; pkill sleep; wait; pgrep sleep; echo $?',
    );
    expect(stdout).toBe('1\n1\n');
  });

  test('top once', async () => {
    const { stdout } = await sh(boot(), 'top -b -n1');
    expect(stdout).toContain(
      '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n',
    );
    expect(stdout).toContain(' top\n');
  });
});

describe('mounts', () => {
  test('mount, list, unmount', async () => {
    const machine = boot();
    const { stdout, stderr } = await sh(
      machine,
      'mkdir /m && mount -t tmpfs -o size=1m none /m && mount | grep " /m " && findmnt -n -o FSTYPE /m && mountpoint /m; umount /m; mountpoint /m; echo $?',
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^none on \/m type tmpfs \(rw,relatime.*\)\ntmpfs\n\/m is a mountpoint\n\/m is not a mountpoint\n32\n$/,
    );
  });

  test('what cannot be mounted is refused in the words of util-linux', async () => {
    const { stderr, exit } = await sh(boot(), 'umount /tmp');
    expect([exit, stderr]).toEqual([32, 'umount: /tmp: not mounted.\n']);
    expect((await sh(boot(), 'mount -t strange none /tmp')).stderr).toMatch(
      /^mount: \/tmp: unknown filesystem type 'strange'\.\n/,
    );
  });

  test('df shows the file systems that hold files', async () => {
    const { stdout } = await sh(boot(), 'mount -t tmpfs shm /tmp; df -h /tmp');
    expect(stdout).toMatch(/^Filesystem +Size +Used Avail Use% Mounted on\nshm .* \/tmp\n$/);
  });
});

describe('at a terminal', () => {
  test('ls makes columns', async () => {
    const machine = boot({ '/d/alpha': '', '/d/beta': '', '/d/gamma x': '' });
    expect((await onTerminal(machine, ['ls', '/d'])).shown).toBe(" alpha\t beta  'gamma x'\r\n");
  });

  test('less pages and quits', async () => {
    const machine = boot({ '/t': Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join('') });
    const { shown, ended } = await onTerminal(machine, ['less', '/t'], [' ', 'G', 'q']);
    expect(ended).toBe(true);
    expect(shown).toContain('line 1\r\n');
    expect(shown).toContain('line 18\r\n');
    expect(shown).toContain('(END)');
  });

  test('top quits at q', async () => {
    const { shown, ended } = await onTerminal(boot(), ['top'], ['q']);
    expect(shown).toContain('Tasks:');
    expect(ended).toBe(true);
  });

  test('editors open the file beside the terminal', async () => {
    const { shown } = await onTerminal(boot(), ['nano', '/etc/passwd']);
    expect(shown).toBe(
      '\x1b]5522;edit;0;0;/etc/passwd\x07/etc/passwd is open in the editor beside the terminal.\r\n',
    );
    expect((await onTerminal(boot(), ['vi', '+3', '/etc/passwd'])).shown).toContain('edit;0;3;/etc/passwd');
    expect((await onTerminal(boot(), ['code', '-g', '/etc/passwd:7:2', '/etc'])).shown).toMatch(
      /edit;0;7;\/etc\/passwd.*\r\n.*edit;0;0;\/etc\x07/,
    );
    expect((await onTerminal(boot(), ['vi', '/etc'])).shown).toBe('vi: /etc is a directory\r\n');
  });

  test('Ctrl-C ends a sleeper', async () => {
    expect((await onTerminal(boot(), ['sleep', '100'], ['\x03'])).ended).toBe(true);
  });
});

describe('BusyBox', () => {
  test('what it cannot do it says', async () => {
    const machine = boot();
    expect(await machine.run(['busybox', 'nosuch'])).toEqual({
      exit: 127,
      stdout: '',
      stderr: 'nosuch: applet not found\n',
    });
    await machine.run(['ln', '-s', '/bin/busybox', '/bin/httpd']);
    expect(await machine.run(['httpd'])).toEqual({
      exit: 126,
      stdout: '',
      stderr: 'httpd: not simulated in Drydock\n',
    });
  });

  test('each build speaks as its C library does', async () => {
    const machine = boot();
    await machine.run(['ln', '-s', '/bin/busybox-alpine', '/tmp/ls']);
    const { stderr, exit } = await machine.run(['/tmp/ls', '-Z9']);
    expect(stderr).toMatch(
      /^ls: unrecognized option: Z\nBusyBox v1\.37\.0 .*multi-call binary\.\n\nUsage: ls /,
    );
    expect(exit).toBe(1);
  });

  test('a shell whose commands are applets', async () => {
    const machine = boot();
    for (const name of ['ls', 'sed', 'echo']) await machine.run(['ln', '-s', '/bin/busybox', `/usr/${name}`]);
    const { stdout } = await machine.run(['busybox', 'sh', '-c', 'ls /usr | sed s/e/E/'], {
      env: { PATH: '/usr' },
    });
    expect(stdout).toBe('Echo\nls\nsEd\n');
  });
});

test('hello-world greets as the real one', async () => {
  const { stdout } = await boot().run(['hello-world']);
  expect(stdout).toMatch(
    /^\nHello from Docker!\nThis message shows that your installation appears to be working correctly\.\n\n/,
  );
});
