// Deep equality, as node:assert has it: strictly with prototypes and SameValue, loosely with `==`.
const loosely = (a, b) => {
  // biome-ignore lint/suspicious/noDoubleEquals: what the older half of node:assert is about
  if (a == b) return true;
  return Number.isNaN(a) && Number.isNaN(b);
};
const same = (a, b, strict) => (strict ? Object.is(a, b) : loosely(a, b));

const entries = (value) => [
  ...Object.keys(value),
  ...Object.getOwnPropertySymbols(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  ),
];

const equal = (a, b, strict, seen = []) => {
  if (same(a, b, strict)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (seen.some(([one, other]) => one === a && other === b)) return true;
  const inside = [...seen, [a, b]];
  if (a instanceof Date && b instanceof Date && a.getTime() !== b.getTime()) return false;
  if (a instanceof RegExp && b instanceof RegExp && String(a) !== String(b)) return false;
  if (a instanceof Error && b instanceof Error && (a.message !== b.message || a.name !== b.name))
    return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
    return a.length === b.length && Array.prototype.every.call(a, (value, at) => same(value, b[at], strict));
  if (a instanceof Map && b instanceof Map)
    return (
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key), strict, inside))
    );
  if (a instanceof Set && b instanceof Set)
    return (
      a.size === b.size &&
      [...a].every((value) => b.has(value) || [...b].some((other) => equal(value, other, strict, inside)))
    );
  const keys = entries(a);
  return (
    keys.length === entries(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key], strict, inside))
  );
};

Object.assign(exports, { equal, loosely });
