// Timers: one list in order of their moments, of which the loop outside knows the first.
const { call, raw } = binding;

const now = () => call('monotonic');

class Timeout {
  constructor(callback, delay, args, repeat) {
    this._callback = callback;
    this._args = args;
    this._repeat = repeat;
    this._delay = delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
    this._counts = true;
    this._id = ++ids;
  }
  ref() {
    this._counts = true;
    arm();
    return this;
  }
  unref() {
    this._counts = false;
    arm();
    return this;
  }
  hasRef() {
    return this._counts;
  }
  refresh() {
    if (remove(this)) insert(this);
    return this;
  }
  close() {
    remove(this);
    return this;
  }
  [Symbol.toPrimitive]() {
    return this._id;
  }
}

class Immediate {
  constructor(callback, args) {
    this._callback = callback;
    this._args = args;
  }
}

let ids = 0;
const list = [];
let immediates = [];

const arm = () => {
  if (immediates.length > 0) return raw('timer', 0, true);
  const first = list[0];
  raw(
    'timer',
    first?._at,
    list.some((timer) => timer._counts),
  );
};

const insert = (timer) => {
  timer._at = now() + timer._delay;
  let at = list.length;
  while (at > 0 && list[at - 1]._at > timer._at) at--;
  list.splice(at, 0, timer);
  arm();
};

const remove = (timer) => {
  const at = list.indexOf(timer);
  if (at === -1) return false;
  list.splice(at, 1);
  arm();
  return true;
};

const checked = (callback) => {
  if (typeof callback !== 'function')
    throw require('internal/errors').argumentType('callback', 'of type function', callback);
  return callback;
};

const start = (callback, delay, args, repeat) => {
  const timer = new Timeout(checked(callback), Number(delay), args, repeat);
  insert(timer);
  return timer;
};

const clear = (timer) => {
  const found = typeof timer === 'object' ? timer : list.find(({ _id }) => _id === Number(timer));
  if (!found) return;
  found._callback = undefined;
  remove(found);
};

Object.assign(exports, {
  Timeout,
  setTimeout: (callback, delay, ...args) => start(callback, delay, args, false),
  setInterval: (callback, delay, ...args) => start(callback, delay, args, true),
  clearTimeout: clear,
  clearInterval: clear,
  setImmediate(callback, ...args) {
    const immediate = new Immediate(checked(callback), args);
    immediates.push(immediate);
    arm();
    return immediate;
  },
  clearImmediate(immediate) {
    immediates = immediates.filter((one) => one !== immediate);
    arm();
  },
  waiting: () => immediates.length > 0 || list.some((timer) => timer._counts),
});

/** Runs what is due. Each callback is a turn of its own: ticks run, and an error in one does not lose the others. */
exports.fire = () => {
  const { runTicks } = require('internal/ticks');
  const guarded = (work) => {
    try {
      work();
      runTicks();
    } catch (error) {
      require('internal/fatal').uncaught(error);
    }
  };
  const due = now();
  while (list.length > 0 && list[0]._at <= due) {
    const timer = list.shift();
    guarded(() => timer._callback(...timer._args));
    if (timer._repeat && timer._callback) insert(timer);
  }
  const ready = immediates;
  immediates = [];
  for (const { _callback, _args } of ready) guarded(() => _callback(..._args));
  arm();
};
