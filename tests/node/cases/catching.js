process.on('uncaughtException', (error, origin) => {
  console.log('caught', error.message, origin);
});
setTimeout(() => console.log('still here'), 5);
for (const attempt of [
  () => null.x,
  () => undefined.y.z,
  () => missing,
  () => {
    const c = 1;
    c = 2;
  },
  () => JSON.parse('{'),
  () => ({}).f(),
  () => new Array(-1),
  () => 'x'.repeat(-1),
  () =>
    (() => {
      const a = b;
      const b = 1;
    })(),
]) {
  try {
    attempt();
  } catch (error) {
    console.log(error.name);
  }
}
class Custom extends Error {
  constructor(message) {
    super(message, { cause: 'why' });
    this.name = 'Custom';
  }
}
const c = new Custom('mine');
console.log(c instanceof Custom, c.toString(), c.cause, typeof Error.captureStackTrace);
throw new Error('uncaught');
