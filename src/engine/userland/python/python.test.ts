import { expect, test } from 'vitest';
import { pythonMachine, ran } from './testing.ts';

test('what -c, a file, - and -V run', async () => {
  const m = pythonMachine({
    '/app/a.py': 'import sys\nprint(sys.argv, __name__, __file__)\n',
    '/app/b.py': 'x = 5\n',
  });
  expect(await ran(m, 'print(1+1)')).toBe('2\n');
  expect((await m.run(['python', '/app/a.py', 'x', '-y'])).stdout).toBe(
    "['/app/a.py', 'x', '-y'] __main__ /app/a.py\n",
  );
  expect((await m.run(['python', '-', '1'], { stdin: 'import sys\nprint(sys.argv[1:])' })).stdout).toBe(
    "['1']\n",
  );
  expect((await m.run(['python', '-c', 'import b; print(b.x)'], { cwd: '/app' })).stdout).toBe('5\n');
  expect((await m.run(['python', '-V'])).stdout).toBe('Python 3.14.0\n');
  expect(await m.run(['python', 'nope.py'], { cwd: '/app' })).toEqual({
    exit: 2,
    stdout: '',
    stderr: "python: can't open file '/app/nope.py': [Errno 2] No such file or directory\n",
  });
  expect((await m.run(['python', '-Z'])).stderr).toBe(
    "Unknown option: -Z\nusage: python [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n",
  );
});

test('exit statuses, and tracebacks in the form of Python', async () => {
  const m = pythonMachine();
  expect(await ran(m, 'import sys; sys.exit(3)')).toBe('(3)');
  expect(await ran(m, 'raise SystemExit("no")')).toBe('no\n(1)');
  const told = async (program: string) => (await ran(m, program)).split('\n').slice(-2).join('\n');
  expect(await ran(m, 'def f(x):\n  return 1/x\nf(0)')).toBe(`Traceback (most recent call last):
  File "<string>", line 3, in <module>
    f(0)
  File "<string>", line 2, in f
    return 1/x
ZeroDivisionError: division by zero
(1)`);
  expect(await ran(m, 'a = (1\nb')).toBe(`  File "<string>", line 2
    b
SyntaxError: invalid syntax
(1)`);
  expect(await told('open("/nope")')).toContain('(1)');
  expect(await ran(m, 'open("/nope")')).toContain(
    "FileNotFoundError: [Errno 2] No such file or directory: '/nope'\n",
  );
  expect(await ran(m, 'import nope')).toContain("ModuleNotFoundError: No module named 'nope'\n");
  expect(await ran(m, '1 + "a"')).toContain(
    "TypeError: unsupported operand type(s) for +: 'int' and 'str'\n",
  );
  expect(await ran(m, 'f = lambda n: f(n)\nf(1)')).toMatch(
    /\[Previous line repeated \d+ more times\]\nRecursionError: maximum recursion depth exceeded\n/,
  );
});

test('files, directories and the environment are those of the process', async () => {
  const m = pythonMachine({ '/etc/motd': 'one\ntwo\n' });
  const program = `import os, json
with open("/tmp/x", "w") as f:
    print("a", file=f)
    json.dump({"k": [1, None]}, f)
print(open("/tmp/x").read(), [line for line in open("/etc/motd")])
os.makedirs("/tmp/d/e")
os.rename("/tmp/x", "/tmp/d/x")
print(os.listdir("/tmp"), os.path.exists("/tmp/x"), os.path.getsize("/tmp/d/x"), os.environ["HOME"], os.getcwd())
try:
    os.rmdir("/tmp/d")
except OSError as e:
    print(e)`;
  expect(await ran(m, program)).toBe(
    `a\n{"k": [1, null]} ['one\\n', 'two\\n']\n['d'] False 18 /root /\n[Errno 39] Directory not empty: '/tmp/d'\n`,
  );
});

test('what lives stays, however much has been thrown away', async () => {
  const m = pythonMachine();
  const program = `kept = {}
for i in range(20000):
    kept[i % 500] = [str(i)] * 20
    try:
        open("/etc").read() if i % 5000 == 0 else [0] * 50
        raise ValueError
    except (ValueError, OSError):
        pass
print(all(kept[i] == [str(19500 + i)] * 20 for i in range(500)))`;
  expect(await ran(m, program)).toBe('True\n');
});

test('calls may be nested some hundred times, and wait there', async () => {
  const m = pythonMachine();
  const program = `import time
def f(n):
    return time.sleep(1) if n == 0 else f(n - 1)
f(300)
print("slept")
f = lambda: max([1], key=lambda x: f())
f()`;
  expect(await ran(m, program)).toMatch(
    /^slept\n[\s\S]*RecursionError: maximum recursion depth exceeded\n\(1\)$/,
  );
});

test('output that nobody reads', async () => {
  const m = pythonMachine();
  const { exit, stderr } = await m.run(['sh', '-c', 'python -c "while True: print(5)" | read x']);
  expect(exit).toBe(0);
  expect(stderr).toBe(
    "Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\nBrokenPipeError: [Errno 32] Broken pipe\n",
  );
});

test('memory counts, and a program that takes too much is killed', async () => {
  const m = pythonMachine();
  expect(await m.run(['python', '-c', 'x = []\nwhile True: x.append(bytearray(8000000))'])).toMatchObject({
    exit: 137,
  });
});
