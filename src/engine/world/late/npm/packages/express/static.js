const fs = require('node:fs');
const path = require('node:path');

/** Files of a directory, for GET and HEAD. */
module.exports = function serveStatic(root, { index = 'index.html', maxAge = 0, fallthrough = true } = {}) {
  const base = path.resolve(root);
  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    const asked = decodeURIComponent(req.path);
    const wanted = path.join(base, asked);
    if (
      (wanted !== base && !wanted.startsWith(`${base}/`)) ||
      asked.split('/').some((name) => name.startsWith('.'))
    )
      return next();
    fs.stat(wanted, (error, stat) => {
      if (error) return fallthrough ? next() : next(Object.assign(error, { status: 404 }));
      if (stat.isDirectory() && !asked.endsWith('/')) return res.redirect(301, `${req.originalUrl}/`);
      const file = stat.isDirectory() ? path.join(wanted, index) : wanted;
      fs.stat(file, (missing, found) => {
        if (missing || !found.isFile()) return next();
        res.setHeader('Cache-Control', `public, max-age=${Math.floor(Number(maxAge) / 1000)}`);
        res.setHeader('ETag', `W/"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`);
        if (req.headers['if-none-match'] === res.getHeader('ETag')) return res.status(304).end();
        res.sendFile(file);
      });
    });
  };
};
