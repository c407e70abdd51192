// console: what the standard output and the standard error get.
class Console {
  #out;
  #err;
  #indent = '';
  #counts = new Map();
  #timers = new Map();

  constructor(out, err = out) {
    const options = out && typeof out.write !== 'function' ? out : { stdout: out, stderr: err };
    this.#out = options.stdout;
    this.#err = options.stderr ?? options.stdout;
    for (const name of Object.getOwnPropertyNames(Console.prototype))
      if (name !== 'constructor') this[name] = this[name].bind(this);
    Object.assign(this, { info: this.log, debug: this.log, warn: this.error, groupCollapsed: this.group });
  }

  #print(stream, args) {
    const [first] = args;
    const text =
      args.length === 1 && typeof first === 'string'
        ? first
        : require('util').formatWithOptions(
            { colors: Boolean(stream().isTTY) && stream().hasColors() },
            ...args,
          );
    const indented = this.#indent === '' ? text : text.replace(/^/gm, this.#indent);
    stream().write(`${indented}\n`);
  }

  #stream(which) {
    const process = require('process');
    return which === 'out' ? () => this.#out ?? process.stdout : () => this.#err ?? process.stderr;
  }

  log(...args) {
    this.#print(this.#stream('out'), args);
  }
  error(...args) {
    this.#print(this.#stream('err'), args);
  }
  trace(...args) {
    const { stack } = new Error();
    const frames = stack.split('\n').slice(2).join('\n');
    this.error(`Trace${args.length > 0 ? `: ${require('util').format(...args)}` : ''}\n${frames}`);
  }
  dir(value, options) {
    this.log(require('util').inspect(value, { customInspect: false, ...options }));
  }
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === 'string') this.error(`Assertion failed: ${args[0]}`, ...args.slice(1));
    else this.error('Assertion failed', ...args);
  }
  count(label = 'default') {
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    this.log(`${label}: ${count}`);
  }
  countReset(label = 'default') {
    this.#counts.delete(label);
  }
  time(label = 'default') {
    this.#timers.set(label, binding.call('monotonic'));
  }
  timeLog(label = 'default', ...args) {
    const began = this.#timers.get(label);
    if (began === undefined) return;
    const ms = binding.call('monotonic') - began;
    this.log(
      `${label}: ${ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`}`,
      ...args,
    );
  }
  timeEnd(label = 'default') {
    this.timeLog(label);
    this.#timers.delete(label);
  }
  group(...args) {
    if (args.length > 0) this.log(...args);
    this.#indent += '  ';
  }
  groupEnd() {
    this.#indent = this.#indent.slice(0, -2);
  }
  table(rows) {
    if (rows === null || typeof rows !== 'object') return this.log(rows);
    this.log(require('internal/table').table(rows));
  }
}

exports.Console = Console;
exports.create = () => Object.assign(new Console(), { Console });
