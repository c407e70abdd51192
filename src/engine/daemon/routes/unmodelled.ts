import { EngineError, NO_SWARM, notFound, notModelled, systemError } from '../error.ts';
import { booleanFilter, checkFilters, parseFilters } from '../filters.ts';
import { json, type Route, type RouteHandler } from '../router.ts';

/** What an engine that is in no swarm answers to all that wants a manager of one. */
const noManager: RouteHandler = async () => {
  throw new EngineError(503, NO_SWARM);
};

const refuse =
  (what: string): RouteHandler =>
  async () => {
    throw notModelled(what);
  };

const noPlugin: RouteHandler = async ({ params }) => {
  throw notFound(`plugin "${params['name']}" not found`);
};

/** Doors that lead from HTTP to BuildKit's own protocol. */
const buildkit =
  (statusWithoutUpgrade: number): RouteHandler =>
  async ({ request }) => {
    if (!request.headers.has('Upgrade'))
      throw new EngineError(statusWithoutUpgrade, 'no upgrade proto in request');
    throw notModelled('BuildKit');
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
  ...(
    [
      'GET /swarm',
      'GET /swarm/unlockkey',
      'POST /swarm/unlock',
      'POST /swarm/update',
      'GET /tasks',
      'GET /tasks/:id',
      'GET /tasks/:id/logs',
      'GET /services/:id/logs',
      'GET /nodes',
      'GET /nodes/:id',
      'DELETE /nodes/:id',
      'POST /nodes/:id/update',
      ...['services', 'secrets', 'configs'].flatMap((kind) => [
        `GET /${kind}`,
        `POST /${kind}/create`,
        `GET /${kind}/:id`,
        `DELETE /${kind}/:id`,
        `POST /${kind}/:id/update`,
      ]),
    ] as const
  ).map((route): Route => {
    const [method = '', path = ''] = route.split(' ');
    return [method, path, noManager];
  }),
  [
    'GET',
    '/plugins',
    async ({ query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      checkFilters(filters, ['capability', 'enabled']);
      booleanFilter(filters, 'enabled');
      return json([]);
    },
  ],
  // `docker inspect` asks here last of all.
  ['GET', '/plugins/:name{.+}/json', noPlugin],
  ['DELETE', '/plugins/:name{.+}', noPlugin],
  [
    'POST',
    '/plugins/:name{.+}/enable',
    async (call) => {
      const timeout = call.query.get('timeout') ?? '';
      if (!/^[+-]?\d+$/.test(timeout))
        throw systemError(`strconv.Atoi: parsing ${JSON.stringify(timeout)}: invalid syntax`);
      return noPlugin(call);
    },
  ],
  ...['disable', 'push', 'set'].map((verb): Route => ['POST', `/plugins/:name{.+}/${verb}`, noPlugin]),
  ['GET', '/plugins/privileges', refuse('installing plugins')],
  ['POST', '/plugins/pull', refuse('installing plugins')],
  ['POST', '/plugins/:name{.+}/upgrade', refuse('installing plugins')],
  ['POST', '/plugins/create', refuse('making plugins')],
  ['POST', '/session', buildkit(400)],
  ['POST', '/grpc', buildkit(500)],
]; // prettier-ignore
