import type { KnipConfig } from 'knip';

/** No file, export or dependency that nothing uses. */
const config: KnipConfig = {
  entry: [
    'src/node/main.ts',
    'src/lab/worker.ts',
    'src/pages/**/*.{astro,ts}',
    'exercises/*/exercise.ts',
    'content/**/*.mdx',
    'tests/**/*.test.ts',
    'bench/*.ts',
    'scripts/*.mjs',
  ],
  project: ['{src,content,exercises,scripts,tests,bench}/**/*.{ts,tsx,astro,mjs,mdx}'],
  // Programs that run in two Nodes.
  ignore: ['tests/node/cases/**'],
  compilers: { mdx: (text: string) => (text.match(/^import .*$/gm) ?? []).join('\n') },
  ignoreExportsUsedInFile: true,
  // Run by scripts/test.mjs, which knip does not read as a shell.
  ignoreDependencies: [
    '@astrojs/check',
    'dependency-cruiser',
    // Run by scripts/micropython.mjs, by path.
    'binaryen',
    // Texts that run inside the simulated node: named by file in src/node/host-parts.ts.
    'buffer',
    'events',
    'node-inspect-extracted',
    'path-browserify',
    'readable-stream',
    'string_decoder',
  ],
  ignoreBinaries: [
    'apt-get',
    'dash',
    'nsenter',
    'openssl',
    'pstree',
    'redis-check-rdb',
    'redis-server',
    'setsid',
    'skopeo',
    'umoci',
    'unshare',
  ],
};

export default config;
