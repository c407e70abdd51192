// exports: access accessSync appendFile appendFileSync chmod chmodSync close closeSync constants copyFile
// exports: copyFileSync cpSync createReadStream createWriteStream exists existsSync fstatSync lstat lstatSync mkdir
// exports: mkdirSync mkdtempSync open openSync promises read readFile readFileSync readSync readdir readdirSync
// exports: realpath realpathSync rename renameSync rm rmSync rmdir rmdirSync stat statSync symlinkSync unlink
// exports: unlinkSync watch watchFile write writeFile writeFileSync writeSync Stats Dirent
const { OPERATIONS, Dirent, Stats, bytesOf, constants, later, now, pathOf } = require('internal/files');
const { callFor, begin } = binding;

const fs = { constants, Stats, Dirent, ...constants };
module.exports = fs;

for (const [name, operation] of Object.entries(OPERATIONS)) {
  fs[`${name}Sync`] = (...args) => now(operation(...args));
  fs[name] = (...args) => {
    const callback = args.pop();
    if (typeof callback !== 'function')
      throw require('internal/errors').argumentType('cb', 'of type function', callback);
    later(operation(...args), (error, value) =>
      error ? callback(error) : value === undefined ? callback(null) : callback(null, value),
    );
  };
}
fs.realpathSync.native = fs.realpathSync;
fs.realpath.native = fs.realpath;

fs.existsSync = (path) => {
  try {
    fs.accessSync(path);
    return true;
  } catch {
    return false;
  }
};
fs.exists = (path, callback) => fs.access(path, (error) => callback(!error));

const window = (buffer, offset, length) => {
  if (offset !== null && typeof offset === 'object') ({ offset, length } = offset);
  const from = offset ?? 0;
  return [from, length ?? buffer.byteLength - from];
};

const readCall = (fd, length, position) =>
  typeof position === 'number' && position >= 0 ? ['pread', fd, length, position] : ['read', fd, length];

fs.readSync = (fd, buffer, offset, length, position) => {
  const [from, count] = window(buffer, offset, length);
  const data = new Uint8Array(callFor({ syscall: 'read' }, ...readCall(fd, count, position)));
  new Uint8Array(buffer.buffer, buffer.byteOffset).set(data, from);
  return data.length;
};
fs.read = (fd, buffer, ...rest) => {
  const callback = rest.pop();
  const [from, count] = window(buffer, rest[0], rest[1]);
  begin(
    { syscall: 'read' },
    (error, data) => {
      if (error) return callback(error);
      new Uint8Array(buffer.buffer, buffer.byteOffset).set(new Uint8Array(data), from);
      callback(null, data.byteLength, buffer);
    },
    ...readCall(fd, count, rest[2]),
  );
};

const piece = (data, args) => {
  if (typeof data === 'string') return { bytes: bytesOf(data, args[1]), position: args[0] };
  const [from, count] = window(data, args[0], args[1]);
  return { bytes: bytesOf(data.subarray(from, from + count)), position: args[2], count };
};
const writeCall = (fd, { bytes, position }) =>
  typeof position === 'number' ? ['pwrite', fd, bytes, position] : ['write', fd, bytes];
const lengthOf = (data) =>
  typeof data === 'string' ? require('buffer').Buffer.byteLength(data) : data.byteLength;

fs.writeSync = (fd, data, ...args) => {
  const part = piece(data, args);
  callFor({ syscall: 'write' }, ...writeCall(fd, part));
  return lengthOf(part.bytes);
};
fs.write = (fd, data, ...args) => {
  const callback = args.pop();
  const part = piece(data, args);
  begin(
    { syscall: 'write' },
    (error) => (error ? callback(error) : callback(null, lengthOf(part.bytes), data)),
    ...writeCall(fd, part),
  );
};
fs.fsyncSync = fs.fdatasyncSync = () => undefined;
fs.fsync = fs.fdatasync = (_fd, callback) => require('process').nextTick(callback, null);

for (const name of ['watch', 'watchFile'])
  fs[name] = () => {
    throw require('internal/errors').notSimulated(`fs.${name}`);
  };

/** Opens the file of a stream, and says so. */
const opened = (stream, args, done, keep) =>
  fs.open(...args, (error, fd) => {
    if (error) return done(error);
    keep(fd);
    stream.fd = fd;
    done();
    stream.emit('open', fd);
    stream.emit('ready');
  });

fs.createReadStream = (path, options) => {
  const { Readable } = require('stream');
  const {
    start = 0,
    end = Number.POSITIVE_INFINITY,
    encoding,
    highWaterMark = 65536,
    flags = 'r',
    fd: given,
  } = typeof options === 'string' ? { encoding: options } : (options ?? {});
  let fd = given;
  let position = start;
  const stream = new Readable({
    highWaterMark,
    encoding,
    construct(done) {
      if (fd !== undefined) return done();
      opened(stream, [path, flags], done, (number) => {
        fd = number;
      });
    },
    read(size) {
      const wanted = Math.min(size, end + 1 - position, 65536);
      if (wanted <= 0) return void stream.push(null);
      const from = options?.start === undefined ? ['read', fd, wanted] : ['pread', fd, wanted, position];
      begin(
        { syscall: 'read' },
        (error, data) => {
          if (error) return stream.destroy(error);
          position += data.byteLength;
          stream.bytesRead += data.byteLength;
          stream.push(data.byteLength === 0 ? null : require('buffer').Buffer.from(data));
        },
        ...from,
      );
    },
    destroy(error, done) {
      if (fd === undefined) return done(error);
      fs.close(fd, () => done(error));
    },
  });
  return Object.assign(stream, { path, bytesRead: 0, fd: null, flags });
};

fs.createWriteStream = (path, options) => {
  const { Writable } = require('stream');
  const {
    flags = 'w',
    mode,
    encoding = 'utf8',
  } = typeof options === 'string' ? { encoding: options } : (options ?? {});
  let fd;
  const stream = new Writable({
    defaultEncoding: encoding,
    construct(done) {
      opened(stream, [path, flags, mode], done, (number) => {
        fd = number;
      });
    },
    write(chunk, _encoding, done) {
      stream.bytesWritten += chunk.length;
      begin({ syscall: 'write' }, (error) => done(error), 'write', fd, bytesOf(chunk));
    },
    destroy(error, done) {
      if (fd === undefined) return done(error);
      fs.close(fd, () => done(error));
    },
  });
  stream.close = (callback) => stream.end(callback);
  return Object.assign(stream, { path: pathOf(path), bytesWritten: 0, fd: null, flags });
};
fs.ReadStream = fs.createReadStream;
fs.WriteStream = fs.createWriteStream;

Object.defineProperty(fs, 'promises', {
  get: () => require('fs/promises'),
  enumerable: true,
  configurable: true,
});
