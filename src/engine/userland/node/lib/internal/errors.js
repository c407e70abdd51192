// Errors as Node makes them: of system calls with libuv's words, of arguments with a code.
const TEXT = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  EAGAIN: 'resource temporarily unavailable',
  EBADF: 'bad file descriptor',
  EBUSY: 'resource busy or locked',
  ECANCELED: 'operation canceled',
  ECONNABORTED: 'software caused connection abort',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EEXIST: 'file already exists',
  EHOSTUNREACH: 'host is unreachable',
  EINVAL: 'invalid argument',
  EIO: 'i/o error',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many symbolic links encountered',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'name too long',
  ENETUNREACH: 'network is unreachable',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
  ENOMEM: 'not enough memory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  ENOTSOCK: 'socket operation on non-socket',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  EROFS: 'read-only file system',
  ESRCH: 'no such process',
  ETIMEDOUT: 'connection timed out',
  EXDEV: 'cross-device link not permitted',
};

const NUMBERS = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENOEXEC: 8,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  ENOSPC: 28,
  EROFS: 30,
  EPIPE: 32,
  ENAMETOOLONG: 36,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENOTSOCK: 88,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  ECANCELED: 125,
};

/** The error of a failed system call, of a file or of a socket. */
exports.systemError = (code, syscall, { path, dest, address, port, brief } = {}) => {
  const at = address === undefined ? '' : ` ${address}${port === undefined ? '' : `:${port}`}`;
  const message =
    brief || (address !== undefined && syscall !== 'listen')
      ? `${syscall} ${code}${at}`
      : address !== undefined
        ? `listen ${code}: ${TEXT[code] ?? code}${at}`
        : `${code}: ${TEXT[code] ?? code}, ${syscall}${path === undefined ? '' : ` '${path}'`}${dest === undefined ? '' : ` -> '${dest}'`}`;
  const error = new Error(message);
  Object.assign(error, { errno: -(NUMBERS[code] ?? 0), code, syscall });
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  if (address !== undefined) error.address = address;
  if (port !== undefined) error.port = port;
  return error;
};

exports.NUMBERS = NUMBERS;

/** An error with a code of Node's own, which stands in its name: `TypeError [ERR_X]: …`. */
const coded = (Base, code, message) => {
  const error = new Base(message);
  error.code = code;
  const { stack } = error;
  error.stack = `${error.name} [${code}]: ${message}\n${stack.replace(/^(?!\s+at )[^\n]*\n/, '')}`;
  return error;
};
exports.coded = coded;

const shown = (value) => {
  if (value == null) return ` Received ${value}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    const name = value.constructor?.name;
    return name
      ? ` Received an instance of ${name}`
      : ` Received ${require('util').inspect(value, { depth: -1 })}`;
  }
  const text = require('util').inspect(value, { colors: false });
  return ` Received type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
};

exports.argumentType = (name, expected, value) =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" ${name.includes('.') ? 'property' : 'argument'} must be ${expected}.${shown(value)}`,
  );

/** For what Node has and this machine has not: never silently. */
exports.notSimulated = (what) => coded(Error, 'ERR_NOT_SIMULATED', `${what} is not simulated in Drydock`);
