// The global object of Node's programs.
const define = (name, value) =>
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

/** A property that costs nothing until somebody asks for it. */
const lazy = (name, load) =>
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      const value = load();
      define(name, value);
      return value;
    },
    set: (value) => define(name, value),
  });

/** A generator of its own seed: QuickJS takes its seed from the platform's clock. */
const random = () => {
  const seed = new Uint32Array(binding.call('random', 16));
  let [a, b, c, d] = seed;
  return () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
};

exports.install = () => {
  const stack = require('internal/stack');
  Error.prepareStackTrace = stack.prepare;
  Math.random = random();
  define('global', globalThis);
  if (!('Atomics' in globalThis)) define('Atomics', require('internal/atomics').Atomics);
  define('process', require('process'));
  define('console', require('internal/console').create());
  define('queueMicrotask', (callback) => {
    Promise.resolve().then(() => {
      try {
        callback();
      } catch (error) {
        require('internal/fatal').uncaught(error);
      }
    });
  });
  const timers = require('internal/timers');
  for (const name of [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ])
    define(name, timers[name]);
  lazy('Buffer', () => require('buffer').Buffer);
  lazy('URL', () => require('internal/url').URL);
  lazy('URLSearchParams', () => require('internal/url').URLSearchParams);
  lazy('TextEncoder', () => require('internal/encoding').TextEncoder);
  lazy('TextDecoder', () => require('internal/encoding').TextDecoder);
  lazy('AbortController', () => require('internal/abort').AbortController);
  lazy('AbortSignal', () => require('internal/abort').AbortSignal);
  lazy('Event', () => require('internal/abort').Event);
  lazy('EventTarget', () => require('internal/abort').EventTarget);
  lazy('structuredClone', () => require('internal/clone').structuredClone);
  lazy('fetch', () => require('internal/fetch').fetch);
  lazy('performance', () => require('perf_hooks').performance);
  lazy('atob', () => require('buffer').atob);
  lazy('btoa', () => require('buffer').btoa);
  globalThis[Symbol.for('node.require')] = require('internal/modules').requireBuilt;
};
