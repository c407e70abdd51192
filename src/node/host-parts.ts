import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type { HostParts } from '../engine/world/late/host-parts.ts';

const require = createRequire(import.meta.url);
const QUICKJS = '@jitl/quickjs-ng-wasmfile-release-asyncify';

/** The packages that implement a part of Node, by the folder or file of each that is wanted. */
const PACKAGES = [
  'base64-js/index.js',
  'buffer/index.js',
  'events/events.js',
  'ieee754/index.js',
  'node-inspect-extracted/dist/inspect.js',
  'path-browserify/index.js',
  'readable-stream/lib',
  'string_decoder/lib/string_decoder.js',
];

const LIBRARY = new URL('../engine/userland/node/lib', import.meta.url).pathname;
const NPM_PACKAGES = new URL('../engine/world/late/npm/packages', import.meta.url).pathname;
const REPOSITORIES = new URL('../engine/world/late/git/files', import.meta.url).pathname;
const INSTALLED = new URL('../../node_modules', import.meta.url).pathname;

/** The texts of a file, or of all JavaScript below a folder, by path below `base`. */
async function texts(base: string, path: string): Promise<[string, string][]> {
  const whole = join(base, path);
  if (path.endsWith('.js')) return [[path, await readFile(whole, 'utf8')]];
  const names = (await readdir(whole, { recursive: true })).filter((name) => name.endsWith('.js'));
  return Promise.all(
    names.map(
      async (name): Promise<[string, string]> => [
        join(path, name),
        await readFile(join(whole, name), 'utf8'),
      ],
    ),
  );
}

/** The texts of all files below a folder. */
async function allTexts(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(
    paths.map(
      async (path): Promise<[string, string]> => [relative(folder, path), await readFile(path, 'utf8')],
    ),
  );
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** What a world that runs in Node has its host fetch. */
export const hostParts: HostParts = {
  quickjs: once(async () => ({
    // The form that needs no task of the platform to be made an instance of: that of CommonJS.
    load: require(`${QUICKJS}/emscripten-module`),
    module: await WebAssembly.compile(await readFile(require.resolve(`${QUICKJS}/wasm`))),
  })),
  npmPackages: once(async () => new Map(await texts(NPM_PACKAGES, '.'))),
  repositoryFiles: once(async () => new Map(await allTexts(REPOSITORIES))),
  nodeLibrary: once(async () => {
    const own = await texts(LIBRARY, '.');
    const others = await Promise.all(PACKAGES.map((path) => texts(INSTALLED, path)));
    return new Map([
      ...own.map(([name, text]) => [`lib/${name}`, text] as const),
      ...others.flat().map(([name, text]) => [`node_modules/${name}`, text] as const),
    ]);
  }),
};
