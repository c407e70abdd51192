import type { HostParts } from '../engine/world/late/host-parts.ts';

/** What a world that runs in a worker has its host fetch: files of the site. */
export const hostParts: HostParts = {
  async quickjs() {
    const [{ default: load }, { default: url }] = await Promise.all([
      import('@jitl/quickjs-ng-wasmfile-release-asyncify/emscripten-module'),
      import('@jitl/quickjs-ng-wasmfile-release-asyncify/wasm?url'),
    ]);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return { load, module: await WebAssembly.compile(await response.arrayBuffer()) };
  },
  npmPackages: async () => (await import('./npm-packages.ts')).npmPackages,
  repositoryFiles: async () => (await import('./repository-files.ts')).repositoryFiles,
  nodeLibrary: async () => (await import('./node-library.ts')).nodeLibrary,
};
