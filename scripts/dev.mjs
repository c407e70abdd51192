// `npm run dev`: sets up and serves the course, rebuilding what changes.
import { run, setUp } from './setup.mjs';

setUp();
process.exit(run('astro', ['dev', '--port', '4321']).status);
