import type { PruneInfo, WorkerInfo } from '../../api/buildkit.ts';
import { readText } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';

/** The BuildKit that is in this engine. */
const BUILDKIT_VERSION = 'v0.25.2';

/** Where steps find the machine itself. */
const GATEWAY = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';

/** The worker that builds: dockerd itself. Models moby builder-next/worker. */
export async function workerInfo(engine: Engine): Promise<WorkerInfo> {
  const gateway = engine.networks.find('bridge')?.ipamConfig?.[0]?.Gateway;
  return {
    ID: engine.host.id,
    Labels: gateway === undefined ? {} : { [GATEWAY]: gateway },
    Platforms: await platforms(engine),
    GCPolicy: await gcPolicy(engine),
    Version: BUILDKIT_VERSION,
  };
}

/** What this machine's processor runs. */
async function platforms({ sys, host }: Engine): Promise<string[]> {
  if (host.uname.machine === 'aarch64') return ['linux/arm64'];
  const flags = new Set(/^flags\s*:(.*)$/m.exec(await readText(sys, '/proc/cpuinfo'))?.[1]?.split(' '));
  const levels = LEVELS.filter(
    (level, i) => LEVELS.slice(0, i + 1).every(([, flag]) => flags.has(flag)) && level,
  );
  return ['linux/amd64', ...levels.map(([name]) => `linux/amd64/${name}`), 'linux/386'];
}

/** The levels of x86-64, each with something that only it has. */
const LEVELS = [
  ['v2', 'sse4_2'],
  ['v3', 'avx2'],
  ['v4', 'avx512f'],
] as const;

const HOUR = 3600 * 1e9;
/** What of the cache may be of the kinds that are soon made again. */
const TEMPORARY_SHARE = (Math.E * Math.PI * ((1 + Math.sqrt(5)) / 2)) / 100;

/** What the engine would clear by itself. Nothing here grows so large that it does. */
async function gcPolicy({ sys, root }: Engine): Promise<PruneInfo[]> {
  const { blocks, bsize } = await sys.statfs(root);
  const share = (percent: number) => (Math.floor((blocks * bsize * percent) / 100 / 2 ** 30) + 1) * 1e9;
  const [reservedSpace, minFreeSpace, maxUsedSpace] = [share(10), share(20), share(80)];
  const rule = { filter: null, keepDuration: 0, reservedSpace, minFreeSpace, maxUsedSpace };
  return [
    {
      all: false,
      filter: ['type==source.local,type==exec.cachemount,type==source.git.checkout'],
      keepDuration: 48 * HOUR,
      maxUsedSpace: Math.floor(reservedSpace * TEMPORARY_SHARE),
      minFreeSpace: 0,
      reservedSpace: 0,
    },
    { ...rule, all: false, keepDuration: 60 * 24 * HOUR },
    { ...rule, all: false },
    { ...rule, all: true },
  ];
}
