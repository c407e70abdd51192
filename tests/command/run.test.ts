import { describe, expect, test } from 'vitest';
import { directory, drydock, start } from './drydock.ts';

const { path, file } = directory();

/** What it prints for people, with the directory's name left out. */
const told = (text: string) => text.replaceAll(`${path}/`, '');

const refused = async (...args: string[]) => {
  const { status, stdout, stderr } = await drydock(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  return told(stderr);
};

describe('drydock run refuses, before anything runs', () => {
  test.each([
    ['cut off', '{"cmd": "true"', /^drydock: f:1: .*JSON.*: \{"cmd": "true"\n$/],
    ['cut off further down', '{"cmd": "echo hi"}\n\n{"cmd": ', /^drydock: f:3: .*JSON.*: \{"cmd": \n$/],
    [
      'no object',
      '{"cmd": "echo hi"}\n["true"]',
      'f:2: Invalid input: expected object, received array: ["true"]',
    ],
    [
      'no command',
      '{"tty": true}',
      'f:1: cmd: Invalid input: expected string, received undefined: {"tty": true}',
    ],
    [
      'an unknown field',
      '{"cmd": "true", "cwd": "/"}',
      'f:1: Unrecognized key: "cwd": {"cmd": "true", "cwd": "/"}',
    ],
    ['a wrong type', '{"cmd": 5}', 'f:1: cmd: Invalid input: expected string, received number: {"cmd": 5}'],
    [
      'a wrong type deep within',
      '{"cmd": "cat", "tty": true, "input": ["a", 7]}',
      /^drydock: f:1: input: 1: Invalid input: expected string, received number: /,
    ],
    [
      'a write without content',
      '{"write": "/a"}',
      'f:1: content: Invalid input: expected string, received undefined: {"write": "/a"}',
    ],
    ['a long line, cut', `{"cmd": "${'x'.repeat(500)}", "a": 1}`, /: Unrecognized key: "a": .{79}…\n$/],
  ])('JSON lines: %s', async (_, content, words) => {
    const said = await refused('run', '--json', file('f', content));
    if (typeof words === 'string') expect(said).toBe(`drydock: ${words}\n`);
    else expect(said).toMatch(words);
  });

  test.each([
    ['a file that is not there', () => ['run', `${path}/none`], 'none: no such file'],
    ['a directory', () => ['run', path], `${path}: is a directory`],
    [
      'a binary file',
      () => ['run', file('b', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 0))],
      'b: not a text file',
    ],
    [
      'a file that is not UTF-8',
      () => ['run', file('l', Uint8Array.of(0x65, 0xe9, 0x0a))],
      'l: not a text file',
    ],
    [
      'an unknown scenario',
      () => ['run', file('t', 'true'), '--scenario', 'nosuch'],
      /^drydock: unknown scenario "nosuch": expected one of .*learner/,
    ],
    [
      'an unknown image',
      () => ['run', file('t', 'true'), '--images', 'nosuch'],
      /^drydock: image nosuch: .*pull access denied for nosuch/,
    ],
    [
      'a malformed image reference',
      () => ['run', file('t', 'true'), '--images', 'busybox:;touch /tmp/x'],
      'image busybox:;touch /tmp/x: invalid reference format',
    ],
  ] as const)('%s', async (_, args, words) => {
    const said = await refused(...args());
    if (typeof words === 'string') expect(said).toBe(`drydock: ${words}\n`);
    else expect(said).toMatch(words);
  });

  test.each([
    [['run'], 'expected one FILE'],
    [['run', 'a', 'b'], 'expected one FILE'],
    [['run', '--nosuch', 'a'], "Unknown option '--nosuch'"],
    [['run', '-x', 'a'], "Unknown option '-x'"],
    [['run', 'a', '--timeout'], "Option '--timeout <value>' argument missing"],
    [['run', 'a', '--timeout', 'soon'], '--timeout: expected a number of seconds, not soon'],
    [['run', 'a', '--timeout=-1'], '--timeout: expected a number of seconds, not -1'],
    [['run', 'a', '--json=yes'], "Option '--json' does not take an argument"],
    [['serve'], 'serve needs --docker or --registry'],
    [['serve', 'x', '--docker', 'unix:///x'], 'unexpected argument: x'],
    [['verify', '--nosuch'], "Unknown option '--nosuch'"],
    [['shell', '--nosuch'], "Unknown option '--nosuch'"],
    [['nosuch'], 'unknown command: nosuch'],
  ])('drydock %j', async (args, words) => {
    expect(await refused(...args)).toBe(`drydock: ${words}\nRun 'drydock --help' for usage.\n`);
  });
});

describe('a script that does not end', () => {
  test('and does nothing is given up when the machine has waited long enough; what was printed stays', async () => {
    const script = file('idle', 'echo before\nsleep infinity\necho after');
    const { status, stdout, stderr } = await drydock('run', script);
    expect({ status, stdout }).toEqual({ status: 2, stdout: 'before\n' });
    expect(stderr).toBe('drydock: the step does not end, given up: sleep infinity\n');
  });

  test.each([
    'while :; do :; done',
    'cat /dev/zero > /dev/null',
    'f() { f; }; while :; do (:); done',
    '{"cmd": "cat", "tty": true}',
  ])('and is busy or waits for a key is given up after --timeout: %s', async (step) => {
    const { status, stdout, stderr } = await drydock('run', file('busy', step), '--timeout', '0.5');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^drydock: the step does not end, given up: /);
  });

  test('and prints for ever is given up at a limit', async () => {
    const { status, stdout, stderr } = await drydock('run', file('loud', 'yes'));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe('drydock: the step prints more than 64 MB, given up: yes\n');
  });

  test('ends at Ctrl-C', async () => {
    const script = file('endless', 'echo begun >&2\nwhile :; do :; done');
    const running = start('run', script);
    await running.says('begun');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: null, signal: 'SIGINT' });
  });
});

test('a reader that leaves ends it as SIGPIPE would', async () => {
  const running = start('run', file('long', 'seq 200000\necho never >&2\nseq 200000'));
  running.child.stdout?.once('data', () => running.child.stdout?.destroy());
  expect(await running.ended).toMatchObject({ status: 141, stderr: '' });
});

test('lines of a file may end as on Windows', async () => {
  const script = file('crlf', '\ufeffecho one\r\n\r\n# a comment\r\necho two\r\n');
  expect(await drydock('run', script)).toMatchObject({ status: 0, stdout: 'one\ntwo\n', stderr: '' });
});

test('the exit status is the last step’s; with --json it is 0, and each step tells its own', async () => {
  const script = file('exit', 'exit 3');
  expect(await drydock('run', script)).toMatchObject({ status: 3 });
  const { status, stdout } = await drydock('run', '--json', script);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ cmd: 'exit 3', exit: 3, stdout: '', stderr: '' });
});

test('malformed references are refused in the words of docker', async () => {
  const script = file('references', ['docker pull nginx:', 'docker pull localhost:99999/x'].join('\n'));
  const { stderr } = await drydock('run', script);
  expect(stderr).toBe(
    'invalid reference format\n' +
      'Error response from daemon: Get "http://localhost:99999/v2/": dial tcp: address 99999: invalid port\n',
  );
});
