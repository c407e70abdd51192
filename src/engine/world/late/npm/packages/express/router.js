const { METHODS } = require('node:http');
const pattern = require('path-pattern');

/** Handlers in the order in which they were given: of paths and methods, of all below a path, of errors. */
function Router() {
  const router = (req, res, next) => handle(router, req, res, next);
  return Object.assign(router, Router.prototype, { stack: [], named: {} });
}

const add = (router, method, path, handlers, end) => {
  const list = handlers.flat(Number.POSITIVE_INFINITY);
  if (list.length === 0) throw new TypeError('argument handler is required');
  for (const handler of list) {
    if (typeof handler !== 'function') throw new TypeError('argument handler must be a function');
    for (const one of [path].flat())
      router.stack.push({ method, handler, path: one, pattern: pattern(one, { end }) });
  }
  return router;
};

Object.assign(Router.prototype, {
  use(...args) {
    const path =
      typeof args[0] === 'function' || (Array.isArray(args[0]) && typeof args[0][0] === 'function')
        ? '/'
        : args.shift();
    return add(this, undefined, path, args, false);
  },
  all(path, ...handlers) {
    return add(this, undefined, path, handlers, true);
  },
  route(path) {
    const route = {};
    for (const method of [...METHODS, 'ALL'])
      route[method.toLowerCase()] = (...handlers) => {
        add(this, method === 'ALL' ? undefined : method, path, handlers, true);
        return route;
      };
    return route;
  },
  param(name, handler) {
    this.named[name] = handler;
    return this;
  },
});
for (const method of METHODS)
  Router.prototype[method.toLowerCase()] = function route(path, ...handlers) {
    return add(this, method, path, handlers, true);
  };

function handle(router, req, res, done) {
  const { url: before, baseUrl = '', params: outer = {} } = req;
  const path = before.replace(/[?#].*$/, '');
  const rest = before.slice(path.length);
  let at = 0;
  const next = (error) => {
    Object.assign(req, { url: before, baseUrl, params: outer });
    if (error === 'router') return done();
    const failure = error === 'route' ? undefined : error;
    for (;;) {
      const layer = router.stack[at++];
      if (!layer) return done(failure);
      const fits =
        layer.method === undefined ||
        layer.method === req.method ||
        (layer.method === 'GET' && req.method === 'HEAD');
      if (!fits || (failure === undefined) === (layer.handler.length === 4)) continue;
      const mounted =
        layer.method === undefined && layer.path === '/' && !layer.pattern.regexp.source.endsWith('$');
      const params = mounted ? {} : pattern.match(layer.pattern, path);
      if (!params) continue;
      req.params = { ...outer, ...params };
      if (!mounted && !layer.pattern.regexp.source.endsWith('$')) {
        // What is mounted at a path sees what is left of it.
        const [taken] = layer.pattern.regexp.exec(path);
        req.baseUrl = baseUrl + taken;
        req.url = `${path.slice(taken.length).replace(/^(?!\/)/, '/')}${rest}`;
      }
      return run(router, layer.handler, failure, req, res, params, next);
    }
  };
  next();
}

function run(router, handler, failure, req, res, params, next) {
  const asked = Object.keys(params).filter((name) => router.named[name]);
  const step = (error) => {
    if (error) return next(error);
    const name = asked.shift();
    if (name) return router.named[name](req, res, step, params[name], name);
    try {
      const result = failure === undefined ? handler(req, res, next) : handler(failure, req, res, next);
      // What an asynchronous handler throws is an error of the request.
      if (typeof result?.then === 'function')
        result.then(undefined, (thrown) => next(thrown ?? new Error('rejected promise')));
    } catch (thrown) {
      next(thrown);
    }
    return undefined;
  };
  step();
}

module.exports = Router;
