import type { PackageFiles } from '../engine/world/late/npm/index.ts';

const FOLDER = '../engine/world/late/npm/packages/';

const files = import.meta.glob<string>('../engine/world/late/npm/packages/**/*.js', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The files of the packages that npm's registry has, in one piece of the site. */
export const npmPackages: PackageFiles = new Map(
  Object.entries(files).map(([path, text]) => [path.slice(FOLDER.length), text] as const),
);
