// HTTP/1.1 messages out of a byte stream (RFC 9112): the head, then the body by its length or in chunks.
const { Buffer } = require('buffer');

const MAX_HEAD = 16 * 1024;

/** `heard` is told `{ head(lines), body(chunk), end(), bad(error) }` in order. */
class Parser {
  #rest = Buffer.alloc(0);
  #state = 'head';
  #left = 0;
  constructor(kind, heard) {
    this.kind = kind;
    this.heard = heard;
  }

  feed(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#step());
  }

  /** The stream has ended: a body that is as long as the connection ends here. */
  finish() {
    if (this.#state === 'until-end') this.#end();
    else if (this.#state !== 'head' || this.#rest.length > 0) {
      if (this.#state !== 'dead') this.#bad('aborted', 'ECONNRESET');
    }
  }

  get idle() {
    return this.#state === 'head' && this.#rest.length === 0;
  }

  #bad(message, code) {
    this.#state = 'dead';
    this.heard.bad(Object.assign(new Error(message), { code }));
  }

  #line() {
    const at = this.#rest.indexOf('\n');
    if (at === -1) return undefined;
    const line = this.#rest.subarray(0, at).toString('latin1').replace(/\r$/, '');
    this.#rest = this.#rest.subarray(at + 1);
    return line;
  }

  #step() {
    switch (this.#state) {
      case 'head':
        return this.#head();
      case 'length':
        return this.#length();
      case 'chunk-size':
        return this.#chunkSize();
      case 'chunk':
        return this.#chunk();
      case 'trailers':
        return this.#trailers();
      case 'until-end':
        if (this.#rest.length > 0) this.heard.body(this.#take(this.#rest.length));
        return false;
      default:
        this.#rest = Buffer.alloc(0);
        return false;
    }
  }

  #take(count) {
    const chunk = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return chunk;
  }

  #end() {
    this.#state = 'head';
    this.heard.end();
  }

  #head() {
    while (this.#rest[0] === 13 || this.#rest[0] === 10) this.#rest = this.#rest.subarray(1);
    const end = /\r?\n\r?\n/.exec(this.#rest.subarray(0, MAX_HEAD + 4).toString('latin1'));
    if (!end) {
      if (this.#rest.length > MAX_HEAD) this.#bad('Parse Error: Header overflow', 'HPE_HEADER_OVERFLOW');
      return false;
    }
    const [first, ...lines] = this.#take(end.index + end[0].length)
      .toString('latin1')
      .trimEnd()
      .split(/\r?\n/);
    const rawHeaders = [];
    for (const line of lines) {
      const at = line.indexOf(':');
      if (at <= 0 || /[\s()<>@,;\\"/[\]?={}]/.test(line.slice(0, at)))
        return this.#bad('Parse Error: Invalid header token', 'HPE_INVALID_HEADER_TOKEN');
      rawHeaders.push(line.slice(0, at), line.slice(at + 1).trim());
    }
    const headers = headersOf(rawHeaders);
    const head = this.kind === 'request' ? requestLine(first) : statusLine(first);
    if (!head) {
      this.#bad(
        this.kind === 'request' ? 'Parse Error: Invalid method encountered' : 'Parse Error: Expected HTTP/',
        'HPE_INVALID_METHOD',
      );
      return false;
    }
    const bodiless = this.heard.head({ ...head, headers, rawHeaders }) === 'no body';
    if (
      bodiless ||
      (this.kind === 'response' &&
        (head.statusCode < 200 || head.statusCode === 204 || head.statusCode === 304))
    ) {
      if (this.kind === 'response' && head.statusCode === 101) this.#state = 'dead';
      else this.#end();
      return true;
    }
    if (/\bchunked$/i.test(headers['transfer-encoding'] ?? '')) this.#state = 'chunk-size';
    else if (headers['content-length'] !== undefined) {
      this.#left = Number(headers['content-length']);
      if (!/^\d+$/.test(headers['content-length']))
        this.#bad('Parse Error: Invalid character in Content-Length', 'HPE_INVALID_CONTENT_LENGTH');
      else if (this.#left === 0) this.#end();
      else this.#state = 'length';
    } else if (this.kind === 'request') this.#end();
    else this.#state = 'until-end';
    return true;
  }

  #length() {
    if (this.#rest.length === 0) return false;
    const chunk = this.#take(Math.min(this.#left, this.#rest.length));
    this.#left -= chunk.length;
    this.heard.body(chunk);
    if (this.#left === 0) this.#end();
    return true;
  }

  #chunkSize() {
    const line = this.#line();
    if (line === undefined) return false;
    const size = Number.parseInt(line, 16);
    if (!/^[0-9a-f]+/i.test(line))
      this.#bad('Parse Error: Invalid character in chunk size', 'HPE_INVALID_CHUNK_SIZE');
    else {
      this.#left = size;
      this.#state = size === 0 ? 'trailers' : 'chunk';
    }
    return true;
  }

  #chunk() {
    if (this.#left > 0) {
      if (this.#rest.length === 0) return false;
      const chunk = this.#take(Math.min(this.#left, this.#rest.length));
      this.#left -= chunk.length;
      this.heard.body(chunk);
      return true;
    }
    const line = this.#line();
    if (line === undefined) return false;
    this.#state = 'chunk-size';
    return true;
  }

  #trailers() {
    const line = this.#line();
    if (line === undefined) return false;
    if (line === '') this.#end();
    return true;
  }
}

const requestLine = (line) => {
  const [, method, url, version] = /^([A-Z-]+) (\S+) HTTP\/(\d\.\d)$/.exec(line) ?? [];
  return method === undefined ? undefined : { method, url, httpVersion: version };
};

const statusLine = (line) => {
  const [, version, code, text = ''] = /^HTTP\/(\d\.\d) (\d{3})(?: (.*))?$/.exec(line) ?? [];
  return version === undefined
    ? undefined
    : { httpVersion: version, statusCode: Number(code), statusMessage: text };
};

/** Of these only the first counts; others are joined. */
const ONCE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

const headersOf = (raw) => {
  const headers = {};
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase();
    if (name === 'set-cookie') headers[name] = [...(headers[name] ?? []), raw[at + 1]];
    else if (headers[name] === undefined) headers[name] = raw[at + 1];
    else if (!ONCE.has(name)) headers[name] += `${name === 'cookie' ? '; ' : ', '}${raw[at + 1]}`;
  }
  return headers;
};

exports.Parser = Parser;
