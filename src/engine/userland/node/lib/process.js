// process: the process as its program sees it.
const EventEmitter = require('events');
const { call, callFor, settings, raw } = binding;
const { nextTick } = require('internal/ticks');

const process = Object.create(
  Object.create(EventEmitter.prototype, { constructor: { value: function process() {} } }),
);
EventEmitter.call(process);
module.exports = process;

const SIGNAL = /^SIG[A-Z0-9]+$/;
const emit = EventEmitter.prototype.emit;

/** A signal is heard from its first listener on, and left to the kernel again after the last. */
const listen = (name, first) => {
  if (SIGNAL.test(name)) call('signal', name, first ? 'listen' : 'default');
};
process.on('newListener', (name) => {
  if (SIGNAL.test(name) && process.listenerCount(name) === 0) listen(name, true);
});
process.on('removeListener', (name) => {
  if (process.listenerCount(name) === 0) listen(name, false);
});

const env = new Proxy(Object.assign(Object.create(Object.prototype), settings.env), {
  set: (target, key, value) => Reflect.set(target, key, String(value)),
  defineProperty: (target, key, descriptor) =>
    Reflect.defineProperty(target, key, { ...descriptor, value: String(descriptor.value) }),
});

let ended = false;

Object.assign(process, {
  title: 'node',
  version: `v${settings.version}`,
  versions: { node: settings.version, quickjs: 'ng', modules: '137' },
  arch: 'x64',
  platform: 'linux',
  release: { name: 'node', ...(settings.lts ? { lts: settings.lts } : {}) },
  argv: settings.argv,
  execArgv: settings.execArgv,
  execPath: settings.execPath,
  argv0: settings.argv0,
  env,
  exitCode: undefined,
  features: {},
  config: { variables: {}, target_defaults: {} },
  allowedNodeEnvironmentFlags: new Set(),
  nextTick,
  cwd: () => call('cwd'),
  chdir(directory) {
    callFor({ syscall: 'chdir', path: directory }, 'chdir', directory);
  },
  umask(mask) {
    const before = call(
      'umask',
      mask === undefined ? 0 : Number(typeof mask === 'string' ? `0o${mask}` : mask),
    );
    if (mask === undefined) call('umask', before);
    return before;
  },
  uptime: () => (call('monotonic') - started) / 1000,
  hrtime: Object.assign(
    (before = [0, 0]) => {
      const nanoseconds = Math.round(call('monotonic') * 1e6) - (before[0] * 1e9 + before[1]);
      return [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9];
    },
    { bigint: () => BigInt(Math.round(call('monotonic') * 1e6)) },
  ),
  memoryUsage: Object.assign(
    () => {
      const heap = raw('memory');
      const rss = heap + 40 * 1024 * 1024;
      return { rss, heapTotal: heap, heapUsed: heap, external: 0, arrayBuffers: 0 };
    },
    { rss: () => raw('memory') + 40 * 1024 * 1024 },
  ),
  cpuUsage() {
    const { user, system } = JSON.parse(call('times'));
    return { user: Math.round(user * 1000), system: Math.round(system * 1000) };
  },
  resourceUsage() {
    const { user, system } = process.cpuUsage();
    return { userCPUTime: user, systemCPUTime: system, maxRSS: process.memoryUsage.rss() / 1024 };
  },
  kill(pid, signal = 'SIGTERM') {
    const { signals } = require('os').constants;
    const name =
      typeof signal === 'number' ? Object.keys(signals).find((key) => signals[key] === signal) : signal;
    if (signal !== 0 && signals[name] === undefined)
      throw require('internal/errors').coded(TypeError, 'ERR_UNKNOWN_SIGNAL', `Unknown signal: ${signal}`);
    callFor({ syscall: 'kill', brief: true }, 'kill', pid, signal === 0 ? 0 : name);
    return true;
  },
  abort() {
    process.kill(process.pid, 'SIGABRT');
  },
  exit(code) {
    if (code !== undefined) process.exitCode = code;
    process._exit(process._end());
  },
  emitWarning(warning, options) {
    const name = typeof options === 'string' ? options : (options?.type ?? warning?.name ?? 'Warning');
    const code = typeof options === 'object' && options?.code ? `[${options.code}] ` : '';
    const text = typeof warning === 'string' ? warning : warning.message;
    nextTick(() => {
      process.stderr.write(
        `(node:${process.pid}) ${code}${name}: ${text}\n(Use \`node --trace-${name === 'DeprecationWarning' ? 'deprecation' : 'warnings'} ...\` to show where the warning was created)\n`,
      );
    });
  },
  binding() {
    throw require('internal/errors').notSimulated('process.binding');
  },
});

/** Not what programs use: how the library ends the process. */
Object.defineProperties(process, {
  _exit: { value: (code) => raw('exit', code & 0xff) },
  /** `exit` is heard once; gives the status. */
  _end: {
    value() {
      if (!ended) {
        ended = true;
        emit.call(process, 'exit', Number(process.exitCode ?? 0));
      }
      return Number(process.exitCode ?? 0);
    },
  },
  reallyExit: { value: (code) => raw('exit', code & 0xff) },
});

const started = call('monotonic');

for (const [name, at] of [
  ['uid', 0],
  ['euid', 1],
  ['gid', 2],
  ['egid', 3],
])
  process[`get${name}`] = () => JSON.parse(call('ids'))[at];
process.getgroups = () => JSON.parse(call('ids')).slice(4);
for (const name of ['setuid', 'setgid'])
  process[name] = (id) => {
    callFor({ syscall: name }, name, id);
  };

const lazy = (name, get) =>
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = get();
      Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true });
      return value;
    },
  });
lazy('pid', () => call('pid'));
lazy('ppid', () => call('ppid'));
lazy('stdin', () => require('internal/stdio').stdin());
lazy('stdout', () => require('internal/stdio').output(1));
lazy('stderr', () => require('internal/stdio').output(2));
