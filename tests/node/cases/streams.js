const { Readable, Transform, Writable, pipeline, PassThrough } = require('stream');
const { pipeline: piped } = require('stream/promises');
const EventEmitter = require('events');
const upper = new Transform({
  transform(chunk, _encoding, done) {
    done(null, String(chunk).toUpperCase());
  },
});
const sink = [];
pipeline(
  Readable.from(['a', 'b', 'c']),
  upper,
  new Writable({ write: (chunk, _e, done) => (sink.push(String(chunk)), done()) }),
  (error) => {
    console.log(error, sink);
  },
);
setTimeout(async () => {
  for await (const chunk of Readable.from([1, 2, 3])) console.log(chunk);
  const out = new PassThrough();
  out.on('data', (d) => console.log('data', String(d)));
  await piped(Readable.from(['x', 'y']), out);
  const [value] = await EventEmitter.once(Object.assign(emitter, {}), 'later');
  console.log(value);
}, 10);
const emitter = new EventEmitter();
emitter.once('ping', (...args) => console.log('ping', args));
console.log(emitter.emit('ping', 1, 2), emitter.emit('ping'), emitter.listenerCount('ping'));
setTimeout(() => emitter.emit('later', 'value'), 60);
try {
  emitter.emit('error', new Error('unheard'));
} catch (error) {
  console.log(error.message);
}
const failing = new Readable({
  read() {
    this.destroy(new Error('broken'));
  },
});
failing.on('error', (error) => console.log('stream', error.message)).on('close', () => console.log('closed'));
failing.resume();
