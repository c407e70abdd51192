import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode } from '../../base/bytes.ts';
import { spawnCaptured } from '../../kernel/capture.ts';
import { send } from '../../kernel/signal-delivery.ts';
import type { Signal } from '../../kernel/signals.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { base64 } from '../coreutils/digest.ts';
import { ip } from '../net/ip/ip.ts';
import { program } from '../utility.ts';
import { redisCli } from './redis-cli.ts';
import { redisServer } from './redis-server.ts';

async function machine(): Promise<TestMachine> {
  const m = bootTestMachine({
    programs: {
      'redis-server': redisServer('8.2.3'),
      'redis-cli': redisCli('8.2.3'),
      ip,
      base64: program(base64, 'gnu'),
    },
    files: { '/etc/hosts': '127.0.0.1\tlocalhost\n', '/data/': '' },
  });
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  return m;
}

interface Background {
  output(): string;
  end(signal?: Signal): Promise<void>;
}

function start(m: TestMachine, argv: string[], cwd = '/data'): Background {
  let out = '';
  const print = (chunk: Uint8Array) => {
    out += decode(chunk);
  };
  const { task } = spawnCaptured(m.kernel, {
    path: `/bin/${argv[0]}`,
    argv,
    env: new Map(),
    cwd,
    stdout: print,
    stderr: print,
  });
  return {
    output: () => out,
    async end(signal) {
      if (signal !== undefined) send(task, signal);
      await m.runUntil(() => task.zombie);
    },
  };
}

/** What redis-cli prints, as it does at a terminal: its complaints first. */
async function cli(m: TestMachine, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await m.run(['redis-cli', '--no-raw', ...words]);
  return stderr + stdout;
}

/** `redis-cli --no-raw` of Redis 7.0.15 with each line as its input, one after the other on one server. */
const RECORDED = readFileSync(new URL('recorded.txt', import.meta.url), 'utf8')
  .split(/^> /m)
  .slice(1)
  .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)] as const);

test('commands answer as Redis itself does', async () => {
  const m = await machine();
  start(m, ['redis-server']);
  await m.settle();
  const differing: Record<string, { ours: string; theirs: string }> = {};
  for (const [command, theirs] of RECORDED) {
    const { stdout, stderr } = await m.run(['redis-cli', '--no-raw'], { stdin: `${command}\n` });
    const ours = stdout + stderr;
    if (ours !== theirs) differing[command] = { ours, theirs };
  }
  expect(differing).toEqual({});
});

test('what it holds is in its dump when it stops, and there again when it starts', async () => {
  const m = await machine();
  const first = start(m, ['redis-server']);
  await m.settle();
  for (const words of [
    ['set', 'greeting', 'grüß'],
    ['setex', 'soon', '500', 'x'],
    ['rpush', 'list', 'a', 'b', 'c'],
    ['hset', 'hash', 'field', 'value'],
    ['sadd', 'set', '1', '2'],
    ['zadd', 'zset', '1.5', 'one', '-inf', 'least'],
    ['-n', '3', 'set', 'elsewhere', 'x'.repeat(20_000)],
  ])
    expect(await cli(m, ...words)).not.toContain('error');
  await first.end('SIGTERM');
  expect(first.output()).toMatch(
    /Received SIGTERM scheduling shutdown\.\.\.\n.*User requested shutdown\.\.\.\n.*Saving the final RDB snapshot before exiting\.\n.*DB saved on disk\n.*Redis is now ready to exit, bye bye\.\.\.\n$/,
  );
  expect(m.read('/data/dump.rdb')).toMatch(/^REDIS0009/);
  const second = start(m, ['redis-server', '--requirepass', 'secret']);
  await m.settle();
  expect(second.output()).toMatch(/Done loading RDB, keys loaded: 7, keys expired: 0\.\n/);
  expect(await cli(m, 'get', 'greeting')).toBe('(error) NOAUTH Authentication required.\n');
  expect(await cli(m, '-a', 'wrong', '--no-auth-warning', 'get', 'greeting')).toBe(
    'AUTH failed: WRONGPASS invalid username-password pair or user is disabled.\n(error) NOAUTH Authentication required.\n',
  );
  const ask = (...words: string[]) => cli(m, '-a', 'secret', '--no-auth-warning', ...words);
  expect(await ask('get', 'greeting')).toBe('"gr\\xc3\\xbc\\xc3\\x9f"\n');
  expect(await ask('ttl', 'soon')).toMatch(/^\(integer\) (?:499|500)\n$/);
  expect(await ask('lrange', 'list', '0', '-1')).toBe('1) "a"\n2) "b"\n3) "c"\n');
  expect(await ask('hgetall', 'hash')).toBe('1) "field"\n2) "value"\n');
  expect(await ask('smembers', 'set')).toBe('1) "1"\n2) "2"\n');
  expect(await ask('zrange', 'zset', '0', '-1', 'withscores')).toBe(
    '1) "least"\n2) "-inf"\n3) "one"\n4) "1.5"\n',
  );
  expect(await ask('-n', '3', 'strlen', 'elsewhere')).toBe('(integer) 20000\n');
});

test.skipIf(spawnSync('redis-server', ['--version']).error)('Redis itself reads the dump', async () => {
  const m = await machine();
  const server = start(m, ['redis-server']);
  await m.settle();
  await cli(m, 'set', 'a', 'grüß');
  await cli(m, 'zadd', 'z', '1.5', 'x');
  await cli(m, 'hset', 'h', 'f', 'v');
  await server.end('SIGTERM');
  const directory = mkdtempSync(join(tmpdir(), 'rdb-'));
  const { stdout: encoded } = await m.run(['base64', '/data/dump.rdb']);
  writeFileSync(join(directory, 'dump.rdb'), Buffer.from(encoded, 'base64'));
  const { stdout } = spawnSync('redis-check-rdb', [join(directory, 'dump.rdb')], { encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  expect(stdout).toContain('RDB looks OK!');
  expect(stdout).toContain('3 keys read');
});

test('keys expire when their time is over, and the save points save', async () => {
  const m = await machine();
  const server = start(m, ['redis-server', '--save', '60', '1']);
  await m.settle();
  await cli(m, 'set', 'short', '1', 'ex', '10');
  await cli(m, 'set', 'long', '1');
  await m.advance(11_000);
  expect(await cli(m, 'mget', 'short', 'long')).toBe('1) (nil)\n2) "1"\n');
  expect(await cli(m, 'dbsize')).toBe('(integer) 1\n');
  expect(server.output()).not.toContain('Saving');
  await m.advance(60_000);
  expect(server.output()).toMatch(
    /1 changes in 60 seconds\. Saving\.\.\.\n.*Background saving started by pid \d+\n\d+:C .*DB saved on disk\n.*Background saving terminated with success\n$/,
  );
  await server.end('SIGKILL');
  const again = start(m, ['redis-server']);
  await m.settle();
  expect(again.output()).toContain('keys loaded: 1');
});

test('who listens hears, who waits is served in turn, and a transaction is all or nothing', async () => {
  const m = await machine();
  start(m, ['redis-server']);
  await m.settle();
  const listener = start(m, ['redis-cli', 'psubscribe', 'news.*']);
  const [one, two] = [
    start(m, ['redis-cli', 'blpop', 'jobs', '0']),
    start(m, ['redis-cli', 'blpop', 'jobs', '0']),
  ];
  await m.settle();
  expect(await cli(m, 'publish', 'news.sport', 'goal')).toBe('(integer) 1\n');
  expect(await cli(m, 'publish', 'weather', 'rain')).toBe('(integer) 0\n');
  expect(listener.output()).toBe('psubscribe\nnews.*\n1\npmessage\nnews.*\nnews.sport\ngoal\n');
  expect(await cli(m, 'rpush', 'jobs', 'first')).toBe('(integer) 1\n');
  await one.end();
  expect([one.output(), two.output()]).toEqual(['jobs\nfirst\n', '']);
  await cli(m, 'rpush', 'jobs', 'second');
  await two.end();
  expect(await cli(m, 'blpop', 'jobs', '2')).toBe('(nil)\n');
  const transaction = (lines: string[]) =>
    m.run(['redis-cli'], { stdin: lines.map((line) => `${line}\n`).join('') }).then(({ stdout }) => stdout);
  expect(await transaction(['multi', 'set a 1', 'incr a', 'lpush a x', 'exec', 'get a'])).toBe(
    'OK\nQUEUED\nQUEUED\nQUEUED\nOK\n2\nWRONGTYPE Operation against a key holding the wrong kind of value\n\n2\n',
  );
  expect(await transaction(['multi', 'nosuch', 'set a 5', 'exec', 'get a'])).toContain(
    'EXECABORT Transaction discarded because of previous errors.\n\n2\n',
  );
});

test('what cannot be done is refused', async () => {
  const m = await machine();
  expect(await cli(m, 'ping')).toBe('Could not connect to Redis at 127.0.0.1:6379: Connection refused\n');
  expect(await cli(m, '-h', 'nowhere.invalid', 'ping')).toContain(
    'Could not connect to Redis at nowhere.invalid:6379: ',
  );
  const refused = await m.run(['redis-server', '--appendonly', 'yes']);
  expect([refused.exit, refused.stderr]).toEqual([
    1,
    "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 1\n>>> '--appendonly yes'\n'appendonly yes' is not simulated\n",
  ]);
  start(m, ['redis-server']);
  await m.settle();
  const second = await m.run(['redis-server']);
  expect(second.exit).toBe(1);
  expect(second.stdout).toContain('bind: Address already in use\n');
  m.write('/data/redis.conf', '# a comment\nport 7000\nrequirepass "two words"\n');
  const other = start(m, ['redis-server', '/data/redis.conf', '--dbfilename', 'other.rdb']);
  await m.settle();
  expect(other.output()).toContain('Running mode=standalone, port=7000.');
  expect(await cli(m, '-p', '7000', '-a', 'two words', 'config', 'get', 'dbfilename')).toBe(
    "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n" +
      '1) "dbfilename"\n2) "other.rdb"\n',
  );
});
