// structuredClone (HTML, "Safe passing of structured data"), of what it can copy without a platform.
const copy = (value, seen) => {
  if (typeof value === 'function' || typeof value === 'symbol') {
    const error = new Error(`${String(value)} could not be cloned.`);
    throw Object.assign(error, { name: 'DataCloneError', code: 25 });
  }
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => {
    seen.set(value, made);
    return made;
  };
  if (value instanceof Date) return keep(new Date(value));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(new value.constructor(value));
  if (value instanceof Map) {
    const made = keep(new Map());
    for (const [key, one] of value) made.set(copy(key, seen), copy(one, seen));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    for (const one of value) made.add(copy(one, seen));
    return made;
  }
  if (value instanceof Error) {
    const made = keep(Object.create(Object.getPrototypeOf(value)));
    for (const key of ['message', 'stack', 'cause'])
      if (Object.hasOwn(value, key))
        Object.defineProperty(made, key, {
          value: copy(value[key], seen),
          configurable: true,
          writable: true,
        });
    return made;
  }
  const made = keep(Array.isArray(value) ? [] : {});
  for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
  return made;
};

exports.structuredClone = (value) => copy(value, new Map());
