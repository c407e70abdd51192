const Koa = require('koa');

const app = new Koa();

app.use((ctx) => {
  if (ctx.request.accepts('json')) {
    ctx.body = { greeting: 'Hello World' };
  } else {
    ctx.type = 'html';
    ctx.body = '<p>Hello World</p>';
  }
});

app.listen(3000);
