// What node:fs is made of: each operation once, for its three forms (synchronous, with a callback, as a promise).
const { callFor, begin } = binding;

const constants = {
  F_OK: 0,
  R_OK: 4,
  W_OK: 2,
  X_OK: 1,
  COPYFILE_EXCL: 1,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_DIRECTORY: 0o200000,
  O_NOFOLLOW: 0o400000,
  O_SYNC: 0o4010000,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
};
exports.constants = constants;

const FLAGS = {
  r: 0,
  'r+': 2,
  rs: 0,
  'rs+': 2,
  w: 0o1101,
  wx: 0o1301,
  'w+': 0o1102,
  'wx+': 0o1302,
  a: 0o2101,
  ax: 0o2301,
  'a+': 0o2102,
  'ax+': 0o2302,
};
exports.flagsOf = (flags = 'r') => {
  if (typeof flags === 'number') return flags;
  if (FLAGS[flags] !== undefined) return FLAGS[flags] | 0o2000000;
  throw require('internal/errors').coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The argument 'flags' is invalid. Received '${flags}'`,
  );
};

exports.modeOf = (mode, otherwise) => {
  if (mode === undefined || mode === null) return otherwise;
  return typeof mode === 'string' ? Number.parseInt(mode, 8) : mode;
};

/** A path as text: of a text, a Buffer or a file URL. */
exports.pathOf = (path, name = 'path') => {
  if (typeof path === 'string') {
    if (path.includes('\0'))
      throw require('internal/errors').coded(
        TypeError,
        'ERR_INVALID_ARG_VALUE',
        `The argument '${name}' must be a string, Uint8Array, or URL without null bytes. Received '${path.replaceAll('\0', '\\x00')}'`,
      );
    return path;
  }
  if (path?.href !== undefined) return require('url').fileURLToPath(path);
  if (ArrayBuffer.isView(path)) return require('buffer').Buffer.from(path).toString();
  throw require('internal/errors').argumentType(name, 'of type string or an instance of Buffer or URL', path);
};

const bytesOf = (data, encoding) => {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data))
    throw require('internal/errors').argumentType(
      'data',
      'of type string or an instance of Buffer, TypedArray, or DataView',
      data,
    );
  return require('internal/stdio').encoded(data, encoding);
};
exports.bytesOf = bytesOf;

class Stats {
  constructor(found) {
    const { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atime, mtime, ctime } = found;
    Object.assign(this, { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks });
    Object.assign(this, { atimeMs: atime, mtimeMs: mtime, ctimeMs: ctime, birthtimeMs: ctime });
    Object.assign(this, {
      atime: new Date(atime),
      mtime: new Date(mtime),
      ctime: new Date(ctime),
      birthtime: new Date(ctime),
    });
  }
}
class Dirent {
  constructor(name, parentPath, type) {
    Object.assign(this, { name, parentPath, path: parentPath });
    this[TYPE] = type;
  }
}
const TYPE = Symbol('type');
const KINDS = {
  File: constants.S_IFREG,
  Directory: constants.S_IFDIR,
  SymbolicLink: constants.S_IFLNK,
  FIFO: constants.S_IFIFO,
  Socket: constants.S_IFSOCK,
  CharacterDevice: constants.S_IFCHR,
  BlockDevice: constants.S_IFBLK,
};
for (const [kind, bits] of Object.entries(KINDS)) {
  Stats.prototype[`is${kind}`] = function is() {
    return (this.mode & constants.S_IFMT) === bits;
  };
  Dirent.prototype[`is${kind}`] = function is() {
    return this[TYPE] === bits;
  };
}
Object.assign(exports, { Stats, Dirent });

/**
 * Runs an operation that is written as a generator of calls: `[context, name, ...arguments]` each, whose answer comes back. Once at
 * once, once with what is under way in between.
 */
exports.now = (steps) => {
  let next = steps.next();
  while (!next.done) {
    const [context, ...call] = next.value;
    let answer;
    let failure;
    try {
      answer = callFor(context, ...call);
    } catch (error) {
      failure = { error };
    }
    next = failure ? steps.throw(failure.error) : steps.next(answer);
  }
  return next.value;
};

exports.later = (steps, done) => {
  const step = (move) => {
    let next;
    try {
      next = move();
    } catch (error) {
      return done(error);
    }
    if (next.done) return done(null, next.value);
    const [context, ...call] = next.value;
    begin(context, (error, answer) => step(() => (error ? steps.throw(error) : steps.next(answer))), ...call);
  };
  step(() => steps.next());
};

const { flagsOf, modeOf, pathOf } = exports;
const optionsOf = (options) => (typeof options === 'string' ? { encoding: options } : (options ?? {}));

const decoded = (data, encoding) => {
  const buffer = require('buffer').Buffer.from(data);
  if (encoding === undefined || encoding === null || encoding === 'buffer') return buffer;
  return buffer.toString(encoding);
};

const at = (syscall, path, dest) => ({ syscall, path, dest });

function* openAnd(path, flags, mode, work) {
  const fd = Number.isInteger(path)
    ? path
    : yield [at('open', pathOf(path)), 'open', pathOf(path), flagsOf(flags), modeOf(mode, 0o666)];
  let value;
  try {
    value = yield* work(fd);
  } finally {
    if (!Number.isInteger(path)) yield [at('close'), 'close', fd];
  }
  return value;
}

const isThere = function* isThere(path) {
  try {
    return JSON.parse(yield [at('lstat', path), 'lstat', path]);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const OPERATIONS = {
  *readFile(path, options) {
    const { encoding, flag } = optionsOf(options);
    const data = yield* openAnd(path, flag ?? 'r', undefined, function* all(fd) {
      return yield [at('read'), 'readAll', fd];
    });
    return decoded(data, encoding);
  },
  *writeFile(path, data, options) {
    const { encoding, flag, mode } = optionsOf(options);
    const bytes = bytesOf(data, encoding);
    yield* openAnd(path, flag ?? 'w', mode, function* all(fd) {
      yield [at('write'), 'write', fd, bytes];
    });
  },
  *appendFile(path, data, options) {
    yield* OPERATIONS.writeFile(path, data, { flag: 'a', ...optionsOf(options) });
  },
  *access(path, mode = 0) {
    yield [at('access', pathOf(path)), 'access', pathOf(path), mode];
  },
  *stat(path, options) {
    return yield* stats('stat', path, options);
  },
  *lstat(path, options) {
    return yield* stats('lstat', path, options);
  },
  *fstat(fd) {
    return new Stats(JSON.parse(yield [at('fstat'), 'fstat', fd]));
  },
  *open(path, flags, mode) {
    return yield [at('open', pathOf(path)), 'open', pathOf(path), flagsOf(flags), modeOf(mode, 0o666)];
  },
  *close(fd) {
    yield [at('close'), 'close', fd];
  },
  *readdir(path, options) {
    const { withFileTypes, recursive } = optionsOf(options);
    const from = pathOf(path);
    const found = [];
    const list = function* list(directory, prefix) {
      const entries = JSON.parse(yield [at('scandir', directory), 'readdir', directory]);
      for (const [name, type] of entries) {
        found.push(withFileTypes ? new Dirent(name, directory, type) : prefix + name);
        if (recursive && type === constants.S_IFDIR) yield* list(`${directory}/${name}`, `${prefix}${name}/`);
      }
    };
    yield* list(from, '');
    return found;
  },
  *mkdir(path, options) {
    const { recursive, mode } = typeof options === 'object' && options !== null ? options : { mode: options };
    const whole = pathOf(path);
    if (!recursive) {
      yield [at('mkdir', whole), 'mkdir', whole, modeOf(mode, 0o777)];
      return undefined;
    }
    let first;
    const names = require('path').resolve(whole).split('/').filter(Boolean);
    for (let count = 1; count <= names.length; count++) {
      const directory = `/${names.slice(0, count).join('/')}`;
      try {
        yield [at('mkdir', directory), 'mkdir', directory, modeOf(mode, 0o777)];
        first ??= directory;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
        const { mode: kind } = JSON.parse(yield [at('stat', directory), 'stat', directory]);
        if ((kind & constants.S_IFMT) !== constants.S_IFDIR)
          throw count === names.length ? error : Object.assign(error, { code: 'ENOTDIR' });
      }
    }
    return first;
  },
  *rmdir(path) {
    yield [at('rmdir', pathOf(path)), 'rmdir', pathOf(path)];
  },
  *unlink(path) {
    yield [at('unlink', pathOf(path)), 'unlink', pathOf(path)];
  },
  *rm(path, { recursive = false, force = false } = {}) {
    const whole = pathOf(path);
    const found = yield* isThere(whole);
    if (!found) {
      if (force) return;
      yield [at('rm', whole), 'lstat', whole];
    }
    if ((found.mode & constants.S_IFMT) !== constants.S_IFDIR) return yield* OPERATIONS.unlink(whole);
    if (!recursive) {
      const message = `Path is a directory: rm returned EISDIR (is a directory) ${whole}`;
      throw Object.assign(require('internal/errors').coded(Error, 'ERR_FS_EISDIR', message), {
        syscall: 'rm',
      });
    }
    const entries = JSON.parse(yield [at('scandir', whole), 'readdir', whole]);
    for (const [name] of entries) yield* OPERATIONS.rm(`${whole}/${name}`, { recursive });
    yield* OPERATIONS.rmdir(whole);
  },
  *rename(from, to) {
    yield [at('rename', pathOf(from), pathOf(to)), 'rename', pathOf(from), pathOf(to)];
  },
  *link(from, to) {
    yield [at('link', pathOf(from), pathOf(to)), 'link', pathOf(from), pathOf(to)];
  },
  *symlink(target, path) {
    yield [at('symlink', pathOf(target), pathOf(path)), 'symlink', pathOf(target), pathOf(path)];
  },
  *readlink(path) {
    return yield [at('readlink', pathOf(path)), 'readlink', pathOf(path)];
  },
  *realpath(path) {
    const whole = require('path').resolve(pathOf(path));
    return yield [at('lstat', pathOf(path)), 'realpath', whole];
  },
  *chmod(path, mode) {
    yield [at('chmod', pathOf(path)), 'chmod', pathOf(path), modeOf(mode)];
  },
  *chown(path, uid, gid) {
    yield [at('chown', pathOf(path)), 'chown', pathOf(path), uid, gid];
  },
  *truncate(path, length = 0) {
    yield [at('open', pathOf(path)), 'truncate', pathOf(path), length];
  },
  *ftruncate(fd, length = 0) {
    yield [at('ftruncate'), 'ftruncate', fd, length];
  },
  *utimes(path, atime, mtime) {
    const ms = (time) => (time instanceof Date ? time.getTime() : Number(time) * 1000);
    yield [at('utime', pathOf(path)), 'utimes', pathOf(path), ms(atime), ms(mtime)];
  },
  *copyFile(from, to, mode = 0) {
    const data = yield* OPERATIONS.readFile(from);
    const { mode: bits } = JSON.parse(yield [at('stat', pathOf(from)), 'stat', pathOf(from)]);
    yield* OPERATIONS.writeFile(to, data, {
      flag: mode & constants.COPYFILE_EXCL ? 'wx' : 'w',
      mode: bits & 0o777,
    });
  },
  *mkdtemp(prefix) {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const name =
      pathOf(prefix) +
      Array.from(require('crypto').randomBytes(6), (byte) => letters[byte % letters.length]).join('');
    yield [at('mkdtemp', `${prefix}XXXXXX`), 'mkdir', name, 0o700];
    return name;
  },
  *cp(from, to, { recursive = false } = {}) {
    const source = pathOf(from);
    const found = JSON.parse(yield [at('cp', source), 'lstat', source]);
    if ((found.mode & constants.S_IFMT) !== constants.S_IFDIR) return yield* OPERATIONS.copyFile(source, to);
    if (!recursive)
      throw require('internal/errors').coded(
        Error,
        'ERR_FS_EISDIR',
        `Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${source} is a directory (not copied)) ${source}`,
      );
    yield* OPERATIONS.mkdir(to, { recursive: true });
    const entries = JSON.parse(yield [at('scandir', source), 'readdir', source]);
    for (const [name] of entries)
      yield* OPERATIONS.cp(`${source}/${name}`, `${pathOf(to)}/${name}`, { recursive });
  },
};

function* stats(call, path, { throwIfNoEntry = true } = {}) {
  try {
    return new Stats(JSON.parse(yield [at(call, pathOf(path)), call, pathOf(path)]));
  } catch (error) {
    if (!throwIfNoEntry && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

exports.OPERATIONS = OPERATIONS;
