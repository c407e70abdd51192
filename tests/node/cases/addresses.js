const url = require('url');
const qs = require('querystring');
const path = require('path');
const u = new URL('https://user:pa%20ss@Example.com:8080/a/../b//c?x=1&y=a+b&x=2#frag');
console.log(
  u.href,
  u.origin,
  u.host,
  u.hostname,
  u.port,
  u.pathname,
  u.search,
  u.hash,
  u.username,
  u.password,
);
console.log(u.searchParams.get('y'), u.searchParams.getAll('x'), [...u.searchParams.keys()]);
u.searchParams.append('z', 'ü&');
u.pathname = '/new path';
u.hash = '';
console.log(String(u), JSON.stringify({ u }));
console.log(
  new URL('../x?q', 'http://h/a/b/c').href,
  new URL('//other/p', 'http://h/').href,
  new URL('http://h:80').href,
  new URL('file:///etc/x').pathname,
);
for (const bad of ['nope', 'http://', 'http://a b/']) {
  try {
    new URL(bad);
  } catch (error) {
    console.log(error.code, error.name, error.message);
  }
}
console.log(new URLSearchParams({ a: '1', b: 'x y' }).toString(), URL.canParse('x'));
const p = url.parse('http://u:p@host:81/p/a?q=1#h');
console.log(
  p.protocol,
  p.auth,
  p.host,
  p.port,
  p.pathname,
  p.query,
  p.hash,
  url.parse('/a?b=c', true).query.b,
  url.parse('/only').pathname,
);
console.log(
  url.format({ protocol: 'http', hostname: 'h', port: 8, pathname: '/x', query: { a: 1 } }),
  url.fileURLToPath('file:///a%20b'),
  url.pathToFileURL('/a b').href,
);
console.log(qs.parse('a=1&b=x+y&a=2&c'), qs.stringify({ a: [1, 2], b: 'x y', c: true }));
console.log(
  path.resolve('/a', '../b', './c'),
  path.relative('/a/b', '/a/c/d'),
  path.parse('/x/y.tar.gz'),
  path.extname('.bashrc'),
  path.normalize('/a//b/../c/.'),
  path.isAbsolute('x'),
);
