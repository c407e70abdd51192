const createError = require('http-errors');
const querystring = require('node:querystring');

const LIMIT = 1024 * 1024;

const read = (req, limit) =>
  new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    req.on('data', (chunk) => {
      size += chunk.length;
      if (size > limit) reject(createError(413, 'request entity too large'));
      else chunks.push(chunk);
    });
    req.on('end', () => resolve(Buffer.concat(chunks).toString()));
    req.on('error', reject);
  });

/** ctx.request.body of forms, JSON and text. */
function body({ jsonLimit = LIMIT, strict = true } = {}) {
  return async (ctx, next) => {
    if (['GET', 'HEAD', 'DELETE'].includes(ctx.method)) return next();
    const text = await read(ctx.req, typeof jsonLimit === 'number' ? jsonLimit : LIMIT);
    ctx.request.rawBody = text;
    const type = ctx.get('Content-Type').split(';')[0];
    if (type === 'application/json' || type.endsWith('+json')) {
      try {
        ctx.request.body = text === '' ? {} : JSON.parse(text);
      } catch (error) {
        throw createError(400, error.message, { body: text });
      }
      if (strict && typeof ctx.request.body !== 'object')
        throw createError(400, 'invalid JSON, only supports object and array');
    } else if (type === 'application/x-www-form-urlencoded')
      ctx.request.body = { ...querystring.parse(text) };
    else ctx.request.body = type.startsWith('text/') ? text : {};
    return next();
  };
}

module.exports = body;
module.exports.koaBody = body;
module.exports.bodyParser = body;
module.exports.default = body;
