// exports: Interface createInterface clearLine clearScreenDown cursorTo moveCursor promises
const EventEmitter = require('events');

/** Lines of a stream. What is typed at a terminal is edited by the terminal itself. */
class Interface extends EventEmitter {
  #rest = '';
  #lines = [];
  #questions = [];
  #prompt;
  constructor({ input, output, prompt = '> ' }) {
    super();
    this.#prompt = prompt;
    Object.assign(this, { input, output, closed: false, line: '', terminal: Boolean(output?.isTTY) });
    input.setEncoding?.('utf8');
    this._heard = (chunk) => {
      const lines = (this.#rest + chunk).split(/\r?\n/);
      this.#rest = lines.pop();
      for (const line of lines) this.#take(line);
    };
    input.on('data', this._heard);
    input.on('end', () => {
      if (this.#rest !== '') this.#take(this.#rest);
      this.close();
    });
  }
  #take(line) {
    const asked = this.#questions.shift();
    if (asked) asked(line);
    else this.emit('line', line);
  }
  question(text, options, callback) {
    this.output?.write(text);
    this.#questions.push(typeof options === 'function' ? options : callback);
    this.resume();
  }
  setPrompt(prompt) {
    this.#prompt = prompt;
  }
  getPrompt() {
    return this.#prompt;
  }
  prompt() {
    this.output?.write(this.#prompt);
    this.resume();
  }
  write(text) {
    this.output?.write(text);
  }
  pause() {
    this.input.pause();
    this.emit('pause');
    return this;
  }
  resume() {
    this.input.resume();
    return this;
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    this.input.off('data', this._heard);
    this.input.pause();
    this.input.unref?.();
    this.emit('close');
  }
  async *[Symbol.asyncIterator]() {
    const waiting = [];
    const lines = this.#lines;
    this.on('line', (line) => {
      const next = waiting.shift();
      if (next) next({ value: line });
      else lines.push(line);
    });
    this.on('close', () => {
      for (const next of waiting) next({ done: true });
    });
    for (;;) {
      if (lines.length > 0) yield lines.shift();
      else if (this.closed) return;
      else {
        const { value, done } = await new Promise((resolve) => waiting.push(resolve));
        if (done) return;
        yield value;
      }
    }
  }
}

exports.Interface = Interface;
exports.createInterface = (input, output) => new Interface(input?.input ? input : { input, output });
const sequence = (code) => (stream, callback) => {
  stream.write(code);
  if (callback) require('process').nextTick(callback);
  return true;
};
exports.clearScreenDown = sequence('\u001b[0J');
exports.clearLine = (stream, direction, callback) =>
  sequence(['\u001b[1K', '\u001b[2K', '\u001b[0K'][direction + 1])(stream, callback);
exports.cursorTo = (stream, x, y) =>
  sequence(y === undefined ? `\u001b[${x + 1}G` : `\u001b[${y + 1};${x + 1}H`)(stream);
exports.moveCursor = (stream, dx, dy) =>
  sequence(
    `${dx ? `\u001b[${Math.abs(dx)}${dx > 0 ? 'C' : 'D'}` : ''}${dy ? `\u001b[${Math.abs(dy)}${dy > 0 ? 'B' : 'A'}` : ''}`,
  )(stream);
Object.defineProperty(exports, 'promises', { get: () => require('readline/promises'), enumerable: true });
