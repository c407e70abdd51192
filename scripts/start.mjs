// `npm start`: sets up, builds the course and serves it at http://localhost:4321.
import { fail, run, say, setUp } from './setup.mjs';

setUp();
say('building the course …');
if (run('astro', ['build']).status !== 0) fail('the build failed; the message above names the file.');
const { status } = run('node', ['scripts/serve.mjs', '--port', '4321']);
process.exit(status === 130 ? 0 : status);
