import { expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { openWindow } from '../../kernel/controlling-terminal.ts';
import { pythonMachine } from './testing.ts';

/** Python at a terminal. */
function inWindow(argv: readonly string[], files: Record<string, string> = {}) {
  const machine = pythonMachine(files);
  let shown = '';
  const window = openWindow(machine.kernel, {
    size: { columns: 80, rows: 24 },
    onOutput: (bytes) => {
      shown += decode(bytes);
    },
  });
  const { task, exited } = machine.kernel.spawn({ path: '/bin/python', argv, terminal: window.path });
  return {
    machine,
    task,
    exited,
    /** What has been shown since this was asked last. */
    shown() {
      const text = shown.replaceAll('\r\n', '\n');
      shown = '';
      return text;
    },
    async type(text: string) {
      window.write(encode(text));
      await machine.settle();
    },
    enter: (text: string) => window.write(encode(text)),
    interrupt: () => window.write(encode('\x03')),
    /** Lets so much time pass while others work. */
    passes(ms: number) {
      const { clock } = machine;
      const until = clock.now() + ms;
      clock.at(until, () => {});
      return machine.runUntil(() => clock.now() >= until);
    },
  };
}

test('the prompt evaluates, goes on over several lines, and ends at Ctrl-D', async () => {
  const at = inWindow(['python']);
  await at.machine.settle();
  expect(at.shown()).toMatch(
    /^Python 3\.14\.0 \(main, [^)]*\) \[MicroPython 1\.27\.0\] on linux\nType "help", .*\n>>> $/,
  );
  await at.type('1 + 1\r');
  expect(at.shown()).toBe('1 + 1\n2\n>>> ');
  await at.type('for i in range(2):\r');
  await at.type('    print(i)\r');
  expect(at.shown()).toBe('for i in range(2):\n...     print(i)\n... ');
  await at.type('\r');
  expect(at.shown()).toBe('\n0\n1\n>>> ');
  await at.type('x = [1,\r2]\r');
  await at.type('x; _\r');
  expect(at.shown()).toContain('[1, 2]\n');
  await at.type('1/0\r');
  expect(at.shown()).toContain('Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\n');
  await at.type('\x04');
  expect(at.shown()).toBe('\n');
  expect(await at.exited).toEqual({ kind: 'exited', code: 0 });
});

test('Ctrl-C interrupts the line, a loop and a sleep', async () => {
  const at = inWindow(['python', '-q']);
  await at.machine.settle();
  await at.type('print(');
  at.interrupt();
  await at.machine.settle();
  expect(at.shown()).toBe('>>> print(^C\nKeyboardInterrupt\n>>> ');
  for (const busy of ['while True: pass', 'import time; time.sleep(1000)', 'sum(iter(int, 1))']) {
    at.enter(`${busy}\r\r`);
    await at.passes(200);
    at.interrupt();
    await at.machine.settle();
    expect(at.shown()).toMatch(/KeyboardInterrupt\n>>> $/);
  }
});

test('a program that is interrupted ends as interrupted', async () => {
  const at = inWindow(['python', '-c', 'while True: pass']);
  await at.passes(200);
  at.interrupt();
  await at.machine.runUntil(() => at.task.zombie);
  expect(at.shown()).toBe(
    '^CTraceback (most recent call last):\n  File "<string>", line 1, in <module>\n    while True: pass\nKeyboardInterrupt\n',
  );
  expect(await at.exited).toMatchObject({ kind: 'signaled', signal: 'SIGINT' });
});
