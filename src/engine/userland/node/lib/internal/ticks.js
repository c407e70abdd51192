// process.nextTick: what runs after the present turn and before any promise's reaction.
const queue = [];
let promised = false;

const runTicks = () => {
  promised = false;
  while (queue.length > 0) {
    const [callback, args] = queue.shift();
    callback(...args);
  }
};

exports.runTicks = runTicks;

exports.nextTick = (callback, ...args) => {
  if (typeof callback !== 'function') {
    throw require('internal/errors').argumentType('callback', 'of type function', callback);
  }
  queue.push([callback, args]);
  // From a promise's reaction no turn's end is near.
  if (!promised) {
    promised = true;
    Promise.resolve().then(() => {
      try {
        runTicks();
      } catch (error) {
        require('internal/fatal').uncaught(error);
      }
    });
  }
};
