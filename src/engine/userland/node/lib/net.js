// exports: Server Socket Stream connect createConnection createServer isIP isIPv4 isIPv6
// TCP and unix sockets: streams over the sockets of the container's network namespace.
const { Duplex } = require('stream');
const EventEmitter = require('events');
const { begin, call, forget, raw } = binding;
const { nextTick } = require('process');

const CHUNK = 65536;
const ignored = () => undefined;

const plain = (address) => address.replace(/^::ffff:(?=\d+\.)/, '::ffff:');
const familyOf = (address) => (address.includes(':') ? 'IPv6' : 'IPv4');

class Socket extends Duplex {
  constructor({ fd, allowHalfOpen = false, peer } = {}) {
    super({ allowHalfOpen, emitClose: false, autoDestroy: true, decodeStrings: true });
    this._fd = fd;
    this._counts = true;
    this.connecting = false;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    if (fd !== undefined) this._met(peer);
  }
  _met(peer) {
    if (peer?.address === undefined) return;
    this.remoteAddress = plain(peer.address);
    this.remotePort = peer.port;
    this.remoteFamily = familyOf(peer.address);
    const own = JSON.parse(call('sockname', this._fd));
    this.localAddress = plain(own.address);
    this.localPort = own.port;
  }
  connect(...args) {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
    const options =
      typeof args[0] === 'object'
        ? args[0]
        : typeof args[0] === 'string' && Number.isNaN(Number(args[0]))
          ? { path: args[0] }
          : { port: Number(args[0]), host: args[1] };
    if (callback) this.once('connect', callback);
    this.connecting = true;
    if (options.path !== undefined) {
      this._dial([undefined, undefined, options.path], { syscall: 'connect', address: options.path });
      return this;
    }
    const { host = 'localhost', port } = options;
    require('dns').lookup(host, { family: options.family ?? 0 }, (error, address) => {
      if (this.destroyed) return;
      this.emit('lookup', error, address, undefined, host);
      if (error) return void this.destroy(error);
      this._dial([address, Number(port), undefined], { syscall: 'connect', address, port: Number(port) });
    });
    return this;
  }
  _dial(to, context) {
    begin(
      context,
      (error, fd) => {
        this.connecting = false;
        if (error) return void this.destroy(error);
        if (this.destroyed) return begin({ counts: false }, ignored, 'destroy', fd);
        this._fd = fd;
        this._met({ address: context.port === undefined ? undefined : context.address, port: context.port });
        this.emit('connect');
        this.emit('ready');
        this._pending?.();
        if (this._wanted) this._read();
      },
      'connect',
      ...to,
    );
  }
  _read() {
    this._wanted = true;
    if (this._fd === undefined || this._reading) return;
    this._reading = begin(
      { syscall: 'read', counts: this._counts },
      (error, data) => {
        this._reading = undefined;
        if (this.destroyed) return;
        if (error) return void this.destroy(error);
        this._active();
        this._wanted = false;
        if (data.byteLength === 0) {
          this.push(null);
          return;
        }
        this.bytesRead += data.byteLength;
        this.push(require('buffer').Buffer.from(data));
      },
      'read',
      this._fd,
      CHUNK,
    );
  }
  _write(chunk, _encoding, done) {
    if (this._fd === undefined) {
      this._pending = () => {
        this._pending = undefined;
        this._write(chunk, _encoding, done);
      };
      return;
    }
    this._active();
    this.bytesWritten += chunk.length;
    begin(
      { syscall: 'write' },
      (error) => done(error),
      'send',
      this._fd,
      require('internal/stdio').encoded(chunk),
    );
  }
  _final(done) {
    if (this._fd === undefined)
      return this.connecting ? this.once('connect', () => this._final(done)) : done();
    begin({ syscall: 'shutdown' }, () => done(), 'shutdown', this._fd, 'write');
  }
  _destroy(error, done) {
    clearTimeout(this._timer);
    if (this._reading) forget(this._reading);
    const fd = this._fd;
    this._fd = undefined;
    const end = () => {
      done(error);
      nextTick(() => this.emit('close', Boolean(error)));
    };
    if (fd === undefined) return end();
    begin({ syscall: 'close' }, end, 'destroy', fd);
  }
  _active() {
    if (this._timeout) this.setTimeout(this._timeout);
  }
  setTimeout(ms, callback) {
    clearTimeout(this._timer);
    this._timeout = ms;
    this.timeout = ms;
    if (callback) this.once('timeout', callback);
    if (ms > 0) this._timer = setTimeout(() => this.emit('timeout'), ms).unref();
    return this;
  }
  setNoDelay() {
    return this;
  }
  setKeepAlive() {
    return this;
  }
  ref() {
    this._counts = true;
    if (this._reading) raw('count', this._reading, true);
    return this;
  }
  unref() {
    this._counts = false;
    if (this._reading) raw('count', this._reading, false);
    return this;
  }
  address() {
    if (this._fd === undefined) return {};
    const { address, port } = JSON.parse(call('sockname', this._fd));
    return { address, family: familyOf(address), port };
  }
  get pending() {
    return this._fd === undefined;
  }
  get readyState() {
    if (this.connecting) return 'opening';
    return this._fd === undefined ? 'closed' : 'open';
  }
  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
}

class Server extends EventEmitter {
  constructor(options, listener) {
    super();
    const heard = typeof options === 'function' ? options : listener;
    this._options = typeof options === 'object' ? options : {};
    this._connections = new Set();
    this.listening = false;
    if (heard) this.on('connection', heard);
  }
  listen(...args) {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
    if (callback) this.once('listening', callback);
    const [first, second, third] = args;
    const options =
      first !== null && typeof first === 'object'
        ? first
        : typeof first === 'string' && Number.isNaN(Number(first))
          ? { path: first }
          : {
              port: first,
              host: typeof second === 'string' ? second : undefined,
              backlog: typeof second === 'number' ? second : third,
            };
    const port = options.path === undefined ? Number(options.port ?? 0) : undefined;
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535))
      throw require('internal/errors').coded(
        RangeError,
        'ERR_SOCKET_BAD_PORT',
        `options.port should be >= 0 and < 65536. Received ${typeof options.port === 'string' ? `type string ('${options.port}')` : `type ${typeof options.port} (${options.port})`}.`,
      );
    if (this._fd !== undefined || this._starting)
      throw require('internal/errors').coded(
        Error,
        'ERR_SERVER_ALREADY_LISTEN',
        'Listen method has been called more than once without closing.',
      );
    this._starting = true;
    const start = (address) => {
      const context =
        options.path === undefined
          ? { syscall: 'listen', address: address ?? '::', port }
          : { syscall: 'listen', address: options.path };
      begin(
        context,
        (error, fd) => {
          this._starting = false;
          if (error) return void this.emit('error', error);
          this._fd = fd;
          this._path = options.path;
          this.listening = true;
          this.emit('listening');
          this._accept();
        },
        'listen',
        address,
        port,
        options.backlog ?? 511,
        options.path,
      );
    };
    if (options.host === undefined || options.path !== undefined) start(undefined);
    else
      require('dns').lookup(options.host, (error, address) => {
        if (error) return void this.emit('error', error);
        start(address);
      });
    return this;
  }
  _accept() {
    if (this._fd === undefined) return;
    this._accepting = begin(
      { syscall: 'accept', counts: this._unref !== true },
      (error, answer) => {
        this._accepting = undefined;
        if (this._fd === undefined) return;
        if (error) return void this.emit('error', error);
        const [fd, peer] = JSON.parse(answer);
        const socket = new Socket({ fd, peer, allowHalfOpen: this._options.allowHalfOpen ?? false });
        socket.server = this;
        this._connections.add(socket);
        socket.once('close', () => {
          this._connections.delete(socket);
          this._closed();
        });
        this._accept();
        this.emit('connection', socket);
      },
      'accept',
      this._fd,
    );
  }
  address() {
    if (this._fd === undefined) return null;
    if (this._path !== undefined) return this._path;
    const { address, port } = JSON.parse(call('sockname', this._fd));
    return { address, family: familyOf(address), port };
  }
  close(callback) {
    if (this._fd === undefined) {
      const error = require('internal/errors').coded(
        Error,
        'ERR_SERVER_NOT_RUNNING',
        'Server is not running.',
      );
      if (callback) nextTick(callback, error);
      return this;
    }
    if (callback) this.once('close', callback);
    const fd = this._fd;
    this._fd = undefined;
    this.listening = false;
    if (this._accepting) forget(this._accepting);
    begin({ syscall: 'close' }, () => this._closed(), 'destroy', fd);
    return this;
  }
  _closed() {
    if (this._fd === undefined && !this._starting && this._connections.size === 0 && !this._ended) {
      this._ended = true;
      nextTick(() => {
        this._ended = false;
        this.emit('close');
      });
    }
  }
  getConnections(callback) {
    nextTick(callback, null, this._connections.size);
  }
  ref() {
    this._unref = false;
    if (this._accepting) raw('count', this._accepting, true);
    return this;
  }
  unref() {
    this._unref = true;
    if (this._accepting) raw('count', this._accepting, false);
    return this;
  }
  async [Symbol.asyncDispose]() {
    await new Promise((resolve) => this.close(resolve));
  }
}

const isIPv4 = (text) =>
  /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);
const isIPv6 = (text) =>
  text.includes(':') && /^[0-9a-f:.]+$/i.test(text) && (text.match(/::/g) ?? []).length < 2;

module.exports = {
  Server,
  Socket,
  Stream: Socket,
  createServer: (options, listener) => new Server(options, listener),
  connect: (...args) => new Socket().connect(...args),
  createConnection: (...args) => new Socket().connect(...args),
  isIPv4,
  isIPv6,
  isIP: (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0),
};
