const { call } = binding;
const origin = call('monotonic');

exports.performance = {
  now: () => call('monotonic') - origin,
  timeOrigin: Date.now(),
  mark: (name) => ({ name, entryType: 'mark', startTime: call('monotonic') - origin, duration: 0 }),
  toJSON: () => ({ timeOrigin: exports.performance.timeOrigin }),
};
