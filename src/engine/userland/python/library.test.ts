import { expect, test } from 'vitest';
import { LIBRARY } from './library/index.ts';
import { fromPython2 } from './python2.ts';
import { pythonMachine, ran } from './testing.ts';

test('every module of the library can be imported, or says that it is not here', async () => {
  const names = [...LIBRARY.keys()]
    .filter((file) => !file.startsWith('_'))
    .map((file) => file.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.'));
  const program = `import sys
for name in ${JSON.stringify(names)}:
    try:
        __import__(name)
    except ImportError as e:
        if "is not in Drydock's Python" not in str(e):
            print(name, e)`;
  expect(await ran(pythonMachine(), program)).toBe('');
});

test('text, digests and collections', async () => {
  const m = pythonMachine();
  expect(
    await ran(
      m,
      String.raw`import re, hashlib, datetime
from collections import Counter, defaultdict
print(re.sub("(a+)", r"<\1>", "caaat"), re.findall("[0-9]+", "a1b22"), re.split(", *", "a,b, c"), re.search("b+", "aabb").span())
print(re.match("(a)(b)?", "a").groups(), re.fullmatch("a", "ab"))
print(hashlib.md5(b"x").hexdigest(), hashlib.sha256(b"").hexdigest()[:8])
print(Counter("hello").most_common(1), datetime.datetime(2026, 1, 2).isoformat())
d = defaultdict(list)
d["a"].append(1)
print(d["a"])`,
    ),
  ).toBe(
    "c<aaa>t ['1', '22'] ['a', 'b', 'c'] (2, 4)\n('a', None) None\n9dd4e461268c8034f5c8564e155c67a6 e3b0c442\n[('l', 2)] 2026-01-02T00:00:00\n[1]\n",
  );
});

test('JSON as Python writes it', async () => {
  const program = `import json
print(json.dumps({"a": [1, 2.5, "x\\n", None, True, {}]}), json.dumps("é"), json.dumps("é", ensure_ascii=False))
print(json.dumps({"b": {"c": []}, "a": (1, 2)}, indent=2, sort_keys=True))
print(json.dumps({1: 2}, separators=(",", ":")), json.dumps(5, default=str), json.loads('{"a": [null]}'))
for bad in (lambda: json.dumps({1, 2}), lambda: json.loads("{")):
    try:
        bad()
    except (TypeError, json.JSONDecodeError) as e:
        print(type(e).__name__, e)`;
  expect(await ran(pythonMachine(), program)).toBe(
    String.raw`{"a": [1, 2.5, "x\n", null, true, {}]} "\u00e9" "é"
{
  "a": [
    1,
    2
  ],
  "b": {
    "c": []
  }
}
{"1":2} 5 {'a': [None]}
TypeError Object of type set is not JSON serializable
JSONDecodeError this is not JSON
`,
  );
});

test('other programs, and arguments', async () => {
  const m = pythonMachine({
    '/a.py': `import argparse, subprocess, os, sys
p = argparse.ArgumentParser(description="d")
p.add_argument("name")
p.add_argument("-n", "--count", type=int, default=1)
print(p.parse_args())
print(subprocess.run("echo hi; echo no >&2; exit 3", shell=True, capture_output=True, text=True))
print(subprocess.check_output(["sh", "-c", "read x; echo got $x"], input="abc\\n", text=True))
try:
    subprocess.run(["nope"])
except FileNotFoundError as e:
    print(e)
print(os.system("exit 2"))
`,
  });
  expect(await m.run(['python', '/a.py', 'bob', '-n', '3'])).toEqual({
    exit: 0,
    stdout:
      "Namespace(count=3, name='bob')\nCompletedProcess(args='echo hi; echo no >&2; exit 3', returncode=3, stdout='hi\\n')\ngot abc\n\n[Errno 2] No such file or directory: 'nope'\n512\n",
    stderr: '',
  });
  expect(await m.run(['python', '/a.py', 'bob', '-n', 'x'])).toMatchObject({
    exit: 2,
    stderr: "usage: a.py [-h] [-n COUNT] name\na.py: error: argument -n/--count: invalid int value: 'x'\n",
  });
});

test('what is not here refuses plainly', async () => {
  const m = pythonMachine();
  expect(await ran(m, 'import sqlite3')).toContain(
    "ImportError: the module 'sqlite3' is not in Drydock's Python (MicroPython)\n",
  );
  expect(await ran(m, 'import threading; threading.Thread(target=print).start()')).toContain(
    "RuntimeError: can't start new thread: threads are not simulated",
  );
  expect(
    await ran(
      m,
      'try:\n  try: 1/0\n  except ZeroDivisionError as e: raise ValueError("x") from e\nexcept ValueError as e: print(e)',
    ),
  ).toBe('x\n');
  expect(await ran(m, 'import socket; socket.create_connection(("::1", 1))')).toContain('OSError: [Errno ');
  expect(await ran(m, 'import js; js.fetch')).toContain(
    "AttributeError: module 'js' has no attribute 'fetch'",
  );
  expect(await ran(m, 'match 1:\n  case 1: pass')).toContain('MicroPython, which has no match statement');
  expect(await ran(m, 'print "x"')).toContain(
    "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
  );
});

test('Python 2 as it was written', async () => {
  const program = `import sys
print "hello", 1
print
print "a",
print >>sys.stderr, "err"
print("b")
for i in xrange(2): print i
try:
    raise ValueError, "bad"
except ValueError, e:
    print "caught %s" % e
print ("a %s") % 1
s = """
print x
"""
print len(s), sys.version_info[0], u"x"
`;
  expect(await pythonMachine({}, '2.7.18').run(['python', '-c', program])).toEqual({
    exit: 0,
    stdout: 'hello 1\n\na b\n0\n1\ncaught bad\na 1\n9 2 x\n',
    stderr: 'err\n',
  });
  expect(fromPython2('x = 1\nprint(x)\n')).toBe('x = 1\nprint(x)\n');
});
