// fetch over node:http: what small programs use of it.
const http = require('http');
const { Buffer } = require('buffer');

class Headers {
  #map = new Map();
  constructor(from = {}) {
    for (const [name, value] of typeof from[Symbol.iterator] === 'function' ? from : Object.entries(from))
      this.append(name, value);
  }
  get(name) {
    return this.#map.get(name.toLowerCase()) ?? null;
  }
  has(name) {
    return this.#map.has(name.toLowerCase());
  }
  set(name, value) {
    this.#map.set(name.toLowerCase(), String(value));
  }
  append(name, value) {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }
  delete(name) {
    this.#map.delete(name.toLowerCase());
  }
  forEach(callback) {
    for (const [name, value] of this) callback(value, name, this);
  }
  [Symbol.iterator]() {
    return this.#map[Symbol.iterator]();
  }
  entries() {
    return this.#map.entries();
  }
}

class Response {
  #body;
  constructor(body, { status = 200, statusText = '', headers, url = '' } = {}) {
    this.#body = body;
    Object.assign(this, {
      status,
      statusText,
      url,
      ok: status >= 200 && status < 300,
      headers: new Headers(headers),
      bodyUsed: false,
    });
  }
  async arrayBuffer() {
    if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
    this.bodyUsed = true;
    const bytes = await this.#body;
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  }
  async text() {
    return Buffer.from(await this.arrayBuffer()).toString();
  }
  async json() {
    return JSON.parse(await this.text());
  }
}

const fetch = (input, { method = 'GET', headers = {}, body, signal, redirect = 'follow' } = {}, hops = 0) =>
  new Promise((resolve, reject) => {
    const url = new URL(String(input));
    if (url.protocol === 'https:')
      return reject(
        new TypeError('fetch failed', { cause: require('internal/errors').notSimulated('fetch of https:') }),
      );
    const sent = new Headers(headers);
    if (body !== undefined && typeof body === 'string' && !sent.has('content-type'))
      sent.set('content-type', 'text/plain;charset=UTF-8');
    const bytes =
      body === undefined
        ? undefined
        : body instanceof URLSearchParams
          ? Buffer.from(String(body))
          : Buffer.from(body);
    if (bytes) sent.set('content-length', bytes.length);
    const failed = (error) => reject(new TypeError('fetch failed', { cause: error }));
    const request = http.request(url, { method, headers: Object.fromEntries(sent) }, (message) => {
      const { statusCode, statusMessage } = message;
      const location = message.headers.location;
      if (location !== undefined && [301, 302, 303, 307, 308].includes(statusCode) && redirect === 'follow') {
        message.resume();
        if (hops === 20) return failed(new Error('redirect count exceeded'));
        const keep = statusCode === 307 || statusCode === 308;
        return resolve(
          fetch(
            new URL(location, url),
            keep
              ? { method, headers, body, signal }
              : { method: method === 'HEAD' ? 'HEAD' : 'GET', headers, signal },
            hops + 1,
          ),
        );
      }
      const gathered = new Promise((done, broke) => {
        const chunks = [];
        message.on('data', (chunk) => chunks.push(chunk));
        message.on('end', () => done(Buffer.concat(chunks)));
        message.on('error', broke);
      });
      resolve(
        new Response(gathered, {
          status: statusCode,
          statusText: statusMessage,
          headers: Object.entries(message.headers),
          url: url.href,
        }),
      );
    });
    signal?.addEventListener('abort', () => {
      request.destroy();
      reject(signal.reason);
    });
    request.on('error', failed);
    request.end(bytes);
  });

module.exports = { fetch, Headers, Response };
