// exports: AssertionError deepEqual deepStrictEqual doesNotThrow equal fail match doesNotMatch notDeepEqual
// exports: notDeepStrictEqual notEqual notStrictEqual ok rejects strict strictEqual throws ifError
const { equal, loosely } = require('internal/equal');
const { inspect } = require('util');

class AssertionError extends Error {
  constructor({ message, actual, expected, operator, generated = false }) {
    super(message);
    this.name = 'AssertionError';
    Object.assign(this, { generatedMessage: generated, code: 'ERR_ASSERTION', actual, expected, operator });
  }
}

const fail = (message, otherwise, details) => {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? otherwise, generated: message === undefined, ...details });
};

const ok = (value, message) => {
  if (!value)
    fail(message, 'The expression evaluated to a falsy value', {
      actual: value,
      expected: true,
      operator: '==',
    });
};

const assert = (value, message) => ok(value, message);
module.exports = assert;

const compare = (operator, holds, words) => (actual, expected, message) => {
  if (!holds(actual, expected))
    fail(
      message,
      `${words}\n\n${inspect(actual)} ${operator.startsWith('not') ? '===' : '!=='} ${inspect(expected)}\n`,
      { actual, expected, operator },
    );
};

const thrown = (work) => {
  try {
    work();
  } catch (error) {
    return { error };
  }
  return undefined;
};

const matches = (error, expected) => {
  if (expected === undefined || typeof expected === 'string') return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function')
    return expected.prototype !== undefined && error instanceof expected
      ? true
      : Object.prototype.isPrototypeOf.call(Error, expected)
        ? false
        : expected(error) === true;
  return Object.entries(expected).every(([key, value]) =>
    value instanceof RegExp && typeof error[key] === 'string'
      ? value.test(error[key])
      : equal(error[key], value, true),
  );
};

const checkThrown = (caught, expected, message, operator) => {
  if (!caught)
    fail(
      typeof expected === 'string' ? expected : message,
      `Missing expected ${operator === 'rejects' ? 'rejection' : 'exception'}.`,
      { operator },
    );
  if (!matches(caught.error, expected)) throw caught.error;
};

Object.assign(assert, {
  AssertionError,
  ok,
  fail: (message = 'Failed') => fail(message, undefined, { operator: 'fail' }),
  equal: compare('==', loosely, 'Expected values to be loosely equal:'),
  notEqual: compare('!=', (a, b) => !loosely(a, b), 'Expected "actual" to be loosely unequal to:'),
  strictEqual: compare('strictEqual', Object.is, 'Expected values to be strictly equal:'),
  notStrictEqual: compare(
    'notStrictEqual',
    (a, b) => !Object.is(a, b),
    'Expected "actual" to be strictly unequal to:',
  ),
  deepEqual: compare('deepEqual', (a, b) => equal(a, b, false), 'Expected values to be loosely deep-equal:'),
  deepStrictEqual: compare(
    'deepStrictEqual',
    (a, b) => equal(a, b, true),
    'Expected values to be strictly deep-equal:',
  ),
  notDeepEqual: compare(
    'notDeepEqual',
    (a, b) => !equal(a, b, false),
    'Expected "actual" not to be loosely deep-equal to:',
  ),
  notDeepStrictEqual: compare(
    'notDeepStrictEqual',
    (a, b) => !equal(a, b, true),
    'Expected "actual" not to be strictly deep-equal to:',
  ),
  match: compare(
    'match',
    (text, pattern) => pattern.test(text),
    'The input did not match the regular expression:',
  ),
  doesNotMatch: compare(
    'doesNotMatch',
    (text, pattern) => !pattern.test(text),
    'The input was expected to not match the regular expression:',
  ),
  throws(work, expected, message) {
    checkThrown(thrown(work), expected, message, 'throws');
  },
  doesNotThrow(work, message) {
    const caught = thrown(work);
    if (caught)
      fail(
        typeof message === 'string' ? message : undefined,
        `Got unwanted exception.\nActual message: "${caught.error?.message}"`,
        { actual: caught.error, operator: 'doesNotThrow' },
      );
  },
  async rejects(work, expected, message) {
    let caught;
    try {
      await (typeof work === 'function' ? work() : work);
    } catch (error) {
      caught = { error };
    }
    checkThrown(caught, expected, message, 'rejects');
  },
  async doesNotReject(work) {
    await (typeof work === 'function' ? work() : work);
  },
  ifError(value) {
    if (value !== null && value !== undefined) throw value;
  },
});
assert.strict = Object.assign((value, message) => ok(value, message), assert, {
  equal: assert.strictEqual,
  notEqual: assert.notStrictEqual,
  deepEqual: assert.deepStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.strict = assert.strict;
