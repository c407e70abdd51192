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

/** The media type of a file by the end of its name. */
exports.lookup = (name) => TYPES[name.replace(/^.*\./, '').toLowerCase()] ?? 'application/octet-stream';

/** The full value of Content-Type for the end of a name or a type: what is text is UTF-8. */
exports.contentType = (name) => {
  const type = name.includes('/') ? name : exports.lookup(name);
  return /^text\/|json|javascript|xml/.test(type) && !type.includes(';') ? `${type}; charset=utf-8` : type;
};
