const Koa = require('koa');

const app = new Koa();

// Nothing answers yet: Koa says Not Found to everyone.
app.listen(3000);
