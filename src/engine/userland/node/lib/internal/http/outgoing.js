// What is sent: headers, then the body, in chunks where nobody said how long it is.
const { Writable } = require('stream');
const { Buffer } = require('buffer');
const { coded, argumentType } = require('internal/errors');

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;

class OutgoingMessage extends Writable {
  #headers = new Map();
  headersSent = false;
  sendDate = true;
  chunkedEncoding = false;
  finished = false;
  _hasBody = true;

  constructor() {
    super({ autoDestroy: false, emitClose: false, decodeStrings: true });
  }

  setHeader(name, value) {
    if (this.headersSent)
      throw coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot set headers after they are sent to the client');
    if (typeof name !== 'string' || !TOKEN.test(name))
      throw coded(TypeError, 'ERR_INVALID_HTTP_TOKEN', `Header name must be a valid HTTP token ["${name}"]`);
    if (value === undefined)
      throw coded(
        TypeError,
        'ERR_HTTP_INVALID_HEADER_VALUE',
        `Invalid value "undefined" for header "${name}"`,
      );
    if ([value].flat().some((one) => /[^\t\u0020-\u007e\u0080-\u00ff]/.test(String(one))))
      throw coded(TypeError, 'ERR_INVALID_CHAR', `Invalid character in header content ["${name}"]`);
    this.#headers.set(name.toLowerCase(), [name, value]);
    return this;
  }
  setHeaders(headers) {
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }
  appendHeader(name, value) {
    const before = this.getHeader(name);
    return this.setHeader(name, before === undefined ? value : [before, value].flat());
  }
  getHeader(name) {
    return this.#headers.get(String(name).toLowerCase())?.[1];
  }
  getHeaderNames() {
    return [...this.#headers.keys()];
  }
  getRawHeaderNames() {
    return [...this.#headers.values()].map(([name]) => name);
  }
  getHeaders() {
    return Object.assign(
      Object.create(null),
      Object.fromEntries([...this.#headers].map(([key, [, value]]) => [key, value])),
    );
  }
  hasHeader(name) {
    return this.#headers.has(String(name).toLowerCase());
  }
  removeHeader(name) {
    if (this.headersSent)
      throw coded(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot remove headers after they are sent to the client');
    this.#headers.delete(String(name).toLowerCase());
  }
  flushHeaders() {
    this._sendHead(undefined);
  }

  /** The head as text; `length` of the body where it is known. */
  _lines(first, length) {
    if (this._hasBody || length) {
      if (!this.hasHeader('content-length') && !this.hasHeader('transfer-encoding')) {
        if (length !== undefined) this.setHeader('Content-Length', length);
        else if (this._mayChunk !== false) this.setHeader('Transfer-Encoding', 'chunked');
      }
    }
    this.chunkedEncoding = this.getHeader('transfer-encoding') === 'chunked';
    const lines = [...this.#headers.values()].flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}`),
    );
    return `${[first, ...lines].join('\r\n')}\r\n\r\n`;
  }

  write(chunk, encoding, callback) {
    if (chunk === null || (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)))
      throw argumentType('chunk', 'of type string or an instance of Buffer or Uint8Array', chunk);
    if (this.finished) {
      const error = coded(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end');
      require('process').nextTick(() => this.emit('error', error));
      return false;
    }
    this._sendHead(undefined);
    return super.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') return this.end(undefined, undefined, chunk);
    if (typeof encoding === 'function') return this.end(chunk, undefined, encoding);
    if (this.finished) {
      if (callback) require('process').nextTick(callback);
      return this;
    }
    const bytes =
      chunk === undefined || chunk === null
        ? undefined
        : typeof chunk === 'string'
          ? Buffer.from(chunk, encoding)
          : chunk;
    this._sendHead(bytes?.byteLength ?? 0);
    if (bytes?.byteLength > 0) super.write(bytes);
    this.finished = true;
    super.end(callback);
    return this;
  }

  _write(chunk, _encoding, done) {
    if (!this._hasBody || chunk.length === 0) return done();
    if (!this.chunkedEncoding) return this._put(chunk, done);
    this._put(
      Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      done,
    );
  }

  _final(done) {
    const end = () => {
      done();
      this._complete();
    };
    if (this._hasBody && this.chunkedEncoding) this._put(Buffer.from('0\r\n\r\n'), end);
    else end();
  }

  /** Hands bytes to the connection. */
  _put(bytes, done) {
    if (!this.socket) {
      // It is not its turn yet on a connection that others answer on before.
      this._waiting = () => this._put(bytes, done);
      return;
    }
    const head = this._head;
    this._head = undefined;
    const all = head === undefined ? bytes : Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
    if (this.socket.destroyed) return done();
    this.socket.write(all, (error) =>
      done(error?.code === 'EPIPE' || error?.code === 'ERR_STREAM_DESTROYED' ? undefined : error),
    );
  }
  setTimeout(ms, callback) {
    if (callback) this.once('timeout', callback);
    this.socket?.setTimeout(ms);
    return this;
  }
}

exports.OutgoingMessage = OutgoingMessage;
