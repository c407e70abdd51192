const http = require('node:http');
const EventEmitter = require('node:events');
const Stream = require('node:stream');
const compose = require('koa-compose');
const createError = require('http-errors');
const context = require('./context');
const request = require('./request');
const response = require('./response');

class Application extends EventEmitter {
  constructor({ env = process.env.NODE_ENV || 'development', proxy = false, silent } = {}) {
    super();
    Object.assign(this, { env, proxy, middleware: [] });
    if (silent !== undefined) this.silent = silent;
    this.context = Object.create(context);
    this.request = Object.create(request);
    this.response = Object.create(response);
  }

  listen(...args) {
    return http.createServer(this.callback()).listen(...args);
  }

  use(middleware) {
    if (typeof middleware !== 'function') throw new TypeError('middleware must be a function!');
    this.middleware.push(middleware);
    return this;
  }

  callback() {
    const run = compose(this.middleware);
    if (this.listenerCount('error') === 0) this.on('error', (error) => this.onerror(error));
    return (req, res) => {
      const ctx = this.createContext(req, res);
      res.statusCode = 404;
      return run(ctx)
        .then(() => respond(ctx))
        .catch((error) => ctx.onerror(error));
    };
  }

  createContext(req, res) {
    const ctx = Object.create(this.context);
    const asked = Object.create(this.request);
    const answer = Object.create(this.response);
    for (const one of [ctx, asked, answer]) Object.assign(one, { app: this, req, res, ctx });
    Object.assign(ctx, { request: asked, response: answer, originalUrl: req.url, state: {} });
    Object.assign(asked, { response: answer, originalUrl: req.url });
    answer.request = asked;
    return ctx;
  }

  onerror(error) {
    if (!(error instanceof Error)) throw new TypeError(`non-error thrown: ${JSON.stringify(error)}`);
    if (error.status === 404 || error.expose || this.silent) return;
    const text = error.stack || String(error);
    console.error(`\n${text.replace(/^/gm, '  ')}\n`);
  }

  static get default() {
    return Application;
  }
}

/** Sends what the middleware has left in the context. */
function respond(ctx) {
  if (ctx.respond === false || !ctx.writable) return;
  const { res, status } = ctx;
  let { body } = ctx;
  if (status === 204 || status === 205 || status === 304) {
    ctx.body = null;
    return void res.end();
  }
  if (ctx.method === 'HEAD') {
    if (!res.headersSent && !ctx.response.has('Content-Length') && Number.isInteger(ctx.length))
      ctx.set('Content-Length', ctx.length);
    return void res.end();
  }
  if (body === null || body === undefined) {
    if (ctx.response._explicitNullBody) return void res.end();
    body = ctx.message || String(status);
    if (!res.headersSent) {
      ctx.type = 'text';
      ctx.length = Buffer.byteLength(body);
    }
    return void res.end(body);
  }
  if (Buffer.isBuffer(body) || typeof body === 'string') return void res.end(body);
  if (body instanceof Stream) return void body.pipe(res);
  body = JSON.stringify(body);
  if (!res.headersSent) ctx.length = Buffer.byteLength(body);
  res.end(body);
}

module.exports = Application;
module.exports.HttpError = createError;
