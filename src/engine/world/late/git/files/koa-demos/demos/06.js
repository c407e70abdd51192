const Koa = require('koa');

const app = new Koa();

// What stands after next() runs when all that follows has answered.
app.use(async (ctx, next) => {
  const began = Date.now();
  await next();
  console.log(`${ctx.method} ${ctx.url} ${ctx.status} ${Date.now() - began} ms`);
});

app.use((ctx) => {
  ctx.body = 'Look at the terminal';
});

app.listen(3000);
