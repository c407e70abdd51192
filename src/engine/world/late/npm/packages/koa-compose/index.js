/** One middleware of many: each is given `next`, which runs those after it. */
module.exports = function compose(middleware) {
  if (!Array.isArray(middleware)) throw new TypeError('Middleware stack must be an array!');
  for (const one of middleware)
    if (typeof one !== 'function') throw new TypeError('Middleware must be composed of functions!');
  return function composed(context, next) {
    let reached = -1;
    const run = async (at) => {
      if (at <= reached) throw new Error('next() called multiple times');
      reached = at;
      const step = at === middleware.length ? next : middleware[at];
      if (step) return step(context, () => run(at + 1));
      return undefined;
    };
    return run(0);
  };
};
