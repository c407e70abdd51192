import { sleep } from '../../../runtime/sleep.ts';
import { containerChanges } from '../../containers/changes.ts';
import { inspectContainer } from '../../containers/inspect.ts';
import { listContainers } from '../../containers/list.ts';
import { containerStats } from '../../containers/stats.ts';
import { containerTop } from '../../containers/top.ts';
import { notModelled } from '../../error.ts';
import { parseFilters } from '../../filters.ts';
import { jsonLine } from '../../lines.ts';
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
    async (call) => json(await containerChanges(call.engine, find(call))),
  ],
  [
    'POST',
    '/commit',
    async () => {
      throw notModelled('docker commit');
    },
  ],
  [
    'POST',
    '/build',
    async () => {
      throw notModelled('docker build');
    },
  ],
  ['POST', '/build/prune', async () => json({ CachesDeleted: null, SpaceReclaimed: 0 })],
]; // prettier-ignore

/** One reading, or one a second until the client leaves. */
async function stats(call: Call) {
  const { engine, query } = call;
  const container = find(call);
  if (query.get('stream') !== null && !flag(query, 'stream')) {
    const now = await containerStats(engine, container);
    return json({ ...now, precpu_stats: now.cpu_stats });
  }
  const body = (async function* () {
    let before = await containerStats(engine, container);
    for (;;) {
      const now = await containerStats(engine, container);
      yield jsonLine({ ...now, preread: before.read, precpu_stats: before.cpu_stats });
      before = now;
      await sleep(engine.sys, 1000);
    }
  })();
  return { status: 200, headers: [['Content-Type', 'application/json']] as [string, string][], body };
}
