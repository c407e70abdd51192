import type { StatsResponse } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { readText } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';

const EMPTY_CPU = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

/** One reading of a container's use of resources, from its cgroup and /proc/PID/net/dev. */
export async function containerStats(engine: Engine, container: Container): Promise<StatsResponse> {
  const base = {
    id: container.id,
    name: `/${container.name}`,
    preread: '0001-01-01T00:00:00Z',
    num_procs: 0,
    storage_stats: {},
  };
  if (!container.state.running)
    return {
      ...base,
      read: '0001-01-01T00:00:00Z',
      pids_stats: {},
      blkio_stats: { io_service_bytes_recursive: null },
      cpu_stats: EMPTY_CPU,
      precpu_stats: EMPTY_CPU,
      memory_stats: {},
    };
  const { sys } = engine;
  const file = (name: string) =>
    readText(sys, `/sys/fs/cgroup/docker/${container.id}/${name}`).catch(() => '');
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const cpu = await file('cpu.stat');
  const memoryStat = await file('memory.stat');
  const max = (await file('memory.max')).trim();
  const pidsMax = (await file('pids.max')).trim();
  const networks: NonNullable<StatsResponse['networks']> = {};
  const dev = await readText(sys, `/proc/${container.state.pid}/net/dev`).catch(() => '');
  for (const line of dev.split('\n').slice(2)) {
    const [name = '', ...rest] = line.trim().split(/[\s:]+/);
    if (name === '' || name === 'lo' || container.hostConfig.NetworkMode === 'host') continue;
    const n = rest.map(Number);
    networks[name] = {
      rx_bytes: n[0]!,
      rx_packets: n[1]!,
      rx_errors: n[2]!,
      rx_dropped: n[3]!,
      tx_bytes: n[8]!,
      tx_packets: n[9]!,
      tx_errors: n[10]!,
      tx_dropped: n[11]!,
    }; // prettier-ignore
  }
  const stats = Object.fromEntries(
    memoryStat
      .split('\n')
      .filter((line) => line.includes(' '))
      .map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]),
  );
  return {
    ...base,
    read: rfc3339Nano(engine.now()),
    pids_stats: {
      current: Number((await file('pids.current')).trim() || 0),
      ...(pidsMax && pidsMax !== 'max' ? { limit: Number(pidsMax) } : {}),
    },
    blkio_stats: { io_service_bytes_recursive: [] },
    cpu_stats: {
      cpu_usage: {
        total_usage: field(cpu, 'usage_usec') * 1000,
        usage_in_kernelmode: field(cpu, 'system_usec') * 1000,
        usage_in_usermode: field(cpu, 'user_usec') * 1000,
      },
      system_cpu_usage: Math.round((await sys.sysinfo()).uptime * 1e9 * engine.host.cpus),
      online_cpus: engine.host.cpus,
      throttling_data: {
        periods: field(cpu, 'nr_periods'),
        throttled_periods: field(cpu, 'nr_throttled'),
        throttled_time: field(cpu, 'throttled_usec') * 1000,
      },
    },
    precpu_stats: EMPTY_CPU,
    memory_stats: {
      usage: Number((await file('memory.current')).trim() || 0),
      stats,
      limit: max === '' || max === 'max' ? engine.host.memory : Number(max),
    },
    ...(Object.keys(networks).length > 0 ? { networks } : {}),
  };
}
