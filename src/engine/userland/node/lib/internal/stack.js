// `stack` of errors in the form that V8 gives it.

/** What stands before a CommonJS module's first line; its columns are counted without it. */
const PREFIX = '(function $module(exports, require, module, __filename, __dirname) {';
exports.PREFIX = PREFIX;

/** Files that stand inside that wrapper. */
const wrapped = new Set();
exports.wrapped = wrapped;

const LOADER = /^node:internal\/(bootstrap|main|fatal|modules|ticks|timers|globals)/;

/** What QuickJS says, in the words in which V8 says it, as far as it knows as much. */
const WORDS = [
  [/^cannot read property '(.*)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (undefined|null)$/, "Cannot set properties of $2 (setting '$1')"],
  [/^'(.*)' is read-only$/, 'Assignment to constant variable.'],
  [/^(.*) is not initialized$/, "Cannot access '$1' before initialization"],
  [/^(unexpected token in expression: ''|expecting '.*', got '')$/, 'Unexpected end of input'],
  [/^unexpected token in expression: '(.*)'$/, "Unexpected token '$1'"],
  [/^expecting '.*', got '(.*)'$/, "Unexpected token '$1'"],
  [/^unexpected end of JSON input$/i, 'Unexpected end of JSON input'],
];

const inWords = (error) => {
  for (const [pattern, words] of WORDS) {
    if (!pattern.test(error.message)) continue;
    const message = error.message.replace(pattern, words);
    Object.defineProperty(error, 'message', { value: message, writable: true, configurable: true });
    return;
  }
};

const frame = (site) => {
  const file = site.getFileName();
  if (!file || site.isNative?.() || LOADER.test(file)) return undefined;
  const line = site.getLineNumber();
  let column = site.getColumnNumber();
  if (line === 1 && wrapped.has(file)) column = Math.max(1, column - PREFIX.length);
  const at = `${file}:${line}:${column}`;
  const name = site.getFunctionName();
  if (name === '<eval>') return `    at ${at}`;
  // The function that a module's text stands in.
  if (name === '$module') return `    at Object.<anonymous> (${at})`;
  if (!name || name === '<anonymous>') return `    at ${at}`;
  return `    at ${name} (${at})`;
};

exports.prepare = (error, sites) => {
  inWords(error);
  const head = (() => {
    try {
      return `${error}`;
    } catch {
      return 'Error';
    }
  })();
  return [head, ...sites.slice(0, 10).map(frame).filter(Boolean)].join('\n');
};
