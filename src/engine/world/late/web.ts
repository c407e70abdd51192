import { decode } from '../../base/bytes.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { HttpHandler } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import { hub } from '../../registry/hub.ts';
import { registry as openRegistry } from '../../registry/registry.ts';
import { INTERNET, type ServeConnection } from '../internet.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

export type OpenWeb = (world: World, scenario: Scenario) => Promise<ServeConnection>;

/**
 * The web sites of the simulated internet, by name, and the open registry. TLS is not modelled: what the real servers speak
 * under TLS on port 443, these speak plainly on both ports.
 */
export const openWeb: OpenWeb = async (world, scenario) => {
  const { catalogue, accounts, search } = scenario.hub;
  const read = async (name: string) =>
    JSON.parse(decode(await world.external(`catalogue:${catalogue}/${name}`)));
  const { store, registry, auth, index } = hub({
    shelf: { names: await read('index'), read },
    source: { get: (digest) => world.external(`blob:${digest}`) },
    random: world.random,
    now: () => world.clock.now(),
    accounts,
    search,
  });
  const sites = new Map<string, HttpHandler>([
    ['registry-1.docker.io', registry],
    ['auth.docker.io', auth],
    ['index.docker.io', index],
  ]);
  const byName: HttpHandler = async (request) => {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    return sites.get(host)?.(request) ?? { status: 421, body: `no site ${host} here\n` };
  };
  const open = openRegistry({ store, random: world.random });
  return (sys, fd, port) =>
    serve(fdStream(sys, fd), port === INTERNET.openRegistryPort ? open : byName, { clock: world.clock });
};
