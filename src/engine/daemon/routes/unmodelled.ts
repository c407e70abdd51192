import { EngineError, notFound, notModelled } from '../error.ts';
import type { Route, RouteHandler } from '../router.ts';

/** What an engine that is in no swarm answers to all that wants a manager of one. */
const noManager: RouteHandler = async () => {
  throw new EngineError(
    503,
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
};

const refuse =
  (what: string): RouteHandler =>
  async () => {
    throw notModelled(what);
  };

/** Parts of the API that answer plainly that they are not there. */
export const unmodelledRoutes: readonly Route[] = [
  ['POST', '/swarm/init', refuse('swarm mode')],
  ['POST', '/swarm/join', refuse('swarm mode')],
  [
    'POST',
    '/swarm/leave',
    async () => {
      throw new EngineError(503, 'This node is not part of a swarm');
    },
  ],
  ...['swarm', 'nodes', 'services', 'tasks', 'secrets', 'configs'].flatMap((resource) =>
    (['GET', 'POST', 'DELETE'] as const).flatMap((method): Route[] => [
      [method, `/${resource}`, noManager],
      [method, `/${resource}/:rest{.+}`, noManager],
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
  ['POST', '/session', refuse('BuildKit')],
  ['POST', '/grpc', refuse('BuildKit')],
]; // prettier-ignore
