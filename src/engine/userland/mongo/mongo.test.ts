import { inspect as nodeInspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { decode } from '../../base/bytes.ts';
import { spawnCaptured } from '../../kernel/capture.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { ip } from '../net/ip/ip.ts';
import { BsonReader, encodeDocument } from './bson.ts';
import { mongod } from './mongod.ts';
import { Interpreter } from './shell/evaluate.ts';
import { inspect } from './shell/inspect.ts';
import { mongosh } from './shell/mongosh.ts';
import { parseProgram } from './shell/parser.ts';
import { Binary, doc, Long, Moment, ObjectId, Pattern } from './values.ts';

async function machine(...options: string[]): Promise<TestMachine> {
  const m = bootTestMachine({
    programs: { mongod: mongod('8.2.2'), mongosh: mongosh('2.5.9'), ip },
    files: { '/etc/hosts': '127.0.0.1\tlocalhost\n', '/data/db/': '' },
  });
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  await start(m, ...options);
  return m;
}

async function start(m: TestMachine, ...options: string[]): Promise<void> {
  let said = '';
  spawnCaptured(m.kernel, {
    path: '/bin/mongod',
    argv: ['mongod', ...options],
    env: new Map(),
    cwd: '/',
    stdout: (chunk) => {
      said += decode(chunk);
    },
    stderr: () => {},
  });
  await m.runUntil(() => said.includes('Waiting for connections'));
}

/** What the shell prints of a program. */
async function evaluate(m: TestMachine, program: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await m.run(['mongosh', '--quiet', ...options, '--eval', program]);
  return stdout + stderr;
}

test('BSON: bytes as the specification has them, and back', () => {
  // The two examples of bsonspec.org.
  expect(encodeDocument(doc({ hello: 'world' }))).toEqual(
    Uint8Array.from([22, 0, 0, 0, 2, ...Buffer.from('hello\0'), 6, 0, 0, 0, ...Buffer.from('world\0'), 0]),
  );
  const awesome = encodeDocument(doc({ BSON: ['awesome', 5.05, 1986] }));
  expect(Buffer.from(awesome).toString('hex')).toBe(
    '310000000442534f4e002600000002300008000000617765736f6d65000131003333333333331440103200c20700000000',
  );
  const all = doc({
    a: null,
    b: true,
    c: -1,
    d: 2.5,
    e: 3e10,
    f: 'é\0x'.replace('\0', ''),
    g: new Long(-5n),
    h: new ObjectId('0123456789abcdef01234567'),
    i: new Moment(-1),
    j: new Pattern('^a', 'i'),
    k: new Binary(Uint8Array.of(1, 2), 0),
    l: [[], doc({}), ['x']],
  });
  expect(new BsonReader(encodeDocument(all)).document()).toEqual(all);
});

/** A value of JavaScript as the shell has it. */
function shellValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shellValue);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, inner]) => [key, shellValue(inner)]));
  return value;
}

test('values are shown as Node shows them', () => {
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const values: unknown[] = [
    ...[1, -0, 1.5e300, null, undefined, true, Number.NaN],
    ...['a', "it's", 'a "b"', `a'b"c`, 'line\nbreak\\', '\u0001', ''],
    ...[[], {}, [[]], { a: {} }, [1, 'x', null], { 'a b': 1, $c: 2, _d: 3, 9: 4 }],
    ...[range(6), range(7), range(30), range(120), range(20).map((n) => n * 1000)],
    ...[range(10).map((n) => ({ _id: n })), range(20).map((n) => ({ _id: n }))],
    range(9).map((n) => 'x'.repeat(n)),
    range(8).map((n) => 'long text '.repeat(n)),
    { a: { b: { c: { d: 1 } } } },
    { a: [{ b: [{ c: 1 }] }], text: 'x'.repeat(60) },
    { name: 'x'.repeat(30), other: 'y'.repeat(20), list: [1, 2, 3] },
    { name: 'x'.repeat(30), other: 'y'.repeat(30), deep: { inner: range(10) } },
    range(3).map((n) => ({ n, text: 'some words', inner: { list: range(n * 4) } })),
    { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } },
  ];
  for (const value of values) expect(inspect(shellValue(value))).toBe(nodeInspect(value, { depth: 6 }));
});

test('programs mean what they mean in JavaScript', async () => {
  const programs = [
    '1 + 2 * 3 - 4 / 2 % 3 ** 2',
    '"a" + 1 + true + null',
    '1 < 2 && "b" > "a" || 0',
    'null ?? "x"',
    '[1, 2, 3].map(x => x * 2).filter(x => x > 2).join("-")',
    'let s = 0; for (let i = 0; i < 5; i++) { if (i === 3) continue; s += i } s',
    'var t = []; for (const x of [1, 2, 3]) { if (x > 2) break; t.push(x) } t',
    'let k = []; for (const x in { a: 1, b: 2 }) k.push(x); k',
    'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } f(10)',
    'const add = (a, b) => { return a + b }; add(1, 2)',
    'let u = { a: 1, ["b" + 1]: 2, ...{ c: 3 } }; u.d = [4]; u["e"] = u.d.length; u',
    '`${1 + 1} and ${"x".toUpperCase()}`',
    'let n = 0; while (n < 10) n++; n--',
    'typeof x + typeof 1 + typeof "a" + typeof {}',
    'try { nope } catch (e) { e.message } finally { 1 }',
    'try { throw "x" } catch (e) { e + 1 }',
    '!0 && -"3" + +"4"',
    '(function () { return 7 })()',
    '[3, 1].concat([2]).reduce((a, b) => a + b)',
    'undefined?.x',
    '"a,b".split(",").length + [..."xyz"].length',
    '/b+/i.test("aBB")',
    'let z = 1\nz += 2\nz',
    '0x10 + 1_000 + .5 + 1e2',
  ];
  for (const program of programs) {
    const interpreter = new Interpreter(
      () => undefined,
      () => {},
    );
    const found = inspect(await interpreter.run(parseProgram(program)));
    expect([program, found]).toEqual([program, nodeInspect(runInNewContext(program), { depth: 6 })]);
  }
});

test('documents are kept, found, changed and taken out', async () => {
  const m = await machine();
  const run = (program: string) => evaluate(m, program);
  await run(
    'db.p.insertMany([{ _id: 1, n: "a", q: 5, t: ["x", "y"], s: { w: 1 } }, { _id: 2, n: "b", q: 10, t: [] }, { _id: 3, n: "c", q: 10 }])',
  );
  const found = async (filter: string) =>
    (await run(`db.p.find(${filter}).map(d => d._id).toArray().join()`)).trim();
  for (const [filter, ids] of [
    ['{}', '1,2,3'],
    ['{ q: 10 }', '2,3'],
    ['{ q: { $gt: 5, $lte: 10 } }', '2,3'],
    ['{ q: { $in: [5, 6] } }', '1'],
    ['{ t: "x" }', '1'],
    ['{ t: { $size: 0 } }', '2'],
    ['{ t: { $exists: false } }', '3'],
    ['{ t: { $all: ["x", "y"] } }', '1'],
    ['{ "s.w": 1 }', '1'],
    ['{ "t.1": "y" }', '1'],
    ['{ s: { w: 1 } }', '1'],
    ['{ s: null }', '2,3'],
    ['{ n: /^[AB]/i }', '1,2'],
    ['{ n: { $not: { $eq: "a" } } }', '2,3'],
    ['{ $or: [{ _id: 1 }, { n: "c" }] }', '1,3'],
    ['{ $nor: [{ q: 10 }] }', '1'],
    ['{ q: { $ne: 10 } }', '1'],
    ['{ n: { $type: "string" }, q: { $mod: [4, 2] } }', '2,3'],
  ] as const)
    expect([filter, await found(filter)]).toEqual([filter, ids]);
  expect(await run('db.p.find({}, { n: 1, _id: 0 }).sort({ q: -1, n: -1 }).skip(1).limit(2)')).toBe(
    "[ { n: 'b' }, { n: 'a' } ]\n",
  );
  expect(await run('db.p.find({}, { n: 1, q: 0 })')).toBe(
    'MongoServerError[BadValue]: Invalid $project :: caused by :: Cannot do exclusion on field q in inclusion projection\n',
  );
  expect(await run('db.p.find({ q: { $foo: 1 } })')).toBe(
    'MongoServerError[BadValue]: unknown operator: $foo\n',
  );
  await run(
    'db.p.updateOne({ _id: 1 }, { $inc: { q: 2 }, $set: { "s.v": "new" }, $unset: { n: "" }, $push: { t: { $each: ["z", "x"] } } })',
  );
  expect(await run('db.p.findOne({ _id: 1 })')).toBe(
    "{ _id: 1, q: 7, t: [ 'x', 'y', 'z', 'x' ], s: { w: 1, v: 'new' } }\n",
  );
  await run(
    'db.p.updateMany({}, { $pull: { t: "x" } }); db.p.updateOne({ _id: 9 }, { $set: { q: 1 }, $setOnInsert: { made: true } }, { upsert: true })',
  );
  expect(await run('db.p.find({}, { t: 1, made: 1 })')).toBe(
    "[\n  { _id: 1, t: [ 'y', 'z' ] },\n  { _id: 2, t: [] },\n  { _id: 3, t: [] },\n  { _id: 9, made: true }\n]\n",
  );
  expect(await run('db.p.updateOne({}, { $nope: { a: 1 } })')).toContain(
    'Unknown modifier: $nope. Expected a valid update modifier',
  );
  expect(await run('db.p.updateOne({}, { a: 1 })')).toBe(
    'MongoInvalidArgumentError: Update document requires atomic operators\n',
  );
  expect(await run('db.p.replaceOne({ _id: 9 }, { x: 1 }); db.p.findOne({ _id: 9 })')).toBe(
    '{ _id: 9, x: 1 }\n',
  );
  expect(
    await run(
      'db.p.aggregate([{ $match: { q: { $gt: 0 } } }, { $group: { _id: "$q", n: { $sum: 1 }, ids: { $push: "$_id" } } }, { $sort: { _id: 1 } }])',
    ),
  ).toBe('[ { _id: 7, n: 1, ids: [ 1 ] }, { _id: 10, n: 2, ids: [ 2, 3 ] } ]\n');
  expect(await run('db.p.distinct("q")')).toBe('[ 7, 10 ]\n');
  expect(await run('db.p.deleteMany({ q: 10 })')).toBe('{ acknowledged: true, deletedCount: 2 }\n');
  expect(await run('db.p.countDocuments()')).toBe('2\n');
  expect(await run('db.u.createIndex({ mail: 1 }, { unique: true })')).toBe('mail_1\n');
  expect(await run('db.u.insertOne({ mail: "a" }); db.u.insertOne({ mail: "a" })')).toBe(
    'MongoServerError: E11000 duplicate key error collection: test.u index: mail_1 dup key: { mail: "a" }\n',
  );
  expect(await run('db.u.getIndexes()')).toBe(
    "[\n  { v: 2, key: { _id: 1 }, name: '_id_' },\n  { v: 2, key: { mail: 1 }, name: 'mail_1', unique: true }\n]\n",
  );
  expect(await run('db.runCommand({ nope: 1 })')).toBe(
    "MongoServerError[CommandNotFound]: no such command: 'nope'\n",
  );
  expect(await run('db.p.find({ n: /(/ })')).toContain(
    'MongoServerError[Location51091]: Regular expression is invalid: ',
  );
  expect(await run('[1].map(2)')).toContain('TypeError: ');
  expect(await run('rs.status()')).toBe('MongoshUnimplementedError: rs is not simulated in Drydock\n');
  expect(await run('help')).toContain('show dbs');
  expect(await run('db.help()')).toContain('the method help of databases is not simulated');
  expect(await run('show collections')).toBe('p\nu\n');
  expect(await run('db.dropDatabase()')).toBe("{ ok: 1, dropped: 'test' }\n");
  expect(await run('show dbs')).toBe('admin   40.00 KiB\nconfig  40.00 KiB\nlocal   40.00 KiB\n');
});

test('what was written is there again after a crash', async () => {
  const m = await machine();
  await evaluate(
    m,
    'db.a.insertOne({ _id: 1, at: ISODate("2026-01-02T03:04:05Z"), n: Long("9007199254740993"), u: UUID("00112233-4455-6677-8899-aabbccddeeff") })',
  );
  expect((await m.run(['mongod'])).stdout).toContain(
    '"error":"DBPathInUse: Unable to lock the lock file: /data/db/mongod.lock',
  );
  await evaluate(m, 'db.shutdownServer()');
  await m.settle();
  expect(await evaluate(m, '1')).toBe('MongoNetworkError: connect ECONNREFUSED 127.0.0.1:27017\n');
  await start(m);
  expect(await evaluate(m, 'db.a.find()')).toBe(
    "[\n  {\n    _id: 1,\n    at: ISODate('2026-01-02T03:04:05.000Z'),\n    n: Long('9007199254740993'),\n    u: UUID('00112233-4455-6677-8899-aabbccddeeff')\n  }\n]\n",
  );
});

test('who may do what', async () => {
  const m = await machine('--auth');
  const as = (user: string, password: string) => ['-u', user, '-p', password];
  const secret = as('root', 'secret');
  expect(await evaluate(m, 'db.a.find()')).toBe(
    'MongoServerError[Unauthorized]: Command find requires authentication\n',
  );
  // The first user is made from the same machine.
  const made = "db.getSiblingDB('admin').createUser({ user: 'root', pwd: 'secret', roles: ['root'] })";
  expect(await evaluate(m, made)).toBe('{ ok: 1 }\n');
  expect(await evaluate(m, made)).toBe(
    'MongoServerError[Unauthorized]: Command createUser requires authentication\n',
  );
  expect(await evaluate(m, '1', ...as('root', 'wrong'))).toBe('MongoServerError: Authentication failed.\n');
  expect(await evaluate(m, '1', ...as('nobody', 'x'))).toBe('MongoServerError: Authentication failed.\n');
  const reader = "db.createUser({ user: 'reader', pwd: 'r', roles: ['read'] })";
  expect(await evaluate(m, `db.a.insertOne({ _id: 1 }); ${reader}`, ...secret)).toBe('{ ok: 1 }\n');
  expect(await evaluate(m, 'db.a.find()', 'mongodb://reader:r@localhost/test')).toBe('[ { _id: 1 } ]\n');
  expect(await evaluate(m, 'db.a.insertOne({ _id: 2 })', 'mongodb://reader:r@localhost/test')).toBe(
    'MongoServerError[Unauthorized]: not authorized on test to execute command { insert: "a", documents: [ { _id: 2 } ], ordered: true, $db: "test" }\n',
  );
  expect(await evaluate(m, 'db.auth("reader", "no")')).toBe('MongoServerError: Authentication failed.\n');
});
