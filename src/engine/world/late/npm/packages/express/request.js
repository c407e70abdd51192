const querystring = require('node:querystring');

const MEMBERS = {
  get path() {
    return this.url.replace(/[?#].*$/, '');
  },
  get query() {
    return { ...querystring.parse(/\?([^#]*)/.exec(this.url)?.[1] ?? '') };
  },
  get protocol() {
    return 'http';
  },
  get secure() {
    return false;
  },
  get hostname() {
    return (this.headers.host ?? '').replace(/:\d+$/, '');
  },
  get host() {
    return this.headers.host;
  },
  get ip() {
    return this.app.get('trust proxy') && this.headers['x-forwarded-for']
      ? this.headers['x-forwarded-for'].split(/\s*,\s*/)[0]
      : this.socket.remoteAddress;
  },
  get xhr() {
    return (this.headers['x-requested-with'] ?? '').toLowerCase() === 'xmlhttprequest';
  },
  get(name) {
    const key = name.toLowerCase();
    return key === 'referrer' ? (this.headers.referrer ?? this.headers.referer) : this.headers[key];
  },
  header(name) {
    return this.get(name);
  },
  is(type) {
    const own = (this.headers['content-type'] ?? '').split(';')[0];
    return own === type || own.endsWith(`/${type}`) ? type : false;
  },
  accepts(...types) {
    const accepted = (this.headers.accept ?? '*/*').split(',').map((part) => part.split(';')[0].trim());
    const wanted = types.flat();
    return (
      wanted.find((type) =>
        accepted.some((range) => range === '*/*' || range === type || range.endsWith(`/${type}`)),
      ) ?? false
    );
  },
};

/** IncomingMessage with what express adds. */
exports.of = (prototype) => Object.create(prototype, Object.getOwnPropertyDescriptors(MEMBERS));
