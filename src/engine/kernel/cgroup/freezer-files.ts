import { Errno } from '../../base/errno.ts';
import type { Cgroup } from './cgroup.ts';
import { type CgroupFile, READ, SET } from './file.ts';

/** Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst; version 2 has cgroup.freeze. */
export const FREEZER_FILES: readonly CgroupFile<Cgroup>[] = [
  {
    name: 'freezer.parent_freezing',
    mode: READ,
    read: ({ parent }) => `${Number(parent?.frozen ?? false)}\n`,
  },
  { name: 'freezer.self_freezing', mode: READ, read: ({ freezing }) => `${Number(freezing)}\n` },
  {
    name: 'freezer.state',
    mode: SET,
    read: ({ frozen }) => `${frozen ? 'FROZEN' : 'THAWED'}\n`,
    write(cgroup, value) {
      if (value !== 'FROZEN' && value !== 'THAWED') throw new Errno('EINVAL');
      cgroup.freeze(value === 'FROZEN');
    },
  },
];
