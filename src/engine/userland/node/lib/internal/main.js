// What a process is started for.
const { settings } = binding;

/** The resolved path of the program, `node FILE`. */
exports.file = (path) => {
  try {
    require('internal/modules').runMain(path);
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || error.requireStack?.[0] !== '/[main]') throw error;
    const missing = new Error(`Cannot find module '${path}'`);
    missing.code = error.code;
    missing.requireStack = [];
    missing.stack = `Error: ${missing.message}\n    at runMain (node:internal/modules)`;
    throw missing;
  }
};

const scriptModule = (name) => {
  const Module = require('internal/modules');
  const module = new Module(`${require('process').cwd()}/${name}`);
  Object.assign(globalThis, { require: Module.requireOf(module), module, exports: module.exports });
  globalThis.__filename = name;
  globalThis.__dirname = '.';
  for (const builtin of Module.builtinModules)
    if (!builtin.includes('/') && !(builtin in globalThis))
      Object.defineProperty(globalThis, builtin, {
        configurable: true,
        get: () => require(builtin),
        set(value) {
          Object.defineProperty(globalThis, builtin, { value, writable: true, configurable: true });
        },
      });
};

/** Before a text that is no file runs (`node -e`, standard input, the prompt): it sees `require` and Node's modules by name. */
exports.prepare = (name, code) => {
  require('internal/fatal').sources.set(name, code);
  if (!('require' in globalThis)) scriptModule(name);
};

/** The value or the error that the text came to, which the machine keeps in a property. */
const taken = () => {
  const { '[value]': value } = globalThis;
  delete globalThis['[value]'];
  return value;
};

exports.failed = () => require('internal/fatal').uncaught(taken());
exports.done = () => {
  taken();
};
exports.print = () => globalThis.console.log(taken());

/** The prompt's answer to a value. */
exports.show = () => {
  const value = taken();
  globalThis._ = value;
  return `${require('util').inspect(value, { colors: settings.colors })}\n`;
};

/** What the last lines of a text that is not at its end have in common. */
const UNFINISHED = /unexpected end|got '?(EOF|\(?end)|unterminated|end of (input|file)|expecting '[)}\]]'/i;

/** The prompt's answer to an error: nothing where the text goes on in the next line. */
exports.complain = () => {
  const error = taken();
  if (
    error instanceof SyntaxError &&
    UNFINISHED.test(error.message) &&
    / at .*REPL|^\s*$/m.test(`${error.stack}\n`)
  )
    return '';
  if (error instanceof SyntaxError) return `Uncaught ${error.name}: ${error.message}\n`;
  return `Uncaught ${require('util').inspect(error)}\n`;
};
