// Events of the DOM as far as Node has them: EventTarget, AbortController, AbortSignal.
class Event {
  constructor(type, options = {}) {
    this.type = type;
    this.cancelable = Boolean(options.cancelable);
    this.defaultPrevented = false;
    this.target = null;
  }
  preventDefault() {
    this.defaultPrevented = this.cancelable;
  }
}

class EventTarget {
  #listeners = new Map();
  addEventListener(type, listener, { once = false } = {}) {
    const list = this.#listeners.get(type) ?? [];
    if (!list.some((one) => one.listener === listener)) list.push({ listener, once });
    this.#listeners.set(type, list);
  }
  removeEventListener(type, listener) {
    this.#listeners.set(
      type,
      (this.#listeners.get(type) ?? []).filter((one) => one.listener !== listener),
    );
  }
  dispatchEvent(event) {
    event.target = this;
    const { [`on${event.type}`]: handler } = this;
    handler?.call(this, event);
    for (const { listener, once } of [...(this.#listeners.get(event.type) ?? [])]) {
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

const abortError = (message = 'This operation was aborted') => {
  const error = new Error(message);
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
};

class AbortSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  onabort = null;
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  static abort(reason = abortError()) {
    return Object.assign(new AbortSignal(), { aborted: true, reason });
  }
  static timeout(ms) {
    const controller = new AbortController();
    const error = Object.assign(new Error('The operation was aborted due to timeout'), {
      name: 'TimeoutError',
      code: 23,
    });
    require('internal/timers')
      .setTimeout(() => controller.abort(error), ms)
      .unref();
    return controller.signal;
  }
  static any(signals) {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  }
}

class AbortController {
  signal = new AbortSignal();
  abort(reason = abortError()) {
    if (this.signal.aborted) return;
    Object.assign(this.signal, { aborted: true, reason });
    this.signal.dispatchEvent(new Event('abort'));
  }
}

module.exports = { Event, EventTarget, AbortController, AbortSignal, abortError };
