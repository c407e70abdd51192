const querystring = require('node:querystring');

module.exports = {
  get header() {
    return this.req.headers;
  },
  get headers() {
    return this.req.headers;
  },
  get url() {
    return this.req.url;
  },
  set url(value) {
    this.req.url = value;
  },
  get method() {
    return this.req.method;
  },
  set method(value) {
    this.req.method = value;
  },
  get path() {
    return this.url.replace(/[?#].*$/, '') || '/';
  },
  set path(value) {
    this.url = value + this.search;
  },
  get querystring() {
    return /\?([^#]*)/.exec(this.url)?.[1] ?? '';
  },
  set querystring(value) {
    this.url = value === '' ? this.path : `${this.path}?${value}`;
  },
  get search() {
    return this.querystring === '' ? '' : `?${this.querystring}`;
  },
  set search(value) {
    this.querystring = value.replace(/^\?/, '');
  },
  get query() {
    return querystring.parse(this.querystring);
  },
  set query(value) {
    this.querystring = querystring.stringify(value);
  },
  get protocol() {
    return (this.app.proxy && this.get('X-Forwarded-Proto').split(/\s*,\s*/)[0]) || 'http';
  },
  get secure() {
    return this.protocol === 'https';
  },
  get host() {
    return (this.app.proxy && this.get('X-Forwarded-Host').split(/\s*,\s*/)[0]) || this.get('Host');
  },
  get hostname() {
    return this.host.replace(/:\d+$/, '');
  },
  get subdomains() {
    return this.hostname.split('.').reverse().slice(2);
  },
  get origin() {
    return `${this.protocol}://${this.host}`;
  },
  get href() {
    return /^https?:\/\//i.test(this.originalUrl) ? this.originalUrl : this.origin + this.originalUrl;
  },
  get URL() {
    return new URL(this.href);
  },
  get socket() {
    return this.req.socket;
  },
  get ips() {
    const given = this.app.proxy ? this.get('X-Forwarded-For') : '';
    return given === '' ? [] : given.split(/\s*,\s*/);
  },
  get ip() {
    return this.ips[0] ?? this.socket.remoteAddress ?? '';
  },
  get length() {
    const length = this.get('Content-Length');
    return length === '' ? undefined : Number(length);
  },
  get type() {
    return this.get('Content-Type').split(';')[0];
  },
  get fresh() {
    return false;
  },
  get stale() {
    return !this.fresh;
  },
  get(name) {
    const key = name.toLowerCase();
    if (key === 'referer' || key === 'referrer')
      return this.req.headers.referrer || this.req.headers.referer || '';
    return this.req.headers[key] || '';
  },
  is(...types) {
    const { type } = this;
    if (type === '') return null;
    const wanted = types.flat();
    if (wanted.length === 0) return type;
    return (
      wanted.find(
        (one) =>
          type === one ||
          type.endsWith(`/${one}`) ||
          (one.endsWith('/*') && type.startsWith(one.slice(0, -1))),
      ) ?? false
    );
  },
  accepts(...types) {
    const wanted = types.flat();
    const accepted = (this.get('Accept') || '*/*').split(',').map((part) => part.split(';')[0].trim());
    if (wanted.length === 0) return accepted;
    const { lookup } = require('media-types');
    for (const range of accepted)
      for (const one of wanted) {
        const type = one.includes('/') ? one : lookup(one);
        if (
          range === '*/*' ||
          range === type ||
          (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
        )
          return one;
      }
    return false;
  },
};
