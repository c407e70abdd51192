const TYPES = {
  html: 'text/html',
  txt: 'text/plain',
  text: 'text/plain',
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
  md: 'text/markdown',
};

exports.typeOf = (name) => {
  const type = name.includes('/')
    ? name
    : (TYPES[name.replace(/^.*\./, '').toLowerCase()] ?? 'application/octet-stream');
  return /^text\/|json|javascript|xml/.test(type) && !type.includes(';') ? `${type}; charset=utf-8` : type;
};
