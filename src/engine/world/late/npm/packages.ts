/** What the simulated registry of npm has: our own small packages, with the faces of those that tutorials use. */
export interface Package {
  name: string;
  description: string;
  /** The folder of its files, below `packages/`. */
  files: string;
  main?: string;
  dependencies?: Readonly<Record<string, string>>;
  /** Its versions, oldest first; each is the same text. The last is the latest. */
  versions: readonly string[];
  deprecated?: string;
}

const KOA = { 'http-errors': '^2.0.0', 'koa-compose': '^4.1.0', 'media-types': '^1.0.0' };
const ROUTING = { 'path-pattern': '^1.0.0' };

export const PACKAGES: readonly Package[] = [
  {
    name: 'koa',
    description: 'A web framework of middleware that waits for one another',
    files: 'koa',
    dependencies: KOA,
    versions: ['2.3.0', '2.16.3', '3.1.1'],
  },
  {
    name: 'koa-compose',
    description: 'One middleware of many',
    files: 'koa-compose',
    versions: ['4.0.0', '4.1.0'],
  },
  {
    name: 'koa-route',
    description: 'Middleware for one path',
    files: 'koa-route',
    dependencies: ROUTING,
    versions: ['3.2.0', '4.0.1'],
  },
  {
    name: 'koa-router',
    description: 'Routes for koa',
    files: 'koa-router',
    dependencies: { ...ROUTING, 'koa-compose': '^4.1.0' },
    versions: ['7.4.0', '13.1.1', '14.0.0'],
  },
  {
    name: '@koa/router',
    description: 'Routes for koa',
    files: 'koa-router',
    dependencies: { ...ROUTING, 'koa-compose': '^4.1.0' },
    versions: ['12.0.2', '13.1.1', '14.0.0'],
  },
  {
    name: 'koa-static',
    description: 'Files of a directory, for koa',
    files: 'koa-static',
    versions: ['4.0.3', '5.0.0'],
  },
  {
    name: 'koa-body',
    description: 'Bodies of requests, for koa',
    files: 'koa-body',
    dependencies: { 'http-errors': '^2.0.0' },
    versions: ['2.6.0', '6.0.1', '7.0.0'],
  },
  {
    name: 'koa-bodyparser',
    description: 'Bodies of requests, for koa',
    files: 'koa-body',
    dependencies: { 'http-errors': '^2.0.0' },
    versions: ['4.4.1'],
  },
  {
    name: 'express',
    description: 'A web framework of routes and middleware',
    files: 'express',
    dependencies: { ...ROUTING, 'http-errors': '^2.0.0', 'media-types': '^1.0.0' },
    versions: ['4.21.2', '5.1.0'],
  },
  { name: 'cors', description: 'Cross-origin requests, for express', files: 'cors', versions: ['2.8.5'] },
  {
    name: 'dotenv',
    description: 'Settings of a file in the environment',
    files: 'dotenv',
    versions: ['16.6.1', '17.2.3'],
  },
  {
    name: 'http-errors',
    description: 'Errors with an HTTP status',
    files: 'http-errors',
    versions: ['2.0.0'],
  },
  {
    name: 'media-types',
    description: 'Media types of files',
    files: 'media-types',
    versions: ['1.0.0'],
  },
  { name: 'ms', description: 'Times in words and in milliseconds', files: 'ms', versions: ['2.1.3'] },
  {
    name: 'path-pattern',
    description: 'Paths with parameters',
    files: 'path-pattern',
    versions: ['1.0.0'],
  },
];
