// exports: ChildProcess exec execFile execFileSync execSync fork spawn spawnSync
const EventEmitter = require('events');
const { begin, call, callFor } = binding;
const { Buffer } = require('buffer');
const process = require('process');

const STANDARD = ['pipe', 'pipe', 'pipe'];
const kindsOf = (stdio) => {
  if (stdio === undefined) return STANDARD;
  if (typeof stdio === 'string') return [stdio, stdio, stdio];
  return STANDARD.map((kind, fd) => {
    const given = stdio[fd] ?? kind;
    return typeof given === 'object' ? given.fd : given;
  });
};

const startOf = (file, args, options) => {
  const { cwd, env = process.env, shell, stdio, detached, argv0 } = options;
  const argv = shell
    ? [typeof shell === 'string' ? shell : '/bin/sh', '-c', [file, ...args].join(' ')]
    : [argv0 ?? file, ...args.map(String)];
  return {
    argv,
    cwd,
    env: Object.entries(env).map(([name, value]) => [name, String(value)]),
    stdio: kindsOf(stdio),
    detached,
  };
};

const contextOf = (file) => ({ syscall: `spawn ${file}`, path: file });

/** libuv names the program in the call, and says no more. */
const spawnError = (error, file, args) => {
  const made = new Error(`spawn ${file} ${error.code}`);
  return Object.assign(made, {
    errno: error.errno,
    code: error.code,
    syscall: `spawn ${file}`,
    path: file,
    spawnargs: args,
  });
};

class ChildProcess extends EventEmitter {
  constructor() {
    super();
    Object.assign(this, {
      pid: undefined,
      exitCode: null,
      signalCode: null,
      killed: false,
      stdin: null,
      stdout: null,
      stderr: null,
    });
    this.stdio = [null, null, null];
  }
  kill(signal = 'SIGTERM') {
    if (this.pid === undefined || this.exitCode !== null || this.signalCode !== null) return false;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
      return false;
    }
    this.killed = true;
    return true;
  }
  ref() {}
  unref() {
    if (this._waiting) binding.raw('count', this._waiting, false);
  }
}

const reader = (fd) => {
  const { Readable } = require('stream');
  return new Readable({
    read() {
      begin(
        { syscall: 'read' },
        (error, data) => {
          if (error) return void this.destroy(error);
          this.push(data.byteLength === 0 ? null : Buffer.from(data));
        },
        'read',
        fd,
        65536,
      );
    },
    destroy(error, done) {
      begin({ syscall: 'close', counts: false }, () => undefined, 'close', fd);
      done(error);
    },
  });
};

const writer = (fd) => {
  const { Writable } = require('stream');
  return new Writable({
    write(chunk, _encoding, done) {
      begin({ syscall: 'write' }, done, 'write', fd, require('internal/stdio').encoded(chunk));
    },
    final(done) {
      begin({ syscall: 'close' }, () => done(), 'close', fd);
    },
  });
};

const spawn = (file, ...rest) => {
  const args = Array.isArray(rest[0]) ? rest[0] : [];
  const options = (Array.isArray(rest[0]) ? rest[1] : rest[0]) ?? {};
  const child = new ChildProcess();
  child.spawnfile = file;
  child.spawnargs = [file, ...args];
  let started;
  try {
    started = JSON.parse(callFor(contextOf(file), 'spawn', JSON.stringify(startOf(file, args, options))));
  } catch (error) {
    const told = spawnError(error, file, args);
    process.nextTick(() => {
      child.emit('error', told);
      child.emit('close', told.errno, null);
    });
    child.stdin = new (require('stream').PassThrough)();
    child.stdout = new (require('stream').PassThrough)().end();
    child.stderr = new (require('stream').PassThrough)().end();
    return child;
  }
  child.pid = started.pid;
  const [input, output, errors] = started.fds;
  if (input !== -1) child.stdin = writer(input);
  if (output !== -1) child.stdout = reader(output);
  if (errors !== -1) child.stderr = reader(errors);
  child.stdio = [child.stdin, child.stdout, child.stderr];
  let open = 1;
  const closed = () => {
    if (--open === 0) child.emit('close', child.exitCode, child.signalCode);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    open++;
    stream.on('close', closed);
  }
  child._waiting = begin(
    { syscall: 'wait' },
    (_error, answer) => {
      [child.exitCode, child.signalCode] = JSON.parse(answer);
      if (child.stdin && !child.stdin.destroyed) child.stdin.destroy();
      child.emit('exit', child.exitCode, child.signalCode);
      // What nobody reads is read to its end.
      for (const stream of [child.stdout, child.stderr])
        if (stream && stream.listenerCount('data') === 0 && stream.listenerCount('readable') === 0)
          stream.resume();
      closed();
    },
    'waitpid',
    child.pid,
  );
  if (options.signal) options.signal.addEventListener('abort', () => child.kill());
  if (options.timeout > 0) setTimeout(() => child.kill(options.killSignal), options.timeout).unref();
  process.nextTick(() => child.emit('spawn'));
  return child;
};

const execFile = (file, ...rest) => {
  const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined;
  const args = Array.isArray(rest[0]) ? rest[0] : [];
  const options = {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024,
    ...(Array.isArray(rest[0]) ? rest[1] : rest[0]),
  };
  const child = spawn(file, args, options);
  const gathered = { stdout: [], stderr: [] };
  let failure;
  for (const name of ['stdout', 'stderr']) {
    let size = 0;
    child[name]?.on('data', (chunk) => {
      size += chunk.length;
      if (size > options.maxBuffer && !failure) {
        failure = require('internal/errors').coded(
          RangeError,
          'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
          `${name} maxBuffer length exceeded`,
        );
        child.kill();
      } else gathered[name].push(chunk);
    });
  }
  child.on('error', (error) => {
    failure = error;
  });
  child.on('close', (code, signal) => {
    if (!callback) return;
    const [stdout, stderr] = ['stdout', 'stderr'].map((name) => {
      const bytes = Buffer.concat(gathered[name]);
      return options.encoding === 'buffer' || options.encoding === null
        ? bytes
        : bytes.toString(options.encoding);
    });
    if (!failure && (code !== 0 || signal !== null)) {
      const cmd = options.shell ? file : [file, ...args].join(' ');
      failure = Object.assign(new Error(`Command failed: ${cmd}\n${stderr}`), {
        code,
        killed: child.killed,
        signal,
        cmd,
      });
    }
    if (failure) Object.assign(failure, { stdout, stderr });
    callback(failure ?? null, stdout, stderr);
  });
  return child;
};

const exec = (command, ...rest) => {
  const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined;
  return execFile(command, [], { shell: true, ...rest[0] }, callback);
};

const custom = Symbol.for('nodejs.util.promisify.custom');
for (const start of [exec, execFile])
  start[custom] = (...args) =>
    new Promise((resolve, reject) =>
      start(...args, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr }))),
    );

/** Reads a descriptor to its end, while others may write: one after another is enough, the kernel's pipes hold back who is too fast. */
const spawnSync = (file, ...rest) => {
  const args = Array.isArray(rest[0]) ? rest[0] : [];
  const options = (Array.isArray(rest[0]) ? rest[1] : rest[0]) ?? {};
  let started;
  try {
    started = JSON.parse(callFor(contextOf(file), 'spawn', JSON.stringify(startOf(file, args, options))));
  } catch (error) {
    const told = spawnError(error, file, args);
    told.message = `spawnSync ${file} ${error.code}`;
    return { error: told, status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null };
  }
  const { pid, fds } = started;
  if (fds[0] !== -1 && options.input === undefined) call('close', fds[0]);
  const [status, signal, out, err] = collect(started, options);
  const [stdout, stderr] = [out, err].map((bytes) =>
    bytes === null || !options.encoding || options.encoding === 'buffer'
      ? bytes
      : bytes.toString(options.encoding),
  );
  return { pid, status, signal, stdout, stderr, output: [null, stdout, stderr] };
};

const collect = ({ pid, fds }, options) => {
  const answer = JSON.parse(
    call(
      'communicate',
      pid,
      fds[1],
      fds[2],
      options.input === undefined ? -1 : fds[0],
      options.input === undefined ? '' : require('internal/stdio').encoded(options.input),
    ),
  );
  const [status, signal, sizes] = answer;
  const all = Buffer.from(call('communicated'));
  const take = (fd, from, to) => (fd === -1 ? null : all.subarray(from, to));
  return [status, signal, take(fds[1], 0, sizes[0]), take(fds[2], sizes[0], sizes[0] + sizes[1])];
};

const checked = (result, command) => {
  if (result.error) throw result.error;
  if (result.status === 0) return result.stdout;
  const error = new Error(`Command failed: ${command}${result.stderr?.length ? `\n${result.stderr}` : ''}`);
  throw Object.assign(error, result);
};

const execSync = (command, options = {}) => {
  const stdio = options.stdio ?? ['pipe', 'pipe', 'inherit'];
  return checked(spawnSync(command, [], { shell: true, ...options, stdio }), command);
};

module.exports = {
  ChildProcess,
  exec,
  execFile,
  execSync,
  spawn,
  spawnSync,
  execFileSync: (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options = (Array.isArray(rest[0]) ? rest[1] : rest[0]) ?? {};
    return checked(
      spawnSync(file, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options }),
      [file, ...args].join(' '),
    );
  },
  fork() {
    throw require('internal/errors').notSimulated('child_process.fork');
  },
};
