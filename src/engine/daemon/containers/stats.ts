import type { BlkioEntry, NetworkStats, StatsResponse } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { CgroupMetrics } from '../../runtime/cgroup/metrics.ts';
import { readText } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import type { Container } from './container.ts';

/** Where nothing has been read. */
export const NEVER = '0001-01-01T00:00:00Z';

export const EMPTY_CPU = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
} as const;

/** One reading, without the name of whose it is and without one before it. */
export type Reading = Omit<StatsResponse, 'name' | 'id'>;

/** What is said of a container that does not run. */
export const NOTHING: Reading = {
  read: NEVER,
  preread: NEVER,
  pids_stats: {},
  blkio_stats: blkio(null, null),
  num_procs: 0,
  storage_stats: {},
  cpu_stats: EMPTY_CPU,
  precpu_stats: EMPTY_CPU,
  memory_stats: {},
};

/** Reads what a running container uses now. Models moby daemon/stats_unix.go. */
export async function readStats(engine: Engine, container: Container): Promise<Reading> {
  if (!container.state.running) throw conflict(`container ${container.id} is not running`);
  const metrics = await engine.tasks.metrics(container.id);
  const { cpu, memory, pids } = metrics;
  const host = await systemCpuUsage(engine);
  const networks = await networksOf(engine, container);
  return {
    read: rfc3339Nano(engine.now()),
    preread: NEVER,
    pids_stats: {
      ...(pids.current > 0 && { current: pids.current }),
      ...(pids.limit && { limit: pids.limit }),
    },
    blkio_stats: metrics.version === 1 ? blkio(entries(metrics), []) : blkio(entries(metrics), null),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: {
      cpu_usage: {
        total_usage: cpu.total,
        ...(cpu.perCpu && { percpu_usage: cpu.perCpu }),
        usage_in_kernelmode: cpu.kernel,
        usage_in_usermode: cpu.user,
      },
      system_cpu_usage: host.usage,
      online_cpus: host.cpus,
      throttling_data: {
        periods: cpu.periods,
        throttled_periods: cpu.throttledPeriods,
        throttled_time: cpu.throttledTime,
      },
    },
    precpu_stats: EMPTY_CPU,
    memory_stats: {
      usage: memory.usage,
      ...(memory.max && { max_usage: memory.max }),
      stats: memoryStats(metrics),
      ...(memory.failures > 0 && { failcnt: memory.failures }),
      limit: Math.min(memory.limit, engine.host.memory),
    },
    ...(Object.keys(networks).length > 0 && { networks }),
  };
}

function entries({ version, io }: CgroupMetrics): BlkioEntry[] | null {
  if (version === 2 && io.length === 0) return null;
  return io.map(({ major, minor, operation, bytes }) => ({ major, minor, op: operation, value: bytes }));
}

function blkio(bytes: BlkioEntry[] | null, others: BlkioEntry[] | null): StatsResponse['blkio_stats'] {
  return {
    io_service_bytes_recursive: bytes,
    io_serviced_recursive: others,
    io_queue_recursive: others,
    io_service_time_recursive: others,
    io_wait_time_recursive: others,
    io_merged_recursive: others,
    io_time_recursive: others,
    sectors_recursive: others,
  };
}

/** The part of memory.stat that the API has, by name. */
function memoryStats({ version, memory }: CgroupMetrics): Record<string, number> {
  const names = version === 1 ? LEGACY_MEMORY : UNIFIED_MEMORY;
  return Object.fromEntries([...names].sort().map((name) => [name, memory.stats[name] ?? 0]));
}

const OWN = names(
  'cache rss rss_huge mapped_file dirty writeback pgpgin pgpgout pgfault pgmajfault inactive_anon active_anon inactive_file active_file ' +
    'unevictable',
);
const LEGACY_MEMORY = [
  ...OWN,
  'hierarchical_memory_limit',
  'hierarchical_memsw_limit',
  ...OWN.map((name) => `total_${name}`),
];
const UNIFIED_MEMORY = names(
  'anon file kernel_stack slab sock shmem file_mapped file_dirty file_writeback anon_thp inactive_anon active_anon inactive_file active_file ' +
    'unevictable slab_reclaimable slab_unreclaimable pgfault pgmajfault workingset_refault workingset_activate workingset_nodereclaim ' +
    'pgrefill pgscan pgsteal pgactivate pgdeactivate pglazyfree pglazyfreed thp_fault_alloc thp_collapse_alloc',
);

function names(list: string): string[] {
  return list.split(' ');
}

/** All time that the machine's processors had, idle or not, in ns, and how many there are (/proc/stat). */
async function systemCpuUsage({ sys }: Engine): Promise<{ usage: number; cpus: number }> {
  const stat = await readText(sys, '/proc/stat');
  const [all = ''] = stat.split('\n');
  const ticks = all.split(/\s+/).slice(1, 8).map(Number);
  return {
    usage: ticks.reduce((sum, time) => sum + time, 0) * NANOSECONDS_PER_TICK,
    cpus: stat.match(/^cpu\d/gm)?.length ?? 0,
  };
}

const NANOSECONDS_PER_TICK = 10_000_000;

async function networksOf(
  { sys }: Engine,
  { state, hostConfig }: Container,
): Promise<Record<string, NetworkStats>> {
  const networks: Record<string, NetworkStats> = {};
  if (hostConfig.NetworkMode === 'host') return networks;
  const dev = await readText(sys, `/proc/${state.pid}/net/dev`).catch(() => '');
  for (const line of dev.split('\n').slice(2)) {
    const [name = '', ...rest] = line.trim().split(/[\s:]+/);
    if (name === '' || name === 'lo') continue;
    const [rxBytes, rxPackets, rxErrors, rxDropped, , , , , txBytes, txPackets, txErrors, txDropped] =
      rest.map(Number);
    networks[name] = {
      rx_bytes: rxBytes!,
      rx_packets: rxPackets!,
      rx_errors: rxErrors!,
      rx_dropped: rxDropped!,
      tx_bytes: txBytes!,
      tx_packets: txPackets!,
      tx_errors: txErrors!,
      tx_dropped: txDropped!,
    };
  }
  return networks;
}
