const inspecting = require('node-inspect-extracted');
const { inspect, format, formatWithOptions, stripVTControlCharacters } = inspecting;

const custom = Symbol.for('nodejs.util.promisify.custom');

const promisify = (original) => {
  if (typeof original !== 'function')
    throw require('internal/errors').argumentType('original', 'of type function', original);
  if (original[custom]) return original[custom];
  return Object.defineProperties(
    function promised(...args) {
      return new Promise((resolve, reject) => {
        Reflect.apply(original, this, [
          ...args,
          (error, value) => {
            if (error) reject(error);
            else resolve(value);
          },
        ]);
      });
    },
    { ...Object.getOwnPropertyDescriptors(original), prototype: { value: undefined, writable: true } },
  );
};
promisify.custom = custom;

const callbackify = (original) =>
  function called(...args) {
    const callback = args.pop();
    const { nextTick } = require('process');
    Reflect.apply(original, this, args).then(
      (value) => nextTick(callback, null, value),
      (reason) => nextTick(callback, reason ?? new Error('Promise was rejected with a falsy value')),
    );
  };

const inherits = (child, parent) => {
  Object.defineProperty(child, 'super_', { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(child.prototype, parent.prototype);
};

const deprecate = (callee, message, code) => {
  let warned = false;
  return function deprecated(...args) {
    if (!warned) {
      warned = true;
      require('process').emitWarning(message, { type: 'DeprecationWarning', code });
    }
    return new.target ? Reflect.construct(callee, args, new.target) : Reflect.apply(callee, this, args);
  };
};

const debuglog = (section) => {
  const process = require('process');
  const on = (process.env.NODE_DEBUG ?? '')
    .toUpperCase()
    .split(/[\s,]+/)
    .includes(section.toUpperCase());
  const log = (...args) => {
    if (on) process.stderr.write(`${section.toUpperCase()} ${process.pid}: ${format(...args)}\n`);
  };
  return Object.assign(log, { enabled: on });
};

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
const types = {
  isPromise: (value) => value instanceof Promise,
  isRegExp: (value) => value instanceof RegExp,
  isDate: (value) => value instanceof Date,
  isMap: (value) => value instanceof Map,
  isSet: (value) => value instanceof Set,
  isWeakMap: (value) => value instanceof WeakMap,
  isWeakSet: (value) => value instanceof WeakSet,
  isNativeError: (value) => value instanceof Error,
  isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isUint8Array: (value) => value instanceof Uint8Array,
  isArrayBuffer: (value) => value instanceof ArrayBuffer,
  isAnyArrayBuffer: (value) => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer,
  isDataView: (value) => value instanceof DataView,
  isAsyncFunction: (value) => tag(value) === 'AsyncFunction',
  isGeneratorFunction: (value) => /GeneratorFunction$/.test(tag(value)),
  isGeneratorObject: (value) => tag(value) === 'Generator',
  isBoxedPrimitive: (value) => [Number, String, Boolean, Symbol, BigInt].some((Box) => value instanceof Box),
  isProxy: () => false,
};

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  white: [37, 39],
  gray: [90, 39],
  black: [30, 39],
};
const styleText = (style, text) =>
  [style].flat().reduceRight((inner, name) => {
    const [on, off] = STYLES[name] ?? inspect.colors[name];
    return `\u001b[${on}m${inner}\u001b[${off}m`;
  }, text);

module.exports = {
  inspect,
  format,
  formatWithOptions,
  stripVTControlCharacters,
  promisify,
  callbackify,
  inherits,
  deprecate,
  debuglog,
  debug: debuglog,
  types,
  styleText,
  isDeepStrictEqual: (a, b) => require('internal/equal').equal(a, b, true),
  isArray: Array.isArray,
  toUSVString: (text) => String(text).toWellFormed(),
  aborted: (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  parseArgs: (options) => require('internal/parse-args').parseArgs(options),
};
for (const name of ['TextEncoder', 'TextDecoder'])
  Object.defineProperty(module.exports, name, {
    get: () => require('internal/encoding')[name],
    enumerable: true,
  });
