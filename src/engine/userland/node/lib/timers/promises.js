const timers = require('internal/timers');

const aborted = (signal) => signal.reason ?? require('internal/abort').abortError();

const later = (start, clear, value, { signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const timer = start(() => resolve(value));
    signal?.addEventListener('abort', () => {
      clear(timer);
      reject(aborted(signal));
    });
  });

exports.setTimeout = (delay, value, options) =>
  later((done) => timers.setTimeout(done, delay), timers.clearTimeout, value, options);
exports.setImmediate = (value, options) =>
  later((done) => timers.setImmediate(done), timers.clearImmediate, value, options);
exports.setInterval = async function* setInterval(delay, value) {
  for (;;) yield await exports.setTimeout(delay, value);
};
exports.scheduler = { wait: exports.setTimeout, yield: exports.setImmediate };
