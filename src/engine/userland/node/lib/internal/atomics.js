// Atomics, which this build of QuickJS leaves out: in a process of one thread every operation is whole.
const operation = (work) => (array, index, value) => {
  const before = array[index];
  array[index] = work(before, value);
  return before;
};

exports.Atomics = {
  add: operation((before, value) => before + value),
  sub: operation((before, value) => before - value),
  and: operation((before, value) => before & value),
  or: operation((before, value) => before | value),
  xor: operation((before, value) => before ^ value),
  exchange: operation((_before, value) => value),
  load: (array, index) => array[index],
  store(array, index, value) {
    array[index] = value;
    return value;
  },
  compareExchange(array, index, expected, value) {
    const before = array[index];
    if (before === expected) array[index] = value;
    return before;
  },
  isLockFree: () => true,
  notify: () => 0,
  wait() {
    throw require('internal/errors').notSimulated('Atomics.wait');
  },
};
Object.defineProperty(exports.Atomics, Symbol.toStringTag, { value: 'Atomics' });
