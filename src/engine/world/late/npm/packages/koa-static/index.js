const fs = require('node:fs');
const path = require('node:path');

/** Files of a directory, for GET and HEAD. */
module.exports = function serve(
  root,
  { index = 'index.html', defer = false, maxage = 0, hidden = false } = {},
) {
  if (!root) throw new TypeError('root directory is required to serve files');
  const base = path.resolve(root);
  const send = async (ctx) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return false;
    const wanted = path.join(base, decodeURIComponent(ctx.path));
    if (wanted !== base && !wanted.startsWith(`${base}/`)) return false;
    if (!hidden && ctx.path.split('/').some((name) => name.startsWith('.'))) return false;
    const file = ctx.path.endsWith('/') ? path.join(wanted, index) : wanted;
    const stat = await fs.promises.stat(file).catch(() => undefined);
    if (!stat?.isFile()) return false;
    ctx.set('Content-Length', stat.size);
    ctx.set('Last-Modified', stat.mtime.toUTCString());
    ctx.set('Cache-Control', `max-age=${Math.floor(maxage / 1000)}`);
    if (!ctx.type) ctx.type = path.extname(file).slice(1) || 'bin';
    ctx.body = fs.createReadStream(file);
    return true;
  };
  return async (ctx, next) => {
    if (defer) {
      await next();
      if (!ctx.body && ctx.status === 404) await send(ctx);
    } else if (!(await send(ctx))) await next();
  };
};
