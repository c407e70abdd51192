// The three standard streams. Output goes to the kernel before the next line runs, as Node's does to files, pipes and terminals on Linux.
const { call, begin } = binding;
const EventEmitter = require('events');

const encoded = (chunk, encoding) => {
  if (typeof chunk !== 'string')
    return chunk.buffer.slice(chunk.byteOffset, chunk.byteOffset + chunk.byteLength);
  const plain = encoding === undefined || encoding === 'utf8' || encoding === 'utf-8';
  if (plain && !chunk.includes('\0')) return chunk;
  const { buffer, byteOffset, byteLength } = require('buffer').Buffer.from(chunk, encoding);
  return buffer.slice(byteOffset, byteOffset + byteLength);
};
exports.encoded = encoded;

class Output extends EventEmitter {
  constructor(fd) {
    super();
    this.fd = fd;
    this.writable = true;
    this._isStdio = true;
    if (call('isatty', fd)) this.isTTY = true;
  }
  write(chunk, encoding, callback) {
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk))
      throw require('internal/errors').argumentType(
        'chunk',
        'of type string or an instance of Buffer, TypedArray, or DataView',
        chunk,
      );
    try {
      call('write', this.fd, encoded(chunk, typeof encoding === 'string' ? encoding : undefined));
    } catch (error) {
      require('process').nextTick(() => {
        if (done) done(error);
        this.emit('error', error);
      });
      return false;
    }
    if (done) require('process').nextTick(done);
    return true;
  }
  end(chunk, encoding, callback) {
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encoding);
    const done = [chunk, encoding, callback].find((one) => typeof one === 'function');
    if (done) require('process').nextTick(done);
    return this;
  }
  cork() {}
  uncork() {}
  destroy() {
    return this;
  }
  get columns() {
    return this.isTTY ? JSON.parse(call('windowSize', this.fd))[0] : undefined;
  }
  get rows() {
    return this.isTTY ? JSON.parse(call('windowSize', this.fd))[1] : undefined;
  }
  getWindowSize() {
    return JSON.parse(call('windowSize', this.fd));
  }
  getColorDepth() {
    const { env } = require('process');
    if (env.NO_COLOR || env.TERM === 'dumb') return 1;
    return env.TERM ? 8 : 1;
  }
  hasColors() {
    return this.getColorDepth() > 1;
  }
}

exports.output = (fd) => new Output(fd);

exports.stdin = () => {
  const { Readable } = require('stream');
  const tty = call('isatty', 0);
  let reading = false;
  let counts = true;
  const stream = new Readable({
    highWaterMark: 65536,
    read() {
      if (reading) return;
      reading = true;
      begin(
        { syscall: 'read', counts },
        (error, data) => {
          reading = false;
          if (error) return stream.destroy(error);
          stream.push(data.byteLength === 0 ? null : require('buffer').Buffer.from(data));
        },
        'read',
        0,
        65536,
      );
    },
  });
  stream.fd = 0;
  if (tty) {
    stream.isTTY = true;
    stream.isRaw = false;
    stream.setRawMode = () => {
      throw require('internal/errors').notSimulated('setRawMode of a terminal');
    };
  }
  stream.ref = () => {
    counts = true;
    return stream;
  };
  stream.unref = () => {
    counts = false;
    return stream;
  };
  return stream;
};
