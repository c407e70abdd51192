/**
 * A path with parameters as a regular expression: `/users/:id`, `/files/*`, `/:year(\\d+)/:page?`.
 * `end: false` matches what begins with it.
 */
module.exports = function pattern(path, { end = true } = {}) {
  if (path instanceof RegExp) return { regexp: path, keys: [] };
  const keys = [];
  const source = path
    .replace(/\/$/, end ? '/?' : '')
    .replace(/[.+^${}|[\]\\]/g, '\\$&')
    .replace(/\/:(\w+)(?:\(([^)]*)\))?(\?)?|\/?\*(\w*)|:(\w+)/g, (_, name, rule, optional, rest, inside) => {
      keys.push(name ?? inside ?? (rest || String(keys.length)));
      if (inside !== undefined) return '([^/]+?)';
      if (name === undefined) return '/?(.*)';
      const part = `/(${rule === undefined ? '[^/]+?' : rule.replaceAll('\\\\', '\\')})`;
      return optional ? `(?:${part})?` : part;
    });
  return { regexp: new RegExp(`^${source}${end ? '/?$' : '(?=/|$)'}`, 'i'), keys };
};

/** The parameters of a path that matches, or undefined. */
module.exports.match = ({ regexp, keys }, path) => {
  const found = regexp.exec(path);
  if (!found) return undefined;
  const params = {};
  for (const [at, key] of keys.entries())
    if (found[at + 1] !== undefined) params[key] = decodeURIComponent(found[at + 1]);
  return params;
};
