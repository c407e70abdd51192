const createError = require('http-errors');
const querystring = require('node:querystring');

const bytesOf = (limit) => {
  if (typeof limit === 'number') return limit;
  const [, count, unit = 'b'] = /^(\d+)\s*(b|kb|mb)?$/i.exec(limit) ?? [undefined, '100', 'kb'];
  return Number(count) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit.toLowerCase()];
};

const reader =
  (fits, use) =>
  ({ limit = '100kb', type } = {}) =>
  (req, _res, next) => {
    const own = (req.headers['content-type'] ?? '').split(';')[0];
    const has = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length']) > 0;
    if (req.body !== undefined || !has || !(type ? [type].flat().includes(own) : fits(own))) return next();
    const chunks = [];
    let size = 0;
    req.on('data', (chunk) => {
      size += chunk.length;
      if (size <= bytesOf(limit)) chunks.push(chunk);
    });
    req.on('end', () => {
      if (size > bytesOf(limit))
        return next(createError(413, 'request entity too large', { type: 'entity.too.large' }));
      try {
        req.body = use(Buffer.concat(chunks));
      } catch (error) {
        return next(createError(400, error, { type: 'entity.parse.failed' }));
      }
      next();
    });
    req.on('error', next);
  };

exports.json = reader(
  (type) => type === 'application/json' || type.endsWith('+json'),
  (bytes) => JSON.parse(bytes.toString()),
);
exports.urlencoded = reader(
  (type) => type === 'application/x-www-form-urlencoded',
  (bytes) => ({ ...querystring.parse(bytes.toString()) }),
);
exports.text = reader((type) => type === 'text/plain', String);
exports.raw = reader(
  (type) => type === 'application/octet-stream',
  (bytes) => bytes,
);
