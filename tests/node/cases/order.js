setTimeout(() => console.log('timeout 2'), 20);
setTimeout(() => console.log('timeout 1'), 10);
setTimeout(() => {
  setTimeout(() => console.log('timer after immediate'), 0);
  setImmediate(() => console.log('immediate'));
  process.nextTick(() => console.log('tick in timer'));
}, 40);
process.nextTick(() => console.log('tick'));
Promise.resolve()
  .then(() => console.log('micro'))
  .then(() => process.nextTick(() => console.log('tick from micro')));
queueMicrotask(() => console.log('queued'));
const interval = setInterval(() => {
  console.log('interval');
  clearInterval(interval);
}, 5);
setTimeout(() => console.log('never'), 1000).unref();
clearTimeout(setTimeout(() => console.log('cleared'), 1));
(async () => {
  await null;
  console.log('after await');
})();
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', () => console.log('beforeExit'));
console.log('main');
