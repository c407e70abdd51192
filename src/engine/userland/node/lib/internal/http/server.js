// http.Server: requests of a connection one after another, each with its response.
const net = require('net');
const { Readable } = require('stream');
const { OutgoingMessage } = require('internal/http/outgoing');
const { Parser } = require('internal/http/parser');
const { STATUS_CODES } = require('internal/http/status');

class IncomingMessage extends Readable {
  constructor(socket) {
    super({ autoDestroy: true, emitClose: true });
    this.socket = socket;
    this.complete = false;
    this.aborted = false;
    this.trailers = {};
    this.rawTrailers = [];
  }
  get connection() {
    return this.socket;
  }
  get httpVersionMajor() {
    return Number(this.httpVersion[0]);
  }
  get httpVersionMinor() {
    return Number(this.httpVersion[2]);
  }
  _read() {
    this.socket?.resume();
  }
  _destroy(error, done) {
    if (!this.complete && !this.readableEnded) this.aborted = true;
    done(error);
  }
  setTimeout(ms, callback) {
    this.socket.setTimeout(ms, callback);
    return this;
  }
}

class ServerResponse extends OutgoingMessage {
  statusCode = 200;
  statusMessage = undefined;
  constructor(req) {
    super();
    this.req = req;
    this._hasBody = req.method !== 'HEAD';
    this._mayChunk = req.httpVersion !== '1.0';
    this.shouldKeepAlive =
      req.httpVersion === '1.0'
        ? /keep-alive/i.test(req.headers?.connection ?? '')
        : !/\bclose\b/i.test(req.headers?.connection ?? '');
  }
  get connection() {
    return this.socket;
  }
  writeHead(status, ...rest) {
    if (this.headersSent)
      throw require('internal/errors').coded(
        Error,
        'ERR_HTTP_HEADERS_SENT',
        'Cannot write headers after they are sent to the client',
      );
    if (!(Number.isInteger(Number(status)) && status >= 100 && status <= 999))
      throw require('internal/errors').coded(
        RangeError,
        'ERR_HTTP_INVALID_STATUS_CODE',
        `Invalid status code: ${status}`,
      );
    this.statusCode = Number(status);
    if (typeof rest[0] === 'string') this.statusMessage = rest.shift();
    const [headers] = rest;
    const pairs = Array.isArray(headers)
      ? headers.map((_, at) => [headers[at], headers[at + 1]]).filter((_, at) => at % 2 === 0)
      : Object.entries(headers ?? {});
    for (const [name, value] of pairs) this.setHeader(name, value);
    this._written = true;
    return this;
  }
  writeContinue() {
    this.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  }
  assignSocket(socket) {
    this.socket = socket;
    this._waiting?.();
  }
  _sendHead(length) {
    if (this.headersSent) return;
    const { statusCode } = this;
    this.statusMessage ??= STATUS_CODES[statusCode] ?? 'unknown';
    const bodiless = statusCode === 204 || statusCode === 304 || statusCode < 200;
    if (bodiless) this._hasBody = false;
    if (this.sendDate && !this.hasHeader('date')) this.setHeader('Date', new Date().toUTCString());
    if (!this._mayChunk && length === undefined && !this.hasHeader('content-length'))
      this.shouldKeepAlive = false;
    if (!this.hasHeader('connection')) {
      this.setHeader('Connection', this.shouldKeepAlive ? 'keep-alive' : 'close');
      if (this.shouldKeepAlive) this.setHeader('Keep-Alive', 'timeout=5');
    } else if (/close/i.test(this.getHeader('connection'))) this.shouldKeepAlive = false;
    this._head = this._lines(
      `HTTP/1.1 ${statusCode} ${this.statusMessage}`,
      bodiless || !this._hasBody ? undefined : length,
    );
    this.headersSent = true;
  }
  _complete() {
    const done = () => this._answered?.();
    if (this._head === undefined) done();
    else this._put(require('buffer').Buffer.alloc(0), done);
  }
}

class Server extends net.Server {
  constructor(options, listener) {
    super({ allowHalfOpen: true });
    const heard = typeof options === 'function' ? options : listener;
    this.keepAliveTimeout = 5000;
    this.requestTimeout = 300000;
    this.headersTimeout = 60000;
    this.timeout = 0;
    if (heard) this.on('request', heard);
    this.on('connection', (socket) => connected(this, socket));
  }
  setTimeout(ms, callback) {
    this.timeout = ms;
    if (callback) this.on('timeout', callback);
    return this;
  }
  close(callback) {
    super.close(callback);
    this.closeIdleConnections();
    return this;
  }
  closeIdleConnections() {
    for (const socket of this._connections) if (!socket._busy) socket.destroy();
  }
  closeAllConnections() {
    for (const socket of this._connections) socket.destroy();
  }
}

const connected = (server, socket) => {
  const queue = [];
  let current;
  const idle = () => {
    socket._busy = false;
    if (server._fd === undefined) return socket.end();
    socket.setTimeout(server.keepAliveTimeout);
  };

  /** Responses go out in the order of their requests. */
  const next = () => {
    if (socket._answering || queue.length === 0) return;
    const response = queue.shift();
    socket._answering = response;
    response._answered = () => {
      socket._answering = undefined;
      response.emit('close');
      if (!response.req.complete) response.req.resume();
      if (!response.shouldKeepAlive) return socket.destroySoon();
      if (queue.length > 0) return next();
      if (!current) idle();
    };
    response.assignSocket(socket);
  };

  const parser = new Parser('request', {
    head(head) {
      socket._busy = true;
      socket.setTimeout(server.timeout);
      const request = Object.assign(new IncomingMessage(socket), head);
      current = request;
      const response = new ServerResponse(request);
      queue.push(response);
      next();
      if (
        head.headers.upgrade !== undefined &&
        /upgrade/i.test(head.headers.connection ?? '') &&
        server.listenerCount('upgrade') > 0
      ) {
        server.emit('upgrade', request, socket, require('buffer').Buffer.alloc(0));
        return 'no body';
      }
      if (head.httpVersion === '1.1' && head.headers.host === undefined) {
        response.writeHead(400, { Connection: 'close' }).end();
        return undefined;
      }
      if (/100-continue/i.test(head.headers.expect ?? '')) {
        if (server.listenerCount('checkContinue') > 0) {
          server.emit('checkContinue', request, response);
          return undefined;
        }
        response.writeContinue();
      }
      server.emit('request', request, response);
      return undefined;
    },
    body(chunk) {
      if (current && !current.push(chunk)) socket.pause();
    },
    end() {
      if (!current) return;
      current.complete = true;
      current.push(null);
      current = undefined;
      if (!socket._answering && queue.length === 0) idle();
    },
    bad(error) {
      if (server.listenerCount('clientError') > 0) return server.emit('clientError', error, socket);
      if (socket.writable && !socket._answering?.headersSent)
        socket.write(
          `HTTP/1.1 ${error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`,
        );
      socket.destroySoon();
      return undefined;
    },
  });

  socket.on('data', (chunk) => parser.feed(chunk));
  socket.on('end', () => {
    if (!socket._busy) socket.end();
  });
  socket.on('timeout', () => {
    if (!server.emit('timeout', socket)) socket.destroy();
  });
  socket.on('error', (error) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') server.emit('clientError', error, socket);
  });
  socket.on('close', () => {
    if (current) {
      current.aborted = true;
      current.emit('aborted');
      current.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      if (current.listenerCount('error') === 0) current.on('error', () => undefined);
    }
    for (const response of [socket._answering, ...queue]) response?.emit('close');
  });
};

module.exports = { IncomingMessage, Server, ServerResponse };
