import { expect, test } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { apr1 } from './apr1.ts';
import { htpasswd } from './htpasswd.ts';

function machine() {
  const m = bootTestMachine({ programs: { htpasswd: htpasswd() } });
  m.mkdir('/srv');
  return {
    m,
    async run(words: string, stdin = '') {
      const { exit, stdout, stderr } = await m.run(['htpasswd', ...words.split(' ')], { stdin });
      return `${stdout}${stderr}${exit === 0 ? '' : `rc ${exit}\n`}`;
    },
  };
}

/** What is said here is what htpasswd of Apache 2.4.71 was seen to say. */
test('users are added, changed, told apart and taken out', async () => {
  const { m, run } = machine();
  const say = (text: string, status?: number) => `${text}\n${status === undefined ? '' : `rc ${status}\n`}`;
  expect(await run('-b /srv/f u p')).toBe(
    say("htpasswd: cannot modify file /srv/f; use '-c' to create it", 1),
  );
  expect(await run('-Bbc /srv/f u p')).toBe(say('Adding password for user u'));
  expect(m.read('/srv/f')).toMatch(/^u:\$2y\$05\$[./A-Za-z0-9]{53}\n$/);
  expect(await run('-C 6 -bB /srv/f v w')).toBe(say('Adding password for user v'));
  expect(await run('-Bb /srv/f u q')).toBe(say('Updating password for user u'));
  expect(m.read('/srv/f')).toMatch(/^u:\$2y\$05\$.*\nv:\$2y\$06\$.*\n$/);
  expect(await run('-vb /srv/f u q')).toBe(say('Password for user u correct.'));
  expect(await run('-vb /srv/f u z')).toBe(say('password verification failed', 3));
  expect(await run('-vb /srv/f nobody z')).toBe(say('User nobody not found', 6));
  expect(await run('-vi /srv/f v', 'w\n')).toBe(say('Password for user v correct.'));
  expect(await run('-D /srv/f v')).toBe(say('Deleting password for user v'));
  expect(await run('-D /srv/f v')).toBe(say('User v not found'));
  expect(await run('-bp /srv/f u plain')).toBe(
    say(
      'Warning: storing passwords as plain text might just not work on this platform.\nUpdating password for user u',
    ),
  );
  expect(await run('-bs /srv/f s abc')).toBe(say('Adding password for user s'));
  expect(m.read('/srv/f')).toBe('u:plain\ns:{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n');
  expect(await run('-bn u p')).toMatch(/^u:\$apr1\$[./A-Za-z0-9]{8}\$[./A-Za-z0-9]{22}\n\n$/);
  expect(await run('-c /srv/g u', 'typed\ntyped\n')).toBe(say('Adding password for user u'));
  expect(await run('-vb /srv/g u typed')).toBe(say('Password for user u correct.'));
  expect(await run('-c /srv/g u', 'one\ntwo\n')).toBe(say('htpasswd: password verification error', 3));
});

test('what it does not take', async () => {
  const { run } = machine();
  expect(await run('-bBc /srv/f a:b c')).toBe("htpasswd: username contains illegal character ':'\nrc 6\n");
  expect(await run(`-bBc /srv/f ${'x'.repeat(256)} c`)).toBe('htpasswd: username too long (> 255)\nrc 5\n');
  for (const cost of ['3', '18'])
    expect(await run(`-nbBC ${cost} u p`)).toBe(
      'htpasswd: Unable to encode with bcrypt: Invalid argument\nrc 3\n',
    );
  for (const words of ['-bc /srv/f u', '-B /srv/f', '-nBb u'])
    expect(await run(words)).toMatch(/^Usage:\n\thtpasswd \[-cimB25dpsDv\][\s\S]*\nrc 2\n$/);
  expect(await run('-z')).toMatch(/^htpasswd: illegal option -- z\nUsage:\n/);
  expect(await run('-cn /srv/f u')).toBe('htpasswd: only one of -c -n -v -D may be specified\nrc 2\n');
  expect(await run('-Bbc /none/f u p')).toBe('htpasswd: cannot create file /none/f\nrc 1\n');
  expect(await run('-5bn u p')).toContain('not simulated');
});

test("Apache's MD5", () => {
  // By htpasswd and by openssl passwd -apr1.
  expect(apr1('abc', 'HUfZQGkn')).toBe('$apr1$HUfZQGkn$0RGaJYjFAJ7xBWX1pSb1g/');
  expect(apr1('abc', 'kbkNAwZ8')).toBe('$apr1$kbkNAwZ8$kyI.nci6By2dA/ObwW9Ie1');
});
