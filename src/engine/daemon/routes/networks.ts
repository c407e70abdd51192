import type { Filters } from '../../api/filters.ts';
import type {
  ConnectNetworkRequest,
  CreateNetworkRequest,
  DisconnectNetworkRequest,
} from '../../api/networks.ts';
import { invalidParameter, notFound } from '../error.ts';
import { checkFilters, matchesName, parseFilters } from '../filters.ts';
import { hasLabel, matchesLabels } from '../images/list.ts';
import { connectToNetwork, disconnectFromNetwork } from '../networks/endpoints.ts';
import { describeNetwork, type Network, PREDEFINED } from '../networks/network.ts';
import { json, noContent, type Route, readJson } from '../router.ts';
import { untilFilter } from '../until.ts';

const FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

export const networkRoutes: readonly Route[] = [
  [
    'GET',
    '/networks',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      checkFilters(filters, FILTERS);
      const dangling = danglingFilter(filters);
      // A list says nothing of who is connected.
      return json(
        engine.networks
          .all()
          .filter((network) => matches(network, filters, dangling))
          .map((network) => ({ ...describeNetwork(network), Containers: {} })),
      );
    },
  ],
  [
    'POST',
    '/networks/create',
    async (call) => {
      const network = await call.engine.networks.create(await readJson<CreateNetworkRequest>(call));
      return json({ Id: network.id, Warning: '' }, 201);
    },
  ],
  [
    'POST',
    '/networks/prune',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      checkFilters(filters, ['label', 'label!', 'until']);
      const until = untilFilter(filters, engine.now());
      const deleted: string[] = [];
      for (const network of engine.networks.all()) {
        if (PREDEFINED.has(network.name) || network.configOnly || network.endpoints.size > 0) continue;
        if (until !== undefined && network.created > until) continue;
        if (!matchesLabels(filters, network.labels)) continue;
        await engine.networks.remove(network.id);
        deleted.push(network.name);
      }
      engine.events.log('network', 'prune', '', { reclaimed: '0' });
      return json({ NetworksDeleted: deleted.length > 0 ? deleted : null });
    },
  ],
  [
    'GET',
    '/networks/:id{.+}',
    async ({ engine, params }) => json(describeNetwork(engine.networks.get(params['id']!))),
  ],
  [
    'DELETE',
    '/networks/:id{.+}',
    async ({ engine, params }) => {
      await engine.networks.remove(params['id']!);
      return noContent();
    },
  ],
  [
    'POST',
    '/networks/:id{.+}/connect',
    async (call) => {
      const { engine, params } = call;
      const request = await readJson<ConnectNetworkRequest>(call);
      const container = engine.containers.get(request.Container);
      await connectToNetwork(engine, params['id']!, container, request.EndpointConfig ?? {});
      return { status: 200 };
    },
  ],
  [
    'POST',
    '/networks/:id{.+}/disconnect',
    async (call) => {
      const { engine, params } = call;
      const request = await readJson<DisconnectNetworkRequest>(call);
      const force = request.Force ?? false;
      // By force also what is left of a container that is gone.
      if (force && !engine.containers.find(request.Container)) {
        engine.networks.get(params['id']!);
        throw notFound(`endpoint ${request.Container} not found`);
      }
      const container = engine.containers.get(request.Container);
      await disconnectFromNetwork(engine, params['id']!, container, force);
      return { status: 200 };
    },
  ],
]; // prettier-ignore

/** Networks have words of their own for it (moby daemon/network/filter.go). */
function danglingFilter(filters: Filters): boolean | undefined {
  const [value, ...more] = filters.values('dangling');
  if (more.length > 0) throw invalidParameter('got more than one value for filter key "dangling"');
  if (value === undefined) return undefined;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw invalidParameter(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
}

function matches(network: Network, filters: Filters, dangling: boolean | undefined): boolean {
  const any = (key: string, test: (value: string) => boolean) =>
    !filters.has(key) || filters.values(key).some(test);
  const builtin = PREDEFINED.has(network.name);
  return (
    any('id', (id) => network.id.startsWith(id)) &&
    any('name', (name) => matchesName(network.name, name)) &&
    any('driver', (driver) => network.driver === driver) &&
    any('scope', (scope) => scope === 'local') &&
    any('type', (type) => {
      if (type !== 'builtin' && type !== 'custom') throw invalidParameter(`invalid filter: 'type'='${type}'`);
      return builtin === (type === 'builtin');
    }) &&
    (dangling === undefined || dangling === (!builtin && network.endpoints.size === 0)) &&
    filters.values('label').every((label) => hasLabel(network.labels, label))
  );
}
