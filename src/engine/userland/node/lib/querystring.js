const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

exports.escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => char);
exports.unescape = decoded;

exports.parse = (
  text,
  separator = '&',
  equals = '=',
  { maxKeys = 1000, decodeURIComponent: decode = decoded } = {},
) => {
  const found = Object.create(null);
  if (typeof text !== 'string' || text === '') return found;
  const pairs = text.split(separator);
  for (const pair of maxKeys > 0 ? pairs.slice(0, maxKeys) : pairs) {
    const at = pair.indexOf(equals);
    const [key, value] = (at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + equals.length)]).map(
      (part) => decode(part.replaceAll('+', ' ')),
    );
    if (!(key in found)) found[key] = value;
    else if (Array.isArray(found[key])) found[key].push(value);
    else found[key] = [found[key], value];
  }
  return found;
};

exports.stringify = (
  values,
  separator = '&',
  equals = '=',
  { encodeURIComponent: encode = exports.escape } = {},
) => {
  if (values === null || typeof values !== 'object') return '';
  const text = (value) =>
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : '';
  return Object.entries(values)
    .flatMap(([key, value]) => [value].flat().map((one) => `${encode(key)}${equals}${encode(text(one))}`))
    .join(separator);
};
exports.decode = exports.parse;
exports.encode = exports.stringify;
