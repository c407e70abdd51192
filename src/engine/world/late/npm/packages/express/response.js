const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { STATUS_CODES } = require('node:http');
const path = require('node:path');
const { contentType } = require('media-types');

/** A weak tag of a body, by its length and its digest. */
const tagOf = (bytes) =>
  `W/"${bytes.length.toString(16)}-${createHash('sha1').update(bytes).digest('base64').slice(0, 27)}"`;

const MEMBERS = {
  status(code) {
    this.statusCode = code;
    return this;
  },
  sendStatus(code) {
    this.status(code);
    return this.type('txt').send(STATUS_CODES[code] ?? String(code));
  },
  set(name, value) {
    if (typeof name === 'object') for (const [key, one] of Object.entries(name)) this.set(key, one);
    else
      this.setHeader(
        name,
        name.toLowerCase() === 'content-type'
          ? contentType(String(value))
          : Array.isArray(value)
            ? value.map(String)
            : String(value),
      );
    return this;
  },
  header(name, value) {
    return this.set(name, value);
  },
  get(name) {
    return this.getHeader(name);
  },
  append(name, value) {
    const before = this.getHeader(name);
    return this.set(name, before === undefined ? value : [before, value].flat());
  },
  type(name) {
    return this.set('Content-Type', contentType(name));
  },
  vary(name) {
    return this.append('Vary', name);
  },
  location(url) {
    return this.set('Location', encodeURI(url));
  },
  send(body) {
    let bytes;
    if (body === undefined || body === null) bytes = Buffer.alloc(0);
    else if (Buffer.isBuffer(body)) {
      if (!this.getHeader('Content-Type')) this.type('application/octet-stream');
      bytes = body;
    } else if (typeof body === 'object' || typeof body === 'number' || typeof body === 'boolean')
      return this.json(body);
    else {
      if (!this.getHeader('Content-Type')) this.type('html');
      bytes = Buffer.from(body);
    }
    if ([204, 304].includes(this.statusCode)) {
      for (const name of ['Content-Type', 'Content-Length', 'Transfer-Encoding']) this.removeHeader(name);
      bytes = Buffer.alloc(0);
    } else {
      this.setHeader('Content-Length', bytes.length);
      if (!this.getHeader('ETag') && bytes.length > 0) this.setHeader('ETag', tagOf(bytes));
      if (
        this.req.method === 'GET' &&
        this.req.headers['if-none-match'] !== undefined &&
        this.req.headers['if-none-match'] === this.getHeader('ETag')
      ) {
        this.statusCode = 304;
        return this.send();
      }
    }
    this.end(this.req.method === 'HEAD' ? undefined : bytes);
    return this;
  },
  json(value) {
    if (!this.getHeader('Content-Type')) this.type('json');
    return this.send(JSON.stringify(value, null, this.app.get('json spaces')) ?? '');
  },
  redirect(...args) {
    const [url, status] = typeof args[0] === 'number' ? [args[1], args[0]] : [args[0], args[1] ?? 302];
    this.location(url).status(status);
    const html = this.req.accepts('html');
    const words = `${STATUS_CODES[status]}. Redirecting to ${url}`;
    return html ? this.type('html').send(`<p>${words}</p>`) : this.type('txt').send(words);
  },
  cookie(name, value, { path: where = '/', maxAge, httpOnly, secure, sameSite, expires } = {}) {
    const text = typeof value === 'object' ? `j:${JSON.stringify(value)}` : String(value);
    const parts = [`${name}=${encodeURIComponent(text)}`];
    if (maxAge !== undefined) parts.push(`Max-Age=${Math.floor(maxAge / 1000)}`);
    parts.push(`Path=${where}`);
    const until = maxAge === undefined ? expires : new Date(Date.now() + maxAge);
    if (until) parts.push(`Expires=${until.toUTCString()}`);
    if (httpOnly) parts.push('HttpOnly');
    if (secure) parts.push('Secure');
    if (sameSite) parts.push(`SameSite=${sameSite === true ? 'Strict' : sameSite}`);
    return this.append('Set-Cookie', parts.join('; '));
  },
  clearCookie(name, options) {
    return this.cookie(name, '', { expires: new Date(1), ...options });
  },
  sendFile(file, ...rest) {
    const options = typeof rest[0] === 'object' ? rest[0] : {};
    const done = rest.find((one) => typeof one === 'function');
    if (!options.root && !path.isAbsolute(file))
      throw new TypeError('path must be absolute or specify root to res.sendFile');
    const whole = path.resolve(options.root ?? '/', options.root ? `.${path.join('/', file)}` : file);
    fs.stat(whole, (error, stat) => {
      if (error || !stat.isFile()) {
        const missing = Object.assign(error ?? new Error('EISDIR, read'), {
          status: 404,
          statusCode: 404,
          expose: false,
        });
        return done ? done(missing) : (this.req.next?.(missing) ?? this.status(404).send('Not Found'));
      }
      if (!this.getHeader('Content-Type')) this.type(path.extname(whole).slice(1) || 'bin');
      this.setHeader('Last-Modified', stat.mtime.toUTCString());
      this.setHeader('Content-Length', stat.size);
      if (this.req.method === 'HEAD') return this.end();
      fs.createReadStream(whole)
        .pipe(this)
        .on('finish', () => done?.());
    });
  },
  attachment(name) {
    if (name) this.type(path.extname(name));
    return this.set(
      'Content-Disposition',
      name ? `attachment; filename="${path.basename(name)}"` : 'attachment',
    );
  },
  download(file, name = path.basename(file)) {
    return this.attachment(name).sendFile(path.resolve(file));
  },
  render() {
    throw new Error('view engines are not simulated in Drydock');
  },
};

/** ServerResponse with what express adds. */
exports.of = (prototype) => Object.create(prototype, Object.getOwnPropertyDescriptors(MEMBERS));
