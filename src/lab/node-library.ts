import type { Library } from '../engine/userland/node/runtime.ts';

const own = import.meta.glob<string>('../engine/userland/node/lib/**/*.js', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The packages that implement a part of Node. */
const others = import.meta.glob<string>(
  [
    '/node_modules/base64-js/index.js',
    '/node_modules/buffer/index.js',
    '/node_modules/events/events.js',
    '/node_modules/ieee754/index.js',
    '/node_modules/node-inspect-extracted/dist/inspect.js',
    '/node_modules/path-browserify/index.js',
    '/node_modules/readable-stream/lib/**/*.js',
    '/node_modules/string_decoder/lib/string_decoder.js',
  ],
  { query: '?raw', import: 'default', eager: true },
);

/** The texts of Node's modules, in one piece of the site. */
export const nodeLibrary: Library = new Map([
  ...Object.entries(own).map(([path, text]) => [path.replace('../engine/userland/node/', ''), text] as const),
  ...Object.entries(others).map(([path, text]) => [path.slice(1), text] as const),
]);
