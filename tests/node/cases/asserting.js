const assert = require('assert');
const crypto = require('crypto');
const util = require('util');
for (const attempt of [
  () => assert(0, 'zero'),
  () => assert.strictEqual(1, 1),
  () => assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 2] }),
  () => assert.deepEqual([1], ['1']),
  () =>
    assert.throws(() => {
      throw new TypeError('x');
    }, TypeError),
  () => assert.throws(() => {}, /x/),
  () => assert.notStrictEqual(1, 1, 'same'),
  () => assert.equal(1, '1'),
  () => assert.match('abc', /b/),
]) {
  try {
    attempt();
    console.log('holds');
  } catch (error) {
    console.log(error.name, error.code, error.message.split('\n')[0]);
  }
}
console.log(
  crypto.createHash('sha256').update('a').update(Buffer.from('b')).digest('hex'),
  crypto.createHash('md5').update('').digest('base64'),
);
console.log(
  crypto.createHmac('sha256', 'key').update('data').digest('hex'),
  crypto.randomBytes(4).length,
  /^[0-9a-f-]{36}$/.test(crypto.randomUUID()),
);
console.log(
  crypto.createHash('sha1').update('x').digest().length,
  crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
);
util
  .promisify(setTimeout[util.promisify.custom] ? (cb) => setTimeout(cb, 1) : (cb) => setTimeout(cb, 1))()
  .then(() => console.log('promisified'));
console.log(
  util.inspect(
    util.parseArgs({
      args: ['-f', '--bar', 'b', 'pos'],
      options: { f: { type: 'boolean', short: 'f' }, bar: { type: 'string' } },
      allowPositionals: true,
    }),
  ),
);
const ac = new AbortController();
ac.signal.addEventListener('abort', () => console.log('aborted', ac.signal.reason.name));
ac.abort();
