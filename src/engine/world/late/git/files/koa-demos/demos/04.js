const Koa = require('koa');
const route = require('koa-route');

const app = new Koa();

const home = (ctx) => {
  ctx.type = 'html';
  ctx.body = '<a href="/about">About</a>';
};

const about = (ctx) => {
  ctx.body = 'A page about these pages';
};

app.use(route.get('/', home));
app.use(route.get('/about', about));

app.listen(3000);
