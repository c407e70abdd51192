import { encode } from '../../../base/bytes.ts';
import type { HttpResponse } from '../../../net/http/message.ts';
import { containerChanges } from '../../containers/changes.ts';
import { inspectContainer } from '../../containers/inspect.ts';
import { listContainers } from '../../containers/list.ts';
import { NOTHING, readStats } from '../../containers/stats.ts';
import { named } from '../../containers/stats-collector.ts';
import { containerTop } from '../../containers/top.ts';
import { invalidParameter, notModelled } from '../../error.ts';
import { parseFilters } from '../../filters.ts';
import { type Call, flag, json, numberOf, type Route } from '../../router.ts';

const find = ({ engine, params }: Call) => engine.containers.get(params['id']!);

export const inspectionRoutes: readonly Route[] = [
  [
    'GET',
    '/containers/json',
    async ({ engine, query }) =>
      json(
        await listContainers(engine, {
          all: flag(query, 'all'),
          limit: numberOf(query, 'limit') ?? 0,
          size: flag(query, 'size'),
          filters: parseFilters(query.get('filters') ?? undefined),
        }),
      ),
  ],
  [
    'GET',
    '/containers/:id{.+}/json',
    async (call) => json(await inspectContainer(call.engine, find(call), flag(call.query, 'size'))),
  ],
  [
    'GET',
    '/containers/:id{.+}/top',
    async (call) => json(await containerTop(call.engine, find(call), call.query.get('ps_args') ?? '')),
  ],
  ['GET', '/containers/:id{.+}/stats', stats],
  [
    'GET',
    '/containers/:id{.+}/changes',
    async (call) => {
      const changes = await containerChanges(call.engine, find(call));
      return json(changes.length > 0 ? changes : null);
    },
  ],
  [
    'POST',
    '/commit',
    async () => {
      throw notModelled('docker commit');
    },
  ],
]; // prettier-ignore

/** One reading, or one a second until the client leaves. Models moby daemon/stats.go. */
async function stats(call: Call): Promise<HttpResponse> {
  const { engine, query } = call;
  const container = find(call);
  const stream = query.get('stream') === null || flag(query, 'stream');
  const oneShot = flag(query, 'one-shot');
  if (stream && oneShot) throw invalidParameter('cannot have stream=true and one-shot=true');
  const headers: [string, string][] = [['Content-Type', 'application/json']];
  const { running, restarting } = container.state;
  const answer = (value: object) => ({ status: 200, headers, body: statsLine(value) });
  if (!stream && (!running || restarting)) return answer(named(container, NOTHING));
  if (oneShot) return answer(await readStats(engine, container));
  const readings = engine.stats.watch(container);
  if (stream) return { status: 200, headers, body: lines(readings) };
  // The first reading is there for the second to be compared with.
  await readings.next();
  const { value } = await readings.next();
  await readings.return(undefined);
  return answer(value ?? named(container, NOTHING));
}

async function* lines(readings: AsyncIterable<object>): AsyncGenerator<Uint8Array> {
  for await (const reading of readings) yield statsLine(reading);
}

/** No limit is the greatest number of 64 bits, which a double does not hold. */
const statsLine = (value: object): Uint8Array =>
  encode(`${JSON.stringify(value).replaceAll(String(2 ** 64), String(2n ** 64n - 1n))}\n`);
