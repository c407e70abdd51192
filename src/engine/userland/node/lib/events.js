// exports: EventEmitter once on defaultMaxListeners listenerCount getEventListeners setMaxListeners errorMonitor
const EventEmitter = require('events/');
module.exports = EventEmitter;
EventEmitter.EventEmitter = EventEmitter;
EventEmitter.errorMonitor = Symbol('events.errorMonitor');
EventEmitter.captureRejectionSymbol = Symbol.for('nodejs.rejection');
EventEmitter.getEventListeners = (emitter, name) => emitter.listeners(name);
EventEmitter.setMaxListeners = (count, ...emitters) => {
  for (const emitter of emitters) emitter.setMaxListeners?.(count);
};

/** The events of an emitter as they come, each as an array of its arguments. */
EventEmitter.on = (emitter, name) => {
  const ready = [];
  const waiting = [];
  let failed;
  const heard = (...args) => {
    const next = waiting.shift();
    if (next) next.resolve({ value: args, done: false });
    else ready.push(args);
  };
  const broke = (error) => {
    const next = waiting.shift();
    if (next) next.reject(error);
    else failed = error;
  };
  emitter.on(name, heard);
  if (name !== 'error') emitter.on('error', broke);
  return {
    next() {
      if (ready.length > 0) return Promise.resolve({ value: ready.shift(), done: false });
      if (failed) return Promise.reject(failed);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      emitter.off(name, heard);
      emitter.off('error', broke);
      for (const { resolve } of waiting) resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
