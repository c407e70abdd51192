import { CONTROL, type PruneInfo } from '../../api/buildkit.ts';
import { diskUsage, prune } from '../build/prune.ts';
import { workerInfo } from '../build/worker.ts';
import { json, type Route, readJson } from '../router.ts';

/** BuildKit's control API, which the real engine serves over gRPC behind POST /grpc. */
export const buildkitRoutes: readonly Route[] = [
  [
    'POST',
    `${CONTROL}/DiskUsage`,
    async (call) => {
      const { filter } = await readJson<{ filter?: string[] }>(call);
      return json(diskUsage(call.engine, filter ?? []));
    },
  ],
  [
    'POST',
    `${CONTROL}/Prune`,
    async (call) => json(await prune(call.engine, await readJson<PruneInfo>(call))),
  ],
  ['POST', `${CONTROL}/ListWorkers`, async ({ engine }) => json([await workerInfo(engine)])],
];
