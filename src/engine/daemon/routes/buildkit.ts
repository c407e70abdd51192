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
  [
    'POST',
    `${CONTROL}/ListenBuildHistory`,
    async (call) => json(call.engine.buildHistory.records((await readJson<{ ref?: string }>(call)).ref)),
  ],
  [
    'POST',
    `${CONTROL}/UpdateBuildHistory`,
    async (call) => {
      call.engine.buildHistory.remove((await readJson<{ ref?: string }>(call)).ref ?? '');
      return json({});
    },
  ],
  [
    'POST',
    `${CONTROL}/Status`,
    async (call) =>
      json(call.engine.buildHistory.statuses((await readJson<{ ref?: string }>(call)).ref ?? '')),
  ],
  ['POST', `${CONTROL}/ListWorkers`, async ({ engine }) => json([await workerInfo(engine)])],
];
