const http = require('node:http');
const { METHODS, STATUS_CODES } = http;
const EventEmitter = require('node:events');
const request = require('./request');
const response = require('./response');
const Router = require('./router');

const prototype = {
  set(name, value) {
    if (value === undefined) return this.settings[name];
    this.settings[name] = value;
    return this;
  },
  enable(name) {
    return this.set(name, true);
  },
  disable(name) {
    return this.set(name, false);
  },
  enabled(name) {
    return Boolean(this.settings[name]);
  },
  disabled(name) {
    return !this.settings[name];
  },
  engine() {
    throw new Error('view engines are not simulated in Drydock');
  },
  use(...args) {
    this.router.use(...args);
    return this;
  },
  all(...args) {
    this.router.all(...args);
    return this;
  },
  param(...args) {
    this.router.param(...args);
    return this;
  },
  route(path) {
    return this.router.route(path);
  },
  listen(...args) {
    return http.createServer(this).listen(...args);
  },
  handle(req, res, done) {
    if (!Object.hasOwn(req, 'originalUrl')) {
      req.originalUrl = req.url;
      Object.setPrototypeOf(req, request.of(Object.getPrototypeOf(req)));
      Object.setPrototypeOf(res, response.of(Object.getPrototypeOf(res)));
    }
    Object.assign(req, { res, app: this });
    Object.assign(res, { req, app: this, locals: res.locals ?? {} });
    if (this.enabled('x-powered-by')) res.setHeader('X-Powered-By', 'Express');
    this.router(req, res, done ?? ((error) => last(this, req, res, error)));
  },
};

for (const method of METHODS.map((name) => name.toLowerCase()))
  prototype[method] = function route(path, ...handlers) {
    if (method === 'get' && handlers.length === 0) return this.set(path);
    this.router[method](path, ...handlers);
    return this;
  };

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What is sent where no handler has answered. */
function last(app, req, res, error) {
  if (res.headersSent) return void res.socket?.destroy();
  const status = error
    ? ([error.status, error.statusCode].find((code) => code >= 400 && code < 600) ?? 500)
    : 404;
  const text = error
    ? app.get('env') === 'production'
      ? STATUS_CODES[status]
      : error.stack || String(error)
    : `Cannot ${req.method} ${req.originalUrl.replace(/\?.*$/, '')}`;
  if (error && app.get('env') !== 'test') console.error(error.stack || String(error));
  const body = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${escaped(text).replaceAll('\n', '<br>').replaceAll('  ', ' &nbsp;')}</pre>\n</body>\n</html>\n`;
  for (const name of res.getHeaderNames()) if (name !== 'x-powered-by') res.removeHeader(name);
  res.statusCode = status;
  res.setHeader('Content-Security-Policy', "default-src 'none'");
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

exports.prototype = prototype;
exports.create = () => {
  const app = (req, res, next) => app.handle(req, res, next);
  Object.assign(app, EventEmitter.prototype, prototype);
  EventEmitter.call(app);
  return Object.assign(app, {
    settings: { 'x-powered-by': true, env: process.env.NODE_ENV || 'development' },
    locals: {},
    router: Router(),
  });
};
