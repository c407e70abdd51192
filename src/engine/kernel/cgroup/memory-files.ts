import { Errno } from '../../base/errno.ts';
import { type CgroupFile, numberFile, READ, SET, WRITE } from './file.ts';
import type { MemoryGroup } from './memory.ts';
import { enforceLimit } from './oom.ts';
import { bytes, integer, keyed, natural, orMax, PAGE, PAGE_COUNTER_MAX, showLimit } from './values.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

const limit = (text: string) => orMax(text, bytes);

/** Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files". There is no swap, and memory is not reclaimed. */
export const MEMORY_FILES: readonly CgroupFile<MemoryGroup>[] = [
  { name: 'memory.current', mode: READ, read: ({ current }) => `${current}\n` },
  { name: 'memory.events', mode: READ, read: ({ events }) => keyed(events) },
  { name: 'memory.events.local', mode: READ, read: ({ localEvents }) => keyed(localEvents) },
  numberFile('memory.high', 'high', limit, showLimit),
  numberFile('memory.low', 'low', limit, showLimit),
  {
    name: 'memory.max',
    mode: SET,
    read: ({ max }) => `${showLimit(max)}\n`,
    write(group, value, { kernel }) {
      group.max = limit(value);
      // What is too much already must go.
      enforceLimit(kernel, group);
    },
  },
  numberFile('memory.min', 'min', limit, showLimit),
  {
    name: 'memory.numa_stat',
    mode: READ,
    root: 'too',
    read: (group) =>
      Object.entries(statistics(group))
        .filter(([key]) => ON_NODES.test(key))
        .map(([key, value]) => `${key} N0=${value}\n`)
        .join(''),
  },
  {
    name: 'memory.oom.group',
    mode: SET,
    read: ({ oomGroup }) => `${Number(oomGroup)}\n`,
    write(group, value) {
      const on = integer(value);
      if (on > 1) throw new Errno('EINVAL');
      group.oomGroup = on === 1;
    },
  },
  { name: 'memory.peak', mode: READ, read: ({ peak }) => `${peak}\n` },
  {
    name: 'memory.reclaim',
    mode: WRITE,
    root: 'too',
    write(_group, value) {
      // Anonymous memory without swap cannot be reclaimed.
      if (bytes(value) > 0) throw new Errno('EAGAIN');
    },
  },
  { name: 'memory.stat', mode: READ, root: 'too', read: (group) => keyed(statistics(group)) },
  { name: 'memory.swap.current', mode: READ, read: () => '0\n' },
  { name: 'memory.swap.events', mode: READ, read: () => keyed({ high: 0, max: 0, fail: 0 }) },
  numberFile('memory.swap.high', 'swapHigh', limit, showLimit),
  numberFile('memory.swap.max', 'swapMax', limit, showLimit),
  { name: 'memory.zswap.current', mode: READ, read: () => '0\n' },
  numberFile('memory.zswap.max', 'zswapMax', limit, showLimit),
];

/** What memory.stat names in its order; all that is not modelled is 0. */
function statistics({ used: { anon, shmem } }: MemoryGroup): Record<string, number> {
  const pages = Math.ceil(anon / PAGE);
  const known: Record<string, number> = {
    anon,
    shmem,
    file: shmem,
    inactive_anon: shmem,
    active_anon: anon,
    pgfault: pages,
  };
  return Object.fromEntries(STATISTICS.split(' ').map((key) => [key, known[key] ?? 0]));
}

const STATISTICS =
  'anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem zswap zswapped file_mapped ' +
  'file_dirty file_writeback swapcached anon_thp file_thp shmem_thp inactive_anon active_anon inactive_file active_file ' +
  'unevictable slab_reclaimable slab_unreclaimable slab workingset_refault_anon workingset_refault_file ' +
  'workingset_activate_anon workingset_activate_file workingset_restore_anon workingset_restore_file ' +
  'workingset_nodereclaim pgscan pgsteal pgscan_kswapd pgscan_direct pgsteal_kswapd pgsteal_direct pgfault pgmajfault ' +
  'pgrefill pgactivate pgdeactivate pglazyfree pglazyfreed zswpin zswpout thp_fault_alloc thp_collapse_alloc';

/** What of that memory.numa_stat has too. */
const ON_NODES =
  /^(anon|file|kernel_stack|(sec_)?pagetables|shmem|swapcached|unevictable|(in)?active_.*|(file|anon|shmem)_(thp|mapped|dirty|writeback)|slab_.*|workingset_.*)$/;

/** A limit of version 1: -1 for none. */
const legacyLimit = (text: string) => (text === '-1' ? UNLIMITED : bytes(text));
const showLegacy = (value: number) => String(BigInt(Math.min(value, PAGE_COUNTER_MAX)));

/** A counter that any write sets back. */
const counterFile = (
  name: string,
  read: (group: MemoryGroup) => number,
  reset?: (group: MemoryGroup) => void,
): CgroupFile<MemoryGroup> => ({
  name: `memory.${name}`,
  mode: reset ? SET : READ,
  root: 'too',
  read: (group) => `${read(group)}\n`,
  ...(reset && { write: reset }),
});

/** A limit of what is not counted apart: kept as none. */
const unlimitedFile = (name: string): CgroupFile<MemoryGroup> => ({
  name: `memory.${name}`,
  mode: SET,
  root: 'too',
  read: () => `${showLegacy(UNLIMITED)}\n`,
  write: (_group, value) => void legacyLimit(value),
});

/** The same for version 1 (Documentation/admin-guide/cgroup-v1/memory.rst). Without swap the limits with swap are never reached first. */
export const MEMORY_FILES_V1: readonly CgroupFile<MemoryGroup>[] = [
  { name: 'cgroup.event_control', mode: 0o222, root: 'too', write: notModelled },
  counterFile(
    'failcnt',
    ({ localEvents }) => localEvents.max,
    ({ localEvents }) => {
      localEvents.max = 0;
    },
  ),
  { name: 'memory.force_empty', mode: WRITE, root: 'too', write: () => {} },
  counterFile(
    'kmem.failcnt',
    () => 0,
    () => {},
  ),
  unlimitedFile('kmem.limit_in_bytes'),
  counterFile(
    'kmem.max_usage_in_bytes',
    () => 0,
    () => {},
  ),
  counterFile(
    'kmem.tcp.failcnt',
    () => 0,
    () => {},
  ),
  unlimitedFile('kmem.tcp.limit_in_bytes'),
  counterFile(
    'kmem.tcp.max_usage_in_bytes',
    () => 0,
    () => {},
  ),
  counterFile('kmem.tcp.usage_in_bytes', () => 0),
  counterFile('kmem.usage_in_bytes', () => 0),
  {
    name: 'memory.limit_in_bytes',
    mode: SET,
    root: 'too',
    read: (group) => `${showLegacy(group.parent ? group.max : UNLIMITED)}\n`,
    write(group, value) {
      const max = legacyLimit(value);
      if (!group.parent || max > group.memswMax) throw new Errno('EINVAL');
      // Memory that is in use is not taken away.
      if (group.current > max) throw new Errno('EBUSY');
      group.max = max;
    },
  },
  counterFile(
    'max_usage_in_bytes',
    ({ peak }) => peak,
    (group) => {
      group.peak = group.current;
    },
  ),
  counterFile(
    'memsw.failcnt',
    () => 0,
    () => {},
  ),
  {
    name: 'memory.memsw.limit_in_bytes',
    mode: SET,
    root: 'too',
    read: ({ memswMax }) => `${showLegacy(memswMax)}\n`,
    write(group, value) {
      const max = legacyLimit(value);
      if (!group.parent || max < group.max) throw new Errno('EINVAL');
      group.memswMax = max;
    },
  },
  counterFile(
    'memsw.max_usage_in_bytes',
    ({ peak }) => peak,
    (group) => {
      group.peak = group.current;
    },
  ),
  counterFile('memsw.usage_in_bytes', ({ current }) => current),
  {
    name: 'memory.move_charge_at_immigrate',
    mode: SET,
    root: 'too',
    read: () => '0\n',
    write(_group, value) {
      const kinds = natural(value);
      if (kinds > 3) throw new Errno('EINVAL');
      if (kinds > 0) throw new Errno('EOPNOTSUPP');
    },
  },
  { ...MEMORY_FILES.find(({ name }) => name === 'memory.numa_stat')!, read: legacyNodes },
  {
    name: 'memory.oom_control',
    mode: SET,
    root: 'too',
    read: ({ localEvents }) => keyed({ oom_kill_disable: 0, under_oom: 0, oom_kill: localEvents.oom_kill }),
    write(group, value) {
      const off = natural(value);
      if (!group.parent || off > 1) throw new Errno('EINVAL');
      // Processes that wait for memory instead of being killed are not modelled.
      if (off === 1) throw new Errno('EOPNOTSUPP');
    },
  },
  { name: 'memory.pressure_level', mode: 0, root: 'too' },
  {
    ...numberFile<MemoryGroup>('memory.soft_limit_in_bytes', 'softLimit', legacyLimit, showLegacy),
    root: 'too',
  },
  { name: 'memory.stat', mode: READ, root: 'too', read: (group) => keyed(legacyStatistics(group)) },
  {
    name: 'memory.swappiness',
    mode: SET,
    root: 'too',
    read: ({ swappiness }) => `${swappiness}\n`,
    write(group, value) {
      const swappiness = natural(value);
      if (swappiness > 200) throw new Errno('EINVAL');
      group.swappiness = swappiness;
    },
  },
  counterFile('usage_in_bytes', ({ current }) => current),
  {
    name: 'memory.use_hierarchy',
    mode: SET,
    root: 'too',
    read: () => '1\n',
    write(_group, value) {
      if (natural(value) !== 1) throw new Errno('EINVAL');
    },
  },
];

function notModelled(): never {
  throw new Errno('EOPNOTSUPP');
}

/** What version 1 calls what. A group's own part is not kept apart from that of those below: both show the sum. */
function legacyStatistics(group: MemoryGroup): Record<string, number> {
  const { anon, shmem } = group.used;
  const known: Record<string, number> = {
    cache: shmem,
    rss: anon,
    shmem,
    pgfault: Math.ceil(anon / PAGE),
    pgpgin: Math.ceil((anon + shmem) / PAGE),
    inactive_anon: shmem,
    active_anon: anon,
  };
  const values = LEGACY_STATISTICS.split(' ').map((key): [string, number] => [key, known[key] ?? 0]);
  const none = { hierarchical_memory_limit: PAGE_COUNTER_MAX, hierarchical_memsw_limit: PAGE_COUNTER_MAX };
  const limits = { ...none };
  for (let above: MemoryGroup | undefined = group; above?.parent; above = above.parent) {
    limits.hierarchical_memory_limit = Math.min(limits.hierarchical_memory_limit, above.max);
    limits.hierarchical_memsw_limit = Math.min(limits.hierarchical_memsw_limit, above.memswMax);
  }
  return {
    ...Object.fromEntries(values),
    ...limits,
    ...Object.fromEntries(values.map(([key, value]) => [`total_${key}`, value])),
  };
}

const LEGACY_STATISTICS =
  'cache rss rss_huge shmem mapped_file dirty writeback workingset_refault_anon workingset_refault_file swap pgpgin pgpgout ' +
  'pgfault pgmajfault inactive_anon active_anon inactive_file active_file unevictable';

/** Pages by node, of which there is one. */
function legacyNodes({ used: { anon, shmem } }: MemoryGroup): string {
  const rows = { total: anon + shmem, file: shmem, anon, unevictable: 0 };
  const line = ([name, value]: [string, number]) =>
    `${name}=${Math.ceil(value / PAGE)} N0=${Math.ceil(value / PAGE)}\n`;
  const entries = Object.entries(rows);
  return [...entries, ...entries.map(([name, value]): [string, number] => [`hierarchical_${name}`, value])]
    .map(line)
    .join('');
}
