const { STATUS_CODES } = require('node:http');
const Stream = require('node:stream');
const { contentType } = require('media-types');

module.exports = {
  get header() {
    return this.res.getHeaders();
  },
  get headers() {
    return this.header;
  },
  get status() {
    return this.res.statusCode;
  },
  set status(code) {
    if (this.headerSent) return;
    if (!Number.isInteger(code)) throw new TypeError('status code must be a number');
    if (code < 100 || code > 999) throw new RangeError(`invalid status code: ${code}`);
    this._explicitStatus = true;
    this.res.statusCode = code;
    if (this.req.httpVersionMajor < 2) this.res.statusMessage = STATUS_CODES[code];
    if (this.body && [204, 205, 304].includes(code)) this.body = null;
  },
  get message() {
    return this.res.statusMessage || STATUS_CODES[this.status];
  },
  set message(text) {
    this.res.statusMessage = text;
  },
  get body() {
    return this._body;
  },
  set body(value) {
    const before = this._body;
    this._body = value;
    if (value === null || value === undefined) {
      if (![204, 205, 304].includes(this.status)) this.status = 204;
      if (value === null) this._explicitNullBody = true;
      for (const name of ['Content-Type', 'Content-Length', 'Transfer-Encoding']) this.remove(name);
      return;
    }
    if (!this._explicitStatus) this.status = 200;
    const untyped = !this.has('Content-Type');
    if (typeof value === 'string') {
      if (untyped) this.type = /^\s*</.test(value) ? 'html' : 'text';
      this.length = Buffer.byteLength(value);
    } else if (Buffer.isBuffer(value)) {
      if (untyped) this.type = 'bin';
      this.length = value.length;
    } else if (value instanceof Stream) {
      if (untyped) this.type = 'bin';
      if (value !== before) {
        value.once('error', (error) => this.ctx.onerror(error));
        if (before !== null && before !== undefined) this.remove('Content-Length');
      }
    } else {
      this.remove('Content-Length');
      this.type = 'json';
    }
  },
  get length() {
    if (this.has('Content-Length')) return Number(this.get('Content-Length'));
    const { body } = this;
    if (!body || body instanceof Stream) return undefined;
    return Buffer.byteLength(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body));
  },
  set length(count) {
    if (!this.has('Transfer-Encoding')) this.set('Content-Length', count);
  },
  get type() {
    return String(this.get('Content-Type')).split(';')[0];
  },
  set type(name) {
    if (name) this.set('Content-Type', contentType(name));
    else this.remove('Content-Type');
  },
  get lastModified() {
    const date = this.get('Last-Modified');
    return date ? new Date(date) : undefined;
  },
  set lastModified(date) {
    this.set('Last-Modified', new Date(date).toUTCString());
  },
  get etag() {
    return this.get('ETag');
  },
  set etag(text) {
    this.set('ETag', /^(W\/)?"/.test(text) ? text : `"${text}"`);
  },
  get headerSent() {
    return this.res.headersSent;
  },
  get writable() {
    return !this.res.writableEnded && !this.res.finished;
  },
  redirect(url, alternative) {
    this.set('Location', encodeURI(url === 'back' ? this.ctx.get('Referrer') || alternative || '/' : url));
    if (![300, 301, 302, 303, 305, 307, 308].includes(this.status)) this.status = 302;
    if (this.ctx.accepts('html')) {
      this.type = 'html';
      this.body = `Redirecting to <a href="${url}">${url}</a>.`;
      return;
    }
    this.type = 'text';
    this.body = `Redirecting to ${url}.`;
  },
  attachment(name) {
    this.set(
      'Content-Disposition',
      name ? `attachment; filename="${name.replace(/^.*\//, '')}"` : 'attachment',
    );
  },
  get(name) {
    return this.res.getHeader(name) ?? '';
  },
  has(name) {
    return this.res.hasHeader(name);
  },
  set(name, value) {
    if (this.headerSent) return;
    if (typeof name === 'object') for (const [key, one] of Object.entries(name)) this.set(key, one);
    else this.res.setHeader(name, Array.isArray(value) ? value.map(String) : String(value));
  },
  append(name, value) {
    const before = this.res.getHeader(name);
    this.set(name, before === undefined ? value : [before, value].flat());
  },
  remove(name) {
    if (!this.headerSent) this.res.removeHeader(name);
  },
  vary(name) {
    this.append('Vary', name);
  },
  flushHeaders() {
    this.res.flushHeaders();
  },
};
