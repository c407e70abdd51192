// http.request: one request on a connection of its own.
const net = require('net');
const { OutgoingMessage } = require('internal/http/outgoing');
const { Parser } = require('internal/http/parser');
const { IncomingMessage } = require('internal/http/server');

class ClientRequest extends OutgoingMessage {
  constructor(options, callback) {
    super();
    const {
      method = 'GET',
      path = '/',
      headers = {},
      host,
      hostname,
      port = 80,
      socketPath,
      auth,
      timeout,
    } = options;
    this.method = method.toUpperCase();
    this.path = path;
    if (/[^\u0021-\u00ff]/.test(path))
      throw require('internal/errors').coded(
        TypeError,
        'ERR_UNESCAPED_CHARACTERS',
        'Request path contains unescaped characters',
      );
    this.host = hostname ?? host ?? 'localhost';
    this.protocol = 'http:';
    this._hasBody = !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(this.method);
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    if (this.hasHeader('transfer-encoding') || this.hasHeader('content-length')) this._hasBody = true;
    if (!this.hasHeader('host'))
      this.setHeader('Host', Number(port) === 80 ? this.host : `${this.host}:${port}`);
    if (auth)
      this.setHeader('Authorization', `Basic ${require('buffer').Buffer.from(auth).toString('base64')}`);
    if (!this.hasHeader('connection')) this.setHeader('Connection', 'keep-alive');
    if (callback) this.once('response', callback);
    this.socket =
      socketPath === undefined ? net.connect({ port, host: this.host }) : net.connect({ path: socketPath });
    this.#listen();
    if (timeout) this.setTimeout(timeout);
    require('process').nextTick(() => this.emit('socket', this.socket));
  }

  #listen() {
    const { socket } = this;
    let response;
    const parser = new Parser('response', {
      head: (head) => {
        if (head.statusCode === 100) return 'no body';
        response = Object.assign(new IncomingMessage(socket), head);
        response.req = this;
        this.res = response;
        if (head.statusCode === 101) {
          if (!this.emit('upgrade', response, socket, require('buffer').Buffer.alloc(0))) socket.destroy();
          return undefined;
        }
        if (!this.emit('response', response)) response.resume();
        return this.method === 'HEAD' ? 'no body' : undefined;
      },
      body: (chunk) => {
        if (!response.push(chunk)) socket.pause();
      },
      end: () => {
        if (!response) return;
        response.complete = true;
        response.push(null);
        this._ended = true;
        socket.destroySoon();
        response = undefined;
      },
      bad: (error) => {
        if (response) {
          response.aborted = true;
          response.emit('aborted');
          response.destroy(error);
        } else this.#fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
        socket.destroy();
      },
    });
    socket.on('data', (chunk) => parser.feed(chunk));
    socket.on('end', () => parser.finish());
    socket.on('error', (error) => this.#fail(error));
    socket.on('timeout', () => this.emit('timeout'));
    socket.on('close', () => {
      if (!this.res && !this._failed)
        this.#fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      this.emit('close');
    });
  }

  #fail(error) {
    if (this._failed || this._ended) return;
    this._failed = true;
    this.emit('error', error);
  }

  _sendHead(length) {
    if (this.headersSent) return;
    if (length > 0) this._hasBody = true;
    this._head = this._lines(`${this.method} ${this.path} HTTP/1.1`, this._hasBody ? length : undefined);
    this.headersSent = true;
  }
  _complete() {
    if (this._head !== undefined) this._put(require('buffer').Buffer.alloc(0), () => undefined);
  }
  abort() {
    this.destroy();
  }
  destroy(error) {
    if (error) this.#fail(error);
    this.socket.destroy();
    return this;
  }
  setNoDelay() {}
  setSocketKeepAlive() {}
}

exports.ClientRequest = ClientRequest;
