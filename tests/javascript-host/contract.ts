/**
 * What every JavaScript host keeps, as a learner sees it: programs in `app/`, a line for the shell, and what the line must show. `type`
 * of a suite types a line on a machine where that host was chosen, and gives what it printed.
 */
export interface Case {
  name: string;
  files: Readonly<Record<string, string>>;
  line: string;
  shows: RegExp;
}

const IN_CONTAINER = 'docker run --rm -v $PWD/app:/app -w /app';
const IMAGE = 'node:24-alpine';

const SERVER = `const { createServer } = require('node:http');
createServer((request, response) => {
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => response.end(request.method + ' ' + request.url + ' ' + body.length + '\\n'));
}).listen(3000, () => console.log('listens'));
`;
const waitFor = (what: string) => `until ${what}; do sleep 0.1; done`;

export const cases: readonly Case[] = [
  {
    name: 'keeps standard output and standard error apart, and ends with the status',
    files: { 'app.js': "console.log('out'); console.error('err'); process.exitCode = 7;" },
    line: `${IN_CONTAINER} ${IMAGE} node app.js 2> errors; echo "status $?, $(cat errors)"`,
    shows: /^out\nstatus 7, err$/m,
  },
  {
    name: 'gives the words of the line and the environment',
    files: { 'app.js': 'console.log(process.argv.slice(2).join(), process.env.COLOUR);' },
    line: `${IN_CONTAINER} -e COLOUR=red ${IMAGE} node app.js one "two words" ü`,
    shows: /^one,two words,ü red$/m,
  },
  {
    name: 'brings the files of the project, packages, data and links',
    files: {
      'package.json': '{"type": "commonjs"}',
      'src/app.js':
        "const { readFileSync } = require('node:fs'); console.log(require('../lib/n.json').n, require('seven'), readFileSync(__dirname + '/../data.txt', 'utf8').trim(), require('node:path').basename(process.cwd()));",
      'lib/n.json': '{"n": 5}',
      'node_modules/seven/index.js': 'module.exports = 7;',
      'data.txt': 'data ü',
    },
    line: `${IN_CONTAINER}/src ${IMAGE} node app.js`,
    shows: /^5 7 data ü src$/m,
  },
  {
    name: 'takes modules of both kinds',
    files: {
      'main.mjs':
        "import { two } from './two.mjs'; import { createRequire } from 'node:module'; console.log(two, createRequire(import.meta.url)('./three.cjs'));",
      'two.mjs': 'export const two = 2;',
      'three.cjs': 'module.exports = 3;',
    },
    line: `${IN_CONTAINER} ${IMAGE} node main.mjs`,
    shows: /^2 3$/m,
  },
  {
    name: 'ends a program that throws, with its error on standard error',
    files: { 'app.js': "setTimeout(() => { throw new TypeError('too late'); }, 20);" },
    line: `${IN_CONTAINER} ${IMAGE} node app.js 2> errors; echo "status $?, $(grep ^TypeError errors)"`,
    shows: /^status 1, TypeError: too late$/m,
  },
  {
    name: 'waits for timers and promises, and loses nothing of a long output',
    files: {
      'app.js':
        "(async () => { for (let i = 0; i < 40; i++) { await new Promise((done) => setTimeout(done, 2)); process.stdout.write('x'.repeat(4999) + '\\n'); } })();",
    },
    line: `${IN_CONTAINER} ${IMAGE} node app.js | tr -d '\\n' | wc -c`,
    shows: /^199960$/m,
  },
  {
    name: 'answers at a port of its container, and is ended with it',
    files: { 'server.js': SERVER },
    line: [
      `docker run -d --name web -p 8080:3000 -v $PWD/app:/app -w /app ${IMAGE} node server.js > /dev/null`,
      waitFor('docker logs web | grep -q listens && curl -s localhost:8080/ > /dev/null'),
      'curl -s localhost:8080/a?b=c',
      'head -c 100000 /dev/zero | curl -s --data-binary @- localhost:8080/post',
      'docker kill web > /dev/null',
      'docker wait web',
      'docker rm web > /dev/null',
      'curl -s localhost:8080/; echo "then $?"',
    ].join('; '),
    shows: /^GET \/a\?b=c 0\nPOST \/post 100000\n137\nthen (7|56)$/m,
  },
];
