import { expect, test } from 'vitest';
import { login } from '../../kernel/credentials.ts';
import { bootTestMachine } from '../../kernel/testing.ts';
import { chmod } from '../../vfs/attributes.ts';
import { utility } from '../lib/stdio.ts';
import { sudo } from './sudo.ts';

const whoami = utility(async (io) => {
  await io.stdout.write(
    `${io.sys.getuid()} ${io.sys.getgroups().join(',')} ${io.env.get('SUDO_USER')} ${io.env.get('SECRET')}\n`,
  );
  return 7;
});

function machine(mode = 0o4755) {
  const booted = bootTestMachine({
    programs: { '/usr/bin/sudo': sudo, '/usr/bin/report': whoami },
    files: {
      '/etc/passwd':
        'root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n',
      '/etc/group': 'root:x:0:\nsudo:x:27:ann\nann:x:1000:\nstaff:x:50:bob\nbob:x:1001:\n',
    },
  });
  chmod(booted.kernel.context, '/usr/bin/sudo', mode);
  return booted;
}

const ann = { cred: login(1000, 1000, [1000, 27]), env: { SECRET: 'x' } };
const bob = { cred: login(1001, 1001, [1001]) };

test('a member of the group sudo runs a command as root, in a clean environment, and gets its status', async () => {
  const booted = machine();
  expect(await booted.run(['/usr/bin/sudo', 'report'], ann)).toEqual({
    exit: 7,
    stdout: '0 0 ann undefined\n',
    stderr: '',
  });
});

test('-u chooses another user, with the groups of that user', async () => {
  const booted = machine();
  expect((await booted.run(['/usr/bin/sudo', '-u', 'bob', 'report'], ann)).stdout).toBe(
    '1001 50,1001 ann undefined\n',
  );
  expect(await booted.run(['/usr/bin/sudo', '-u', 'eve', 'report'], ann)).toMatchObject({
    exit: 1,
    stderr: 'sudo: unknown user eve\n',
  });
});

test('nobody else may', async () => {
  const booted = machine();
  expect(await booted.run(['/usr/bin/sudo', 'report'], bob)).toMatchObject({
    exit: 1,
    stdout: '',
    stderr: 'bob is not in the sudoers file.\n',
  });
});

test('without the setuid bit it says so', async () => {
  const booted = machine(0o755);
  expect((await booted.run(['/usr/bin/sudo', 'report'], ann)).stderr).toBe(
    'sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set\n',
  );
});
