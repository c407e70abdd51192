import { Errno } from '../../base/errno.ts';
import { type CgroupFile, numberFile, READ, SET, WRITE } from './file.ts';
import type { MemoryGroup } from './memory.ts';
import { enforceLimit } from './oom.ts';
import { bytes, integer, keyed, orMax, PAGE, showLimit } from './values.ts';

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
