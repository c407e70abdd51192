// What becomes of an error that nobody caught.
const { settings } = binding;

/** The texts of the modules that have been read, for the line that is shown. */
const sources = new Map();
exports.sources = sources;

/** Where an error arose: the line of the file, with a mark under the place. */
const place = (error) => {
  const where = /\(?((?:\/|\[)[^\s():]*):(\d+):(\d+)\)?/.exec(
    String(error.stack ?? '').split(/\n(?=\s+at )/)[1] ?? '',
  );
  if (!where) return '';
  const [, path, line, column] = where;
  const source = sources.get(path)?.split('\n')[Number(line) - 1];
  if (source === undefined) return '';
  // Where QuickJS knows the line alone, the mark stands under its first letter.
  const at = column === '1' ? source.search(/\S|$/) : Number(column) - 1;
  return `${path}:${line}\n${source}\n${' '.repeat(at)}^\n\n`;
};

/** The module loader outside can throw texts only. */
const LOADER = /^(Cannot find (module|package) |No "exports" main|Package subpath )/;
const fromLoader = (thrown) =>
  typeof thrown === 'string' && LOADER.test(thrown)
    ? require('internal/errors').coded(Error, 'ERR_MODULE_NOT_FOUND', thrown)
    : thrown;

exports.describe = (thrown) => {
  const { inspect } = require('util');
  const error = fromLoader(thrown);
  if (error instanceof Error) return `${place(error)}${inspect(error)}`;
  return `Uncaught:\n${inspect(error)}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)`;
};

let handling = false;

/** Emits `uncaughtException`; where nobody listens, says what it was and ends the process with status 1. */
exports.uncaught = (thrown, origin = 'uncaughtException') => {
  const process = require('process');
  if (!handling && process.listenerCount('uncaughtException') > 0) {
    handling = true;
    try {
      process.emit('uncaughtException', thrown, origin);
    } finally {
      handling = false;
    }
    return;
  }
  binding.call('write', 2, `${exports.describe(thrown)}\n\nNode.js v${settings.version}\n`);
  process.exitCode = 1;
  process._exit(process._end());
};
