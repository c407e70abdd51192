// URL and URLSearchParams (the URL Standard), for the addresses that programs of a container meet. Names outside ASCII are refused.
const PORTS = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21', 'file:': '' };

const escaped = (text, unsafe) =>
  text
    .replace(/[^\u0021-\u007e]|[\s]/gu, (char) => encodeURIComponent(char.toWellFormed()))
    .replace(unsafe, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

const IN_PATH = /["#<>?`{}^]/g;
const IN_QUERY = /["#<>']/g;
const IN_HASH = /["<>`]/g;
const IN_USER = /[/:;=@[\\\]^|"#<>?`{}]/g;

class URLSearchParams {
  #list = [];
  #changed;
  constructor(from = '', changed = () => undefined) {
    this.#changed = changed;
    if (typeof from === 'string') {
      for (const part of from.replace(/^\?/, '').split('&')) {
        if (part === '') continue;
        const [, key, value = ''] = /^([^=]*)=?(.*)$/s.exec(part);
        this.#list.push([decoded(key), decoded(value)]);
      }
    } else if (from) {
      for (const [key, value] of typeof from[Symbol.iterator] === 'function' ? from : Object.entries(from))
        this.#list.push([String(key), String(value)]);
    }
  }
  get size() {
    return this.#list.length;
  }
  get(name) {
    return this.#list.find(([key]) => key === name)?.[1] ?? null;
  }
  getAll(name) {
    return this.#list.filter(([key]) => key === name).map(([, value]) => value);
  }
  has(name) {
    return this.#list.some(([key]) => key === name);
  }
  append(name, value) {
    this.#list.push([String(name), String(value)]);
    this.#changed(this);
  }
  set(name, value) {
    const at = this.#list.findIndex(([key]) => key === name);
    if (at === -1) return this.append(name, value);
    this.#list = this.#list.filter(([key], index) => key !== name || index === at);
    this.#list[at] = [String(name), String(value)];
    this.#changed(this);
  }
  delete(name) {
    this.#list = this.#list.filter(([key]) => key !== name);
    this.#changed(this);
  }
  sort() {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed(this);
  }
  forEach(callback, self) {
    for (const [key, value] of this.#list) callback.call(self, value, key, this);
  }
  *keys() {
    for (const [key] of this.#list) yield key;
  }
  *values() {
    for (const [, value] of this.#list) yield value;
  }
  *entries() {
    for (const [key, value] of this.#list) yield [key, value];
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return this.#list.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&');
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, _options, inspect) {
    if (this.#list.length === 0) return 'URLSearchParams {}';
    return `URLSearchParams { ${this.#list.map((pair) => pair.map((text) => inspect(text)).join(' => ')).join(', ')} }`;
  }
}

const decoded = (text) => {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return require('buffer')
      .Buffer.from(
        spaced.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      )
      .toString();
  }
};
const encoded = (text) =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const invalid = (input) => {
  const error = require('internal/errors').coded(TypeError, 'ERR_INVALID_URL', 'Invalid URL');
  return Object.assign(error, { input });
};

const tidy = (path) => {
  const names = [];
  const parts = path.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (/^(\.|%2e)$/i.test(part)) {
      if (last) names.push('');
    } else if (/^(\.|%2e){2}$/i.test(part)) {
      names.pop();
      if (last) names.push('');
    } else names.push(part);
  }
  return `/${names.join('/')}`;
};

class URL {
  #protocol;
  #username = '';
  #password = '';
  #hostname = '';
  #port = '';
  #path = '';
  #search = '';
  #hash = '';
  #opaque = false;
  #params;

  constructor(input, base) {
    const text = String(input).trim();
    const from = base === undefined ? undefined : base instanceof URL ? base : new URL(String(base));
    this.#parse(text, from, String(input));
  }

  #parse(text, base, input) {
    const [, scheme, rest] = /^([a-zA-Z][a-zA-Z0-9+.-]*:)?(.*)$/s.exec(text);
    const [, before, search, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest);
    this.#protocol = (scheme ?? base?.protocol)?.toLowerCase();
    if (this.#protocol === undefined) throw invalid(input);
    const special = Object.hasOwn(PORTS, this.#protocol);
    const main = special ? before.replaceAll('\\', '/') : before;
    this.#hash = hash && hash !== '#' ? escaped(hash, IN_HASH) : '';
    this.#search = search && search !== '?' ? `?${escaped(search.slice(1), IN_QUERY)}` : '';
    if (scheme === undefined && !main.startsWith('//')) {
      Object.assign(this, {});
      this.#username = base.username;
      this.#password = base.password;
      this.#hostname = base.hostname;
      this.#port = base.port;
      if (main === '') {
        this.#path = base.pathname;
        if (search === undefined) this.#search = base.search;
      } else
        this.#path = tidy(
          escaped(main.startsWith('/') ? main : base.pathname.replace(/[^/]*$/, main), IN_PATH),
        );
      return;
    }
    if (!main.startsWith('//') && !special) {
      this.#opaque = !main.startsWith('/');
      this.#path = main.startsWith('/') ? tidy(escaped(main, IN_PATH)) : main;
      return;
    }
    const [, authority, path] = /^\/*([^/]*)(.*)$/s.exec(
      this.#protocol === 'file:'
        ? main
            .replace(/^\/\//, '')
            .replace(/^(?!\/)/, '/')
            .replace(/^\//, '//')
        : main,
    );
    if (this.#protocol === 'file:') {
      this.#path = tidy(escaped(main.replace(/^\/\/[^/]*/, '') || '/', IN_PATH));
      return;
    }
    const [, user, host] = /^(?:(.*)@)?(.*)$/s.exec(authority);
    if (user !== undefined) {
      const [, name, password = ''] = /^([^:]*):?(.*)$/s.exec(user);
      this.#username = escaped(name, IN_USER);
      this.#password = escaped(password, IN_USER);
    }
    this.#setHost(host, special, input);
    this.#path = path === '' ? (special ? '/' : '') : tidy(escaped(path, IN_PATH));
  }

  #setHost(host, special, input) {
    const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(host) ?? [];
    if (
      name === undefined ||
      (special && name === '') ||
      (port !== undefined && !/^\d*$/.test(port)) ||
      Number(port) > 65535
    )
      throw invalid(input);
    const plain = decoded(name.replaceAll('+', '%2B')).toLowerCase();
    if (/[\s#%/<>?@\\^|]|[^\u0021-\u007e]/.test(plain)) throw invalid(input);
    this.#hostname = plain;
    this.#port =
      port === undefined || port === '' || port === PORTS[this.#protocol] ? '' : String(Number(port));
  }

  static canParse(input, base) {
    return URL.parse(input, base) !== null;
  }
  static parse(input, base) {
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }
  get href() {
    const user =
      this.#username === '' && this.#password === ''
        ? ''
        : `${this.#username}${this.#password === '' ? '' : `:${this.#password}`}@`;
    const slashes =
      this.#opaque || (this.#hostname === '' && !Object.hasOwn(PORTS, this.#protocol)) ? '' : '//';
    return `${this.#protocol}${slashes}${user}${this.host}${this.#path}${this.#search}${this.#hash}`;
  }
  set href(value) {
    this.#username = this.#password = this.#hostname = this.#port = '';
    this.#parse(String(value), undefined, value);
    this.#params = undefined;
  }
  get origin() {
    return ['http:', 'https:', 'ws:', 'wss:', 'ftp:'].includes(this.#protocol)
      ? `${this.#protocol}//${this.host}`
      : 'null';
  }
  get protocol() {
    return this.#protocol;
  }
  set protocol(value) {
    this.#protocol = `${String(value).replace(/:.*$/, '').toLowerCase()}:`;
  }
  get username() {
    return this.#username;
  }
  set username(value) {
    this.#username = escaped(String(value), IN_USER);
  }
  get password() {
    return this.#password;
  }
  set password(value) {
    this.#password = escaped(String(value), IN_USER);
  }
  get host() {
    return this.#port === '' ? this.#hostname : `${this.#hostname}:${this.#port}`;
  }
  set host(value) {
    this.#setHost(String(value), true, value);
  }
  get hostname() {
    return this.#hostname;
  }
  set hostname(value) {
    this.#hostname = String(value).toLowerCase();
  }
  get port() {
    return this.#port;
  }
  set port(value) {
    this.#port = String(value) === PORTS[this.#protocol] ? '' : String(value);
  }
  get pathname() {
    return this.#path;
  }
  set pathname(value) {
    this.#path = tidy(escaped(String(value).replace(/^(?!\/)/, '/'), IN_PATH));
  }
  get search() {
    return this.#search;
  }
  set search(value) {
    const text = String(value).replace(/^\?/, '');
    this.#search = text === '' ? '' : `?${escaped(text, IN_QUERY)}`;
    this.#params = undefined;
  }
  get hash() {
    return this.#hash;
  }
  set hash(value) {
    const text = String(value).replace(/^#/, '');
    this.#hash = text === '' ? '' : `#${escaped(text, IN_HASH)}`;
  }
  get searchParams() {
    this.#params ??= new URLSearchParams(this.#search, (params) => {
      const text = params.toString();
      this.#search = text === '' ? '' : `?${text}`;
    });
    return this.#params;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
    const {
      href,
      origin,
      protocol,
      username,
      password,
      host,
      hostname,
      port,
      pathname,
      search,
      searchParams,
      hash,
    } = this;
    return `URL ${inspect({ href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash }, options)}`;
  }
}

module.exports = { URL, URLSearchParams };
