const { METHODS } = require('node:http');
const pattern = require('path-pattern');

/** route.get('/users/:id', (ctx, id) => …): middleware for one method and one path. */
const create = (method) => (path, handler) => {
  const wanted = pattern(path);
  return (ctx, next) => {
    if (method && ctx.method !== method && !(method === 'GET' && ctx.method === 'HEAD')) return next();
    const params = pattern.match(wanted, ctx.path);
    if (!params) return next();
    ctx.routePath = path;
    return handler.call(ctx, ctx, ...wanted.keys.map((key) => params[key]), next);
  };
};

for (const method of METHODS) module.exports[method.toLowerCase()] = create(method);
module.exports.del = module.exports.delete;
module.exports.all = create();
