import { notFound, notModelled } from '../error.ts';
import { json, type Route, type RouteHandler } from '../router.ts';

const refuse =
  (what: string): RouteHandler =>
  async () => {
    throw notModelled(what);
  };

/** Parts of the API that answer plainly that they are not there. */
export const unmodelledRoutes: readonly Route[] = [
  ...['swarm', 'nodes', 'services', 'tasks', 'secrets', 'configs'].flatMap((resource) =>
    (['GET', 'POST', 'DELETE'] as const).flatMap((method): Route[] => [
      [method, `/${resource}`, refuse('swarm mode')],
      [method, `/${resource}/:rest{.+}`, refuse('swarm mode')],
    ]),
  ),
  [
    'GET',
    '/plugins',
    async () => ({ status: 200, headers: [['Content-Type', 'application/json']], body: '[]\n' }),
  ],
  // `docker inspect` asks here last of all.
  [
    'GET',
    '/plugins/:name{.+}/json',
    async ({ params }) => {
      throw notFound(`plugin "${params['name']}" not found`);
    },
  ],
  ['POST', '/plugins/:rest{.+}', refuse('plugins')],
  // Nothing is built, so nothing is cached: `docker system prune` asks here, too.
  ['POST', '/build/prune', async () => json({ CachesDeleted: null, SpaceReclaimed: 0 })],
  ['POST', '/session', refuse('BuildKit')],
  ['POST', '/grpc', refuse('BuildKit')],
]; // prettier-ignore
