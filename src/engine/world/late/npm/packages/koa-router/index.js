const compose = require('koa-compose');
const pattern = require('path-pattern');

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

class Router {
  constructor({ prefix = '' } = {}) {
    Object.assign(this, { opts: { prefix }, stack: [], params: {} });
  }

  register(path, methods, middleware) {
    for (const one of middleware)
      if (typeof one !== 'function')
        throw new TypeError(
          `${methods} \`${path}\`: \`middleware\` must be a function, not \`${typeof one}\``,
        );
    const whole =
      path instanceof RegExp
        ? path
        : `${this.opts.prefix}${path === '/' && this.opts.prefix ? '' : path}` || '/';
    this.stack.push({
      path: whole,
      methods,
      middleware,
      pattern: pattern(whole, { end: methods.length > 0 }),
    });
    return this;
  }

  use(...args) {
    const path = typeof args[0] === 'string' ? args.shift() : '/';
    for (const one of args) {
      if (!one.router) {
        this.register(path === '/' ? '' : path, [], [one]);
        continue;
      }
      for (const layer of one.router.stack)
        this.register((path === '/' ? '' : path) + layer.path, layer.methods, layer.middleware);
    }
    return this;
  }

  prefix(prefix) {
    this.opts.prefix = prefix;
    return this;
  }

  param(name, middleware) {
    this.params[name] = middleware;
    return this;
  }

  routes() {
    const dispatch = (ctx, next) => {
      const found = this.stack
        .map((layer) => ({ layer, params: pattern.match(layer.pattern, ctx.path) }))
        .filter(({ params }) => params !== undefined);
      ctx.matched = [...(ctx.matched ?? []), ...found.map(({ layer }) => layer)];
      const fitting = found.filter(
        ({ layer }) => layer.methods.length === 0 || layer.methods.includes(ctx.method),
      );
      if (!fitting.some(({ layer }) => layer.methods.length > 0)) return next();
      const steps = fitting.flatMap(({ layer, params }) => [
        (context, go) => {
          context.params = context.request.params = { ...context.params, ...params };
          context._matchedRoute = layer.path;
          return go();
        },
        ...Object.keys(params)
          .filter((key) => this.params[key])
          .map((key) => (context, go) => this.params[key](params[key], context, go)),
        ...layer.middleware,
      ]);
      return compose(steps)(ctx, next);
    };
    dispatch.router = this;
    return dispatch;
  }

  allowedMethods() {
    return async (ctx, next) => {
      await next();
      if (!ctx.matched || (ctx.status && ctx.status !== 404)) return;
      const allowed = [...new Set(ctx.matched.flatMap(({ methods }) => methods))];
      if (allowed.length === 0 || allowed.includes(ctx.method)) return;
      ctx.status = ctx.method === 'OPTIONS' ? 200 : 405;
      ctx.set('Allow', allowed.join(', '));
    };
  }

  redirect(from, to, status = 301) {
    return this.all(from, (ctx) => {
      ctx.redirect(to);
      ctx.status = status;
    });
  }
}

for (const verb of [...VERBS, 'all'])
  Router.prototype[verb] = function route(...args) {
    // A name may come before the path.
    if (typeof args[0] === 'string' && (typeof args[1] === 'string' || args[1] instanceof RegExp))
      args.shift();
    const [path, ...middleware] = args;
    const methods =
      verb === 'all'
        ? VERBS.map((one) => one.toUpperCase())
        : verb === 'get'
          ? ['HEAD', 'GET']
          : [verb.toUpperCase()];
    for (const one of [path].flat()) this.register(one, methods, middleware);
    return this;
  };
Router.prototype.del = Router.prototype.delete;
Router.prototype.middleware = Router.prototype.routes;

/** `new Router()`, or as older versions have it `Router()`. */
module.exports = new Proxy(Router, { apply: (Target, _self, args) => new Target(...args) });
Router.default = module.exports;
