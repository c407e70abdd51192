import { Errno } from '../../base/errno.ts';
import { cpuList } from '../sched/cpu.ts';
import type { CpusetGroup } from './cpuset.ts';
import { type CgroupFile, READ, SET } from './file.ts';
import { mask } from './values.ts';

/** Documentation/admin-guide/cgroup-v2.rst, "Cpuset Interface Files". Partitions are not modelled. */
export const CPUSET_FILES: readonly CgroupFile<CpusetGroup>[] = [
  {
    name: 'cpuset.cpus',
    mode: SET,
    read: ({ cpus }) => `${cpuList(cpus)}\n`,
    write(group, value, { kernel, cgroup }) {
      group.cpus = mask(value, kernel.cpus.length);
      for (const below of cgroup.subtree())
        for (const task of below.members)
          if (task.cpu && !(task.allowedCpus & (1 << task.cpu.id))) task.cpu = undefined;
    },
  },
  {
    name: 'cpuset.cpus.effective',
    mode: READ,
    root: 'too',
    read: ({ effective }) => `${cpuList(effective)}\n`,
  },
  {
    name: 'cpuset.cpus.partition',
    mode: SET,
    read: () => 'member\n',
    write(_group, value) {
      if (value === 'root' || value === 'isolated') throw new Errno('EOPNOTSUPP');
      if (value !== 'member') throw new Errno('EINVAL');
    },
  },
  {
    name: 'cpuset.mems',
    mode: SET,
    read: ({ mems }) => `${cpuList(mems)}\n`,
    write: (group, value) => {
      const mems = mask(value, NODES);
      // There is one node.
      if (mems & ~1) throw new Errno('EINVAL');
      group.mems = mems;
    },
  },
  { name: 'cpuset.mems.effective', mode: READ, root: 'too', read: () => '0\n' },
];

/** How many a kernel could know, of which a machine has the first. */
const NODES = 31;
