import { expect, test } from 'vitest';
import { spawnCaptured } from '../../kernel/capture.ts';
import { bootTestMachine } from '../../kernel/testing.ts';
import { ip } from '../net/ip/ip.ts';
import { nc } from '../net/nc.ts';
import { memcached } from './memcached.ts';

/** What memcached 1.6.18 answered to each, one after the other on one connection; `\n` is sent as CR LF. */
const RECORDED: readonly [request: string, answer: string][] = [
  ['set a 0 0 3\nabc\n', 'STORED\n'],
  ['get a\n', 'VALUE a 0 3\nabc\nEND\n'],
  ['gets a\n', 'VALUE a 0 3 1\nabc\nEND\n'],
  ['get none\n', 'END\n'],
  ['get a b a\n', 'VALUE a 0 3\nabc\nVALUE a 0 3\nabc\nEND\n'],
  ['set b 5 100 2\nxy\n', 'STORED\n'],
  ['get b\n', 'VALUE b 5 2\nxy\nEND\n'],
  ['add a 0 0 1\nx\n', 'NOT_STORED\n'],
  ['replace none 0 0 1\nx\n', 'NOT_STORED\n'],
  ['append a 0 0 1\nd\n', 'STORED\n'],
  ['prepend a 0 0 1\nZ\n', 'STORED\n'],
  ['get a\n', 'VALUE a 0 5\nZabcd\nEND\n'],
  ['incr a 1\n', 'CLIENT_ERROR cannot increment or decrement non-numeric value\n'],
  ['set n 0 0 2\n10\n', 'STORED\n'],
  ['incr n 5\n', '15\n'],
  ['decr n 100\n', '0\n'],
  ['incr none 1\n', 'NOT_FOUND\n'],
  ['incr n x\n', 'CLIENT_ERROR invalid numeric delta argument\n'],
  ['delete a\n', 'DELETED\n'],
  ['delete a\n', 'NOT_FOUND\n'],
  ['touch n 10\n', 'TOUCHED\n'],
  ['touch none 1\n', 'NOT_FOUND\n'],
  ['foo\n', 'ERROR\n'],
  ['get\n', 'ERROR\n'],
  ['set a\n', 'ERROR\n'],
  ['set a 0 0 x\n', 'CLIENT_ERROR bad command line format\n'],
  ['cas n 0 0 1 99\n5\n', 'EXISTS\n'],
  ['flush_all\n', 'OK\n'],
  ['get n\n', 'END\n'],
  ['verbosity 1\n', 'OK\n'],
  ['set z 0 0 1 noreply\nx\nget z\n', 'VALUE z 0 1\nx\nEND\n'],
  ['set neg 0 -1 1\nx\n', 'STORED\n'],
  ['get neg\n', 'END\n'],
  ['gat 10 z\n', 'VALUE z 0 1\nx\nEND\n'],
];

async function machine() {
  const m = bootTestMachine({
    programs: { memcached: memcached('1.6.39'), nc, ip },
    files: { '/etc/passwd': 'nobody:x:65534:65534:::/bin/false\n' },
  });
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  const serve = async (...args: string[]) => {
    const { task } = spawnCaptured(m.kernel, {
      path: '/bin/memcached',
      argv: ['memcached', ...args],
      env: new Map(),
      stdout: () => undefined,
      stderr: () => undefined,
    });
    await m.settle();
    return task;
  };
  const talk = async (text: string) => {
    const stdin = `${text}quit\n`.replaceAll('\n', '\r\n');
    return (await m.run(['nc', '127.0.0.1', '11211'], { stdin })).stdout.replaceAll('\r\n', '\n');
  };
  return { m, serve, talk };
}

test('answers as memcached itself does', async () => {
  const { serve, talk } = await machine();
  await serve('-u', 'nobody');
  expect(await talk(RECORDED.map(([request]) => request).join(''))).toBe(
    RECORDED.map(([, answer]) => answer).join(''),
  );
});

test('forgets what has expired, counts, and will not run as root unasked', async () => {
  const { m, serve, talk } = await machine();
  expect(await m.run(['memcached'])).toMatchObject({
    exit: 64,
    stderr: "can't run as root without the -u switch\n",
  });
  const task = await serve('-u', 'nobody', '-m', '32');
  expect(task.cred.uid).toBe(65534);
  await talk('set short 0 5 1\nx\nset long 0 0 1\nx\n');
  await m.advance(6000);
  expect(await talk('get short long\n')).toBe('VALUE long 0 1\nx\nEND\n');
  expect(await talk('stats\n')).toMatch(
    /STAT version 1\.6\.39\n[\s\S]*STAT limit_maxbytes 33554432\n[\s\S]*STAT curr_items 1\n/,
  );
});
