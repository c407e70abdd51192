const TYPES = {
  html: 'text/html',
  text: 'text/plain',
  txt: 'text/plain',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
  webp: 'image/webp',
  pdf: 'application/pdf',
  zip: 'application/zip',
  bin: 'application/octet-stream',
  md: 'text/markdown',
  form: 'application/x-www-form-urlencoded',
};

exports.lookup = (name) => TYPES[name.replace(/^.*\./, '').toLowerCase()] ?? 'application/octet-stream';

/** The full value of Content-Type for an extension or a type. */
exports.contentType = (name) => {
  const type = name.includes('/') ? name : exports.lookup(name);
  return /;|^(image|application\/(zip|pdf|octet))/.test(type) ? type : `${type}; charset=utf-8`;
};
