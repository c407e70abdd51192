// `npm start`: sets up, builds the course and serves it at http://localhost:4321.
import { fail, run, say, setUp } from './setup.mjs';

setUp();
say('building the course …');
if (run('astro', ['build']).status !== 0) fail('the build failed; the message above names the file.');
say('serving the course at http://localhost:4321 (Ctrl-C ends it)');
const { status } = run('astro', ['preview', '--port', '4321']);
if (status !== 0 && status !== 130) fail('the server ended. Is port 4321 in use?');
