import { expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** npm and what it installs, in containers of a learner's machine. */
async function machine(files: Record<string, string>) {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare([]);
  await runner.run({ cmd: 'docker pull -q node:24-alpine' });
  for (const [path, content] of Object.entries(files)) await runner.run({ write: path, content });
  return async (cmd: string) => {
    const { stdout } = await runner.run({ cmd: `{ ${cmd}; } 2>&1` });
    return stdout;
  };
}

const KOA = {
  'koa/package.json': JSON.stringify({
    name: 'hello-koa',
    version: '1.0.0',
    scripts: { start: 'node app.js' },
    dependencies: { koa: '^2.3.0', 'koa-route': '^3.2.0', 'koa-body': '^2.3.0' },
  }),
  'koa/app.js': `const Koa = require('koa');
const route = require('koa-route');
const app = new Koa();
app.use(require('koa-body')());
app.use(async (ctx, next) => {
  await next();
  console.log(ctx.method, ctx.path, ctx.status);
});
app.use(route.get('/', (ctx) => { ctx.body = '<h1>Hello</h1>'; }));
app.use(route.get('/users/:id', (ctx, id) => { ctx.body = { id, ...ctx.query }; }));
app.use(route.post('/form', (ctx) => {
  if (!ctx.request.body.name) ctx.throw(400, '.name required');
  ctx.body = ctx.request.body;
}));
app.use(route.get('/boom', () => { throw new Error('boom'); }));
app.listen(3000);
`,
  'koa/.dockerignore': 'node_modules\n',
  'koa/Dockerfile':
    'FROM node:24-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\nCOPY . .\nCMD ["npm", "start"]\n',
  'koa/Dockerfile.2017':
    'FROM node:8.4\nCOPY . /app\nWORKDIR /app\nRUN npm install --registry=https://registry.npm.taobao.org\nEXPOSE 3000\n',
};

test('an image with koa is built, answers, and stops when it is asked to', async () => {
  const run = await machine(KOA);
  expect(await run('docker build --progress=plain -t web koa')).toContain(
    'added 7 packages, and audited 8 packages in',
  );
  expect(await run('docker build --progress=plain -t web koa')).toContain('RUN npm install\n#8 CACHED');
  await run('docker run -d --name web -p 3000:3000 web; sleep 1');
  expect(await run('curl -si localhost:3000')).toMatch(
    /^HTTP\/1.1 200 OK\r\nContent-Type: text\/html; charset=utf-8\r\n/,
  );
  expect(await run("curl -s 'localhost:3000/users/7?a=b'")).toBe('{"id":"7","a":"b"}');
  expect(await run('curl -s -d name=x localhost:3000/form')).toBe('{"name":"x"}');
  expect(await run("curl -s -w '%{http_code}' -X POST localhost:3000/form")).toBe('.name required400');
  expect(await run("curl -s -w '%{http_code}' localhost:3000/boom")).toBe('Internal Server Error500');
  expect(await run("curl -s -w '%{http_code}' localhost:3000/nowhere")).toBe('Not Found404');
  const log = await run('docker logs web');
  expect(log).toContain('\n> hello-koa@1.0.0 start\n> node app.js\n\n');
  expect(log).toContain('GET /users/7 200\n');
  expect(log).toContain('  Error: boom\n      at /app/app.js:15:');
  await run('docker stop web');
  expect(await run("docker inspect -f '{{.State.ExitCode}}' web")).toBe('143\n');
});

test('a mirror whose certificate has lapsed is not trusted', async () => {
  const run = await machine(KOA);
  const build = await run('docker build --progress=plain -f koa/Dockerfile.2017 koa; echo $?');
  expect(build).toContain('npm ERR! code CERT_HAS_EXPIRED\n');
  expect(build).toMatch(/\n1\n/);
  const mirror = 'https://registry.npmmirror.com';
  expect(
    await run(`docker run --rm -v $PWD/koa:/app -w /app node:24 npm install --registry=${mirror}`),
  ).toContain('added 7 packages');
});

test('express is added to a project, and a lock file pins it', async () => {
  const run = await machine({
    'web/app.js': `import express from 'express';
const app = express();
app.use(express.json());
app.get('/u/:id', (req, res) => res.json({ id: req.params.id, q: req.query }));
app.post('/p', (req, res) => res.status(201).send(req.body));
const sub = express.Router();
sub.get('/x', (req, res) => res.send(req.baseUrl + ' ' + req.url + ' ' + req.originalUrl));
app.use('/sub', sub);
app.get('/later', async () => { throw new Error('later'); });
app.use((error, req, res, next) => { res.status(500).send('E: ' + error.message); });
app.listen(3000, () => console.log('up'));
`,
  });
  const npm = 'docker run --rm -v $PWD/web:/app -w /app node:24-alpine npm';
  expect(await run(`${npm} init -y`)).toContain('Wrote to /app/package.json:');
  expect(await run(`${npm} install express@4`)).toContain('added 4 packages, and audited 5 packages');
  expect(await run('jq -c .dependencies web/package.json')).toBe('{"express":"4"}\n');
  expect(await run(`${npm} ls`)).toBe('app@1.0.0 /app\n└── express@4.21.2\n\n');
  await run(
    `jq '.dependencies.express = ">=4" | .type = "module"' web/package.json > new && mv new web/package.json; rm -r web/node_modules`,
  );
  expect(await run(`${npm} ci`)).toContain('added 4 packages');
  expect(await run('jq -r .version web/node_modules/express/package.json')).toBe('4.21.2\n');
  expect(await run(`${npm} install`)).toContain('up to date, audited 5 packages');
  await run(
    'docker run -d --name web -p 3000:3000 -v $PWD/web:/app -w /app node:24-alpine node app.js; sleep 1',
  );
  expect(await run("curl -s 'localhost:3000/u/5?x=1'")).toBe('{"id":"5","q":{"x":"1"}}');
  expect(
    await run(`curl -s -w '%{http_code}' -H 'content-type: application/json' -d '{"a":1}' localhost:3000/p`),
  ).toBe('{"a":1}201');
  expect(await run('curl -s localhost:3000/sub/x')).toBe('/sub /x /sub/x');
  expect(await run('curl -s localhost:3000/later')).toBe('E: later');
  expect(await run('curl -s localhost:3000/none')).toContain('<pre>Cannot GET /none</pre>');
});

test('what npm cannot do it says', async () => {
  const run = await machine({});
  const npm = 'docker run --rm -w /app node:24-alpine npm';
  expect(await run(`${npm} install no-such-package; echo $?`)).toMatch(
    /^npm error code E404\nnpm error 404 Not Found - GET https:\/\/registry.npmjs.org\/no-such-package - Not found\n[\s\S]*\n1\n$/,
  );
  expect(await run(`${npm} install; echo $?`)).toMatch(/^npm error code ENOENT\n[\s\S]*\n254\n$/);
  expect(await run(`${npm} install koa@99`)).toContain(
    'npm error notarget No matching version found for koa@99.',
  );
  expect(await run(`docker run --rm --network none node:24-alpine npm install koa`)).toContain(
    'npm error code EAI_AGAIN',
  );
  expect(await run(`${npm} install --workspace=a`)).toContain('--workspace is not simulated in Drydock');
  expect(await run(`${npm} publish`)).toContain('Unknown command: "publish"');
});
