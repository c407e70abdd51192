import type { RepositoryFiles } from '../engine/world/late/git/history.ts';

const FOLDER = '../engine/world/late/git/files/';

const files = import.meta.glob<string>('../engine/world/late/git/files/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The files of the repositories that the host of Git has, in one piece of the site. */
export const repositoryFiles: RepositoryFiles = new Map(
  Object.entries(files).map(([path, text]) => [path.slice(FOLDER.length), text] as const),
);
