// The first script of a process: takes the two functions that the machine gives, builds the world that Node's programs
// expect to find, and leaves `dispatch` for the loop outside.
(() => {
  const { host, compile } = globalThis;
  delete globalThis.host;
  delete globalThis.compile;

  const settings = JSON.parse(host('settings'));

  // Modules of Node's own ----------------------------------------------------------------------------------

  /** Where the packages are that implement a part of Node elsewhere too. */
  const PACKAGES = {
    'events/': 'node_modules/events/events.js',
    'buffer/': 'node_modules/buffer/index.js',
    'base64-js': 'node_modules/base64-js/index.js',
    ieee754: 'node_modules/ieee754/index.js',
    'path-browserify': 'node_modules/path-browserify/index.js',
    'string_decoder/': 'node_modules/string_decoder/lib/string_decoder.js',
    'node-inspect-extracted': 'node_modules/node-inspect-extracted/dist/inspect.js',
    'readable-stream': 'node_modules/readable-stream/lib/stream.js',
    'readable-stream/promises': 'node_modules/readable-stream/lib/stream/promises.js',
  };
  /** What those packages ask for that is here under another name. */
  const ALIASES = { 'process/': 'process', 'safe-buffer': 'buffer', 'abort-controller': 'internal/abort' };

  const cache = new Map();

  const fileOf = (name, from) => {
    if (name.startsWith('.')) {
      const parts = from.split('/').slice(0, -1);
      for (const part of name.split('/')) {
        if (part === '..') parts.pop();
        else if (part !== '.') parts.push(part);
      }
      const path = parts.join('/');
      return path.endsWith('.js') ? path : `${path}.js`;
    }
    const plain = name.replace(/^node:/, '');
    return PACKAGES[plain] ?? `lib/${ALIASES[plain] ?? plain}.js`;
  };

  const load = (file) => {
    const known = cache.get(file);
    if (known) return known.exports;
    const source = host('library', file);
    if (source === undefined) throw new Error(`No such built-in module: ${file}`);
    const module = { exports: {} };
    cache.set(file, module);
    const name = `node:${file.replace(/^lib\/|\.js$/g, '')}`;
    const body = compile(`(function (exports, require, module, binding) {${source}\n})`, name);
    try {
      body(module.exports, (wanted) => load(fileOf(wanted, file)), module, binding);
    } catch (error) {
      cache.delete(file);
      throw error;
    }
    return module.exports;
  };

  const builtin = (name) => load(fileOf(name, ''));

  // Calls to the outside -----------------------------------------------------------------------------------

  const pending = new Map();
  let ids = 0;

  const rethrow = (thrown, syscall, context) => {
    if (typeof thrown !== 'string' || !thrown.startsWith('errno:')) throw thrown;
    throw builtin('internal/errors').systemError(thrown.slice('errno:'.length), syscall, context);
  };

  const binding = {
    settings,
    compile,
    builtin,
    has: (name) => !name.startsWith('internal/') && host('library', `lib/${name}.js`) !== undefined,
    /** A call that answers before the next line runs. */
    raw: host,
    call(name, ...args) {
      try {
        return host(name, ...args);
      } catch (thrown) {
        rethrow(thrown, name);
      }
    },
    /** The same with what the error shall name: `{ syscall, path, dest, address, port }`. */
    callFor(context, name, ...args) {
      try {
        return host(name, ...args);
      } catch (thrown) {
        rethrow(thrown, context.syscall ?? name, context);
      }
    },
    /** A call that is under way while the program goes on. `callback(error, value)`; `counts`: the process waits for it. */
    begin(context, callback, name, ...args) {
      const id = ++ids;
      pending.set(id, (sound, value) => {
        if (sound) return callback(null, value);
        let error;
        try {
          rethrow(value, context.syscall ?? name, context);
        } catch (made) {
          error = made;
        }
        callback(error);
      });
      host('begin', id, context.counts !== false, name, ...args);
      return id;
    },
    /** Hears no more of a call that was begun, and does not wait for it. */
    forget(id) {
      pending.delete(id);
      host('count', id, false);
    },
  };

  // What the loop outside calls ----------------------------------------------------------------------------

  const process = builtin('process');
  const { runTicks } = builtin('internal/ticks');

  const guarded = (work) => {
    try {
      const value = work();
      runTicks();
      return value;
    } catch (error) {
      builtin('internal/fatal').uncaught(error);
      try {
        runTicks();
      } catch (another) {
        builtin('internal/fatal').uncaught(another);
      }
      return undefined;
    }
  };

  const TASKS = {
    run: (task, ...args) => builtin('internal/main')[task](...args),
    timers: () => builtin('internal/timers').fire(),
    completed(id, sound, value) {
      if (id < 0) {
        process.emit(value, value, builtin('os').constants.signals[value]);
        return;
      }
      const done = pending.get(id);
      pending.delete(id);
      done?.(sound, value);
    },
    beforeExit() {
      const before = ids;
      process.emit('beforeExit', process.exitCode ?? 0);
      return builtin('internal/timers').waiting() || ids !== before;
    },
    exit: () => process._end(),
  };

  Object.defineProperty(globalThis, 'dispatch', {
    value: (task, ...args) => guarded(() => TASKS[task](...args)),
  });

  builtin('internal/globals').install();
})();
