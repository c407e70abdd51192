/** Cross-origin requests for express: who may ask, and what. */
module.exports = function cors({
  origin = '*',
  methods = 'GET,HEAD,PUT,PATCH,POST,DELETE',
  credentials = false,
} = {}) {
  return (req, res, next) => {
    const allowed = origin === true ? req.headers.origin : origin;
    if (allowed) res.setHeader('Access-Control-Allow-Origin', allowed);
    if (allowed !== '*') res.setHeader('Vary', 'Origin');
    if (credentials) res.setHeader('Access-Control-Allow-Credentials', 'true');
    if (req.method !== 'OPTIONS') return next();
    res.setHeader('Access-Control-Allow-Methods', [methods].flat().join(','));
    const headers = req.headers['access-control-request-headers'];
    if (headers) res.setHeader('Access-Control-Allow-Headers', headers);
    res.statusCode = 204;
    res.setHeader('Content-Length', '0');
    res.end();
  };
};
