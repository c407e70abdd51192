const path = require('path');
const Koa = require('koa');
const serve = require('koa-static');

const app = new Koa();

// Try http://127.0.0.1:3000/05.js: the server shows its own program.
app.use(serve(path.join(__dirname)));

app.listen(3000);
