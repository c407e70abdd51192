const Koa = require('koa');
const koaBody = require('koa-body');

const app = new Koa();

app.use(koaBody());

// curl -X POST --data "name=Jack" http://127.0.0.1:3000
app.use((ctx) => {
  const { name } = ctx.request.body;
  if (!name) ctx.throw(400, 'name is missing');
  ctx.body = { name };
});

app.listen(3000);
