/**
 * Imports run downwards only (ARCHITECTURE.md, "The house"). Each room lists what it may import; all else is an error.
 * Adding a room means adding it here.
 */
const engine = (room) => `src/engine/${room}`;
const base = ['base'];
const vfs = ['vfs', ...base];
const net = ['net', ...vfs];
const lower = ['kernel', 'oci', ...net];
const middle = ['builder', 'runtime', 'registry', 'api', ...lower];

/** Room of the engine → rooms of the engine that it may import. */
const ENGINE = {
  base: [],
  git: base,
  vfs: base,
  net: vfs,
  kernel: net,
  oci: net,
  api: lower,
  registry: [...lower, 'userland/lib'],
  distribution: ['runtime', ...lower, 'userland/lib'],
  runtime: ['api', ...lower, 'userland/lib'],
  archive: ['runtime/files.ts', 'runtime/go-error.ts', ...lower],
  builder: ['api', 'runtime', ...lower],
  userland: ['distribution', 'git', ...middle],
  images: ['registry', ...lower],
  client: ['api', 'archive', 'distribution', ...lower, 'userland/lib'],
  daemon: ['images', 'archive', 'distribution', ...middle, 'userland/lib'],
  world: ['client', 'daemon', 'userland', 'images', 'git', ...middle],
};

/** The floors above the engine, each with what it may import beside its own. */
const FLOORS = {
  lab: ['engine'],
  workspace: ['lab', 'site/i18n'],
  course: ['lab', 'site/i18n', 'workspace'],
  classroom: ['lab', 'workspace', 'site/i18n'],
  site: ['course', 'classroom', 'workspace', 'lab', 'engine/images', 'engine/oci', 'engine/registry'],
  node: ['course', 'lab', 'engine'],
  pages: ['site', 'course', 'classroom', 'workspace', 'lab'],
};

const under = (paths) => `^(${paths.join('|')})(/|$)`;
const tests = '\\.(test|contract)\\.tsx?$|/testing\\.ts$';

const forbidden = [
  {
    name: 'no-circles',
    severity: 'error',
    from: { pathNot: tests },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'engine-knows-no-platform',
    severity: 'error',
    from: { path: '^src/engine/', pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'engine-knows-nothing-above-it',
    severity: 'error',
    from: { path: '^src/engine/', pathNot: tests },
    to: { path: '^src/', pathNot: '^src/engine/' },
  },
  ...Object.entries(ENGINE).map(([room, may]) => ({
    name: `${room}-imports-downwards`,
    severity: 'error',
    from: { path: under([engine(room)]), pathNot: tests },
    to: { path: '^src/engine/', pathNot: under([room, ...may].map(engine)) },
  })),
  ...Object.entries(FLOORS).map(([room, may]) => ({
    name: `${room}-imports-downwards`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: tests },
    to: { path: '^src/', pathNot: under([room, ...may].map((name) => `src/${name}`)) },
  })),
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    // Texts that run inside the simulated machine: what they require is each other, and Node's names.
    exclude: { path: '^src/engine/(userland/node/lib|world/late/npm/packages|world/late/git/files)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.astro'] },
  },
};
