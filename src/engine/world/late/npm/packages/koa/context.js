const createError = require('http-errors');
const { STATUS_CODES } = require('node:http');

const context = {
  throw(...args) {
    throw createError(...args);
  },
  assert(value, ...args) {
    if (!value) throw createError(...args);
  },
  onerror(error) {
    if (error === null || error === undefined) return;
    const told = error instanceof Error ? error : new Error(`non-error thrown: ${JSON.stringify(error)}`);
    this.app.emit('error', told, this);
    if (this.res.headersSent || !this.writable) {
      told.headerSent = true;
      return;
    }
    for (const name of this.res.getHeaderNames()) this.res.removeHeader(name);
    this.set(told.headers ?? {});
    let status = told.status || told.statusCode;
    if (told.code === 'ENOENT') status = 404;
    if (!STATUS_CODES[status]) status = 500;
    this.type = 'text';
    const text = told.expose ? told.message : STATUS_CODES[status];
    this.status = status;
    this.length = Buffer.byteLength(text);
    this.res.end(text);
  },
  inspect() {
    return this.toJSON();
  },
  toJSON() {
    return {
      request: { method: this.method, url: this.url, header: this.header },
      response: { status: this.status, message: this.message },
      app: '<original koa app>',
      originalUrl: this.originalUrl,
    };
  },
  cookies: undefined,
};

/** What the context has of its request and its response. */
const delegate = (target, { methods = [], access = [], get = [] }) => {
  for (const name of methods)
    context[name] = function delegated(...args) {
      return this[target][name](...args);
    };
  for (const name of [...access, ...get])
    Object.defineProperty(context, name, {
      configurable: true,
      enumerable: true,
      get() {
        return this[target][name];
      },
      ...(access.includes(name)
        ? {
            set(value) {
              this[target][name] = value;
            },
          }
        : {}),
    });
};
delegate('response', {
  methods: ['attachment', 'redirect', 'remove', 'vary', 'has', 'set', 'append', 'flushHeaders'],
  access: ['status', 'message', 'body', 'length', 'type', 'lastModified', 'etag'],
  get: ['headerSent', 'writable'],
});
delegate('request', {
  methods: ['get', 'is', 'accepts'],
  access: ['querystring', 'search', 'method', 'query', 'path', 'url'],
  get: [
    'origin',
    'href',
    'protocol',
    'host',
    'hostname',
    'URL',
    'header',
    'headers',
    'secure',
    'ip',
    'ips',
    'fresh',
    'stale',
    'socket',
    'subdomains',
  ],
});

/** Cookies of the request, and those that the response sets. */
Object.defineProperty(context, 'cookies', {
  get() {
    return {
      get: (name) => {
        for (const pair of (this.get('Cookie') || '').split(/;\s*/)) {
          const at = pair.indexOf('=');
          if (pair.slice(0, at) === name) return decodeURIComponent(pair.slice(at + 1));
        }
        return undefined;
      },
      set: (name, value, { path = '/', httpOnly = true, maxAge, expires } = {}) => {
        const parts = [
          `${name}=${value === null || value === undefined ? '' : encodeURIComponent(value)}`,
          `path=${path}`,
        ];
        const until =
          value === null ? new Date(0) : maxAge === undefined ? expires : new Date(Date.now() + maxAge);
        if (until) parts.push(`expires=${until.toUTCString()}`);
        if (httpOnly) parts.push('httponly');
        this.append('Set-Cookie', parts.join('; '));
      },
    };
  },
});

module.exports = context;
