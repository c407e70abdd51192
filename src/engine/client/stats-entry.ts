import type { StatsResponse } from '../api/containers.ts';
import { bytesSize, humanSize } from '../base/go-units.ts';
import { shortId } from './format/identifiers.ts';
import type { Row } from './format/list.ts';

/** What `docker stats` shows of a container: the last reading, or that there is none. Models docker/cli `formatter_stats.go`. */
export class StatsEntry {
  /** As it was asked for. */
  readonly container: string;
  reading: StatsResponse | undefined;
  /** When it came, ms. */
  at = 0;
  /** The last attempt brought nothing. */
  invalid = false;

  constructor(container: string) {
    this.container = container;
  }

  row(truncate: boolean): Row {
    const { reading, invalid } = this;
    const value = (text: (reading: StatsResponse) => string, none = '--') => {
      if (invalid) return none;
      return reading ? text(reading) : '';
    };
    const id = reading?.id ?? '';
    return {
      BlockIO: value(({ blkio_stats }) => both(blockIo(blkio_stats))),
      CPUPerc: value((one) => percent(cpuPercent(one))),
      Container: this.container,
      ID: truncate ? shortId(id) : id,
      MemPerc: value(({ memory_stats: memory }) =>
        percent(memory.limit ? (100 * memoryInUse(memory)) / memory.limit : 0),
      ),
      MemUsage: value(
        ({ memory_stats: memory }) => `${bytesSize(memoryInUse(memory))} / ${bytesSize(memory.limit ?? 0)}`,
        '-- / --',
      ),
      Name: (reading?.name.length ?? 0) > 1 ? reading!.name.slice(1) : '--',
      NetIO: value(({ networks = {} }) => {
        const all = Object.values(networks);
        return both([
          all.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
          all.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
        ]);
      }),
      PIDs: value(({ pids_stats }) => String(pids_stats.current ?? 0)),
    };
  }
}

const percent = (value: number): string => `${value.toFixed(2)}%`;
const both = ([one, other]: readonly [number, number]): string =>
  `${humanSize(one, 3)} / ${humanSize(other, 3)}`;

/** The processors' time that the container had of all there was since the reading before; 100 % is one processor. */
export function cpuPercent({ cpu_stats: now, precpu_stats: before }: StatsResponse): number {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const there = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = now.online_cpus || (now.cpu_usage.percpu_usage?.length ?? 0);
  return there > 0 && used > 0 ? (used / there) * cpus * 100 : 0;
}

/** Without what of the page cache can be dropped at once. */
function memoryInUse({ usage = 0, stats = {} }: StatsResponse['memory_stats']): number {
  const cache = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return cache < usage ? usage - cache : usage;
}

function blockIo({ io_service_bytes_recursive: entries }: StatsResponse['blkio_stats']): [number, number] {
  const sum = (first: string) =>
    (entries ?? [])
      .filter(({ op }) => op.toLowerCase().startsWith(first))
      .reduce((total, { value }) => total + value, 0);
  return [sum('r'), sum('w')];
}
