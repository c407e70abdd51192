const Koa = require('koa');
const compose = require('koa-compose');

const app = new Koa();

const named = async (ctx, next) => {
  ctx.set('X-Demo', '07');
  await next();
};

const answer = (ctx) => {
  ctx.body = 'Two in one';
};

app.use(compose([named, answer]));

app.listen(3000);
