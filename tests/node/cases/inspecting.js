const util = require('node:util');
class Point {
  constructor() {
    this.x = 1;
    this.y = { z: [1, 2, { deep: { deeper: {} } }] };
  }
}
class Sub extends Map {}
console.log(new Point(), [undefined, null, , -0, 1n], 'text', ['text', "it's"], Symbol('s'));
console.log(new Map([['a', { b: 1 }]]), new Set([1, 'x']), new Sub([[1, 2]]));
console.log(
  [1.5, NaN],
  new Date(0),
  /re/gi,
  function named() {},
  () => {},
  class A extends Point {},
);
console.log(Buffer.from('hello'), new Uint8Array(3), new ArrayBuffer(4));
console.log(Object.create(null), Object.create({ a: 1 }), {
  get a() {
    return 1;
  },
  set b(v) {},
});
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log({
  long: 'x'.repeat(60),
  other: 'y'.repeat(60),
  list: ['aaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'ccccccccccccccccccc'],
});
console.log(
  '%s is %d years and %i, %f, %j %o %O %%',
  'Bob',
  42.5,
  42.5,
  '1.5',
  { a: 1 },
  [1],
  { b: 2 },
  'extra',
  7,
);
console.log(
  util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }),
  util.inspect('a\nb'),
  util.inspect(new Error('e').message),
);
const circular = { name: 'c' };
circular.self = circular;
console.log(circular);
console.log(
  util.format('%s %s', 1, 'a', { x: 1 }),
  util.isDeepStrictEqual({ a: [1] }, { a: [1] }),
  util.types.isRegExp(/x/),
);
console.table([{ a: 1, b: 'x' }, { a: 2 }]);
console.group('group');
console.log('inside\nlines');
console.groupEnd();
console.log([['nested', ['deep', ['deeper', ['deepest']]]]], [{}], {}, [], [[]]);
console.log({ 'a-b': 1, 2: 3, [Symbol('k')]: 4 }, { f() {}, g: async () => {} });
console.error('to stderr');
console.log(`${[1, [2, 3]]}`, String({}), [] + {}, new Error('message').toString());
