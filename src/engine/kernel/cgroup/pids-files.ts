import { Errno } from '../../base/errno.ts';
import { type CgroupFile, READ, SET } from './file.ts';
import type { PidsGroup } from './pids.ts';
import { integer, keyed, orMax, showLimit } from './values.ts';

/** PID_MAX_LIMIT */
const PIDS_MAX = 4_194_304;

/** Documentation/admin-guide/cgroup-v2.rst, "PID Interface Files"; the same in version 1. */
export const PIDS_FILES: readonly CgroupFile<PidsGroup>[] = [
  { name: 'pids.current', mode: READ, read: ({ current }) => `${current}\n` },
  { name: 'pids.events', mode: READ, read: ({ refused }) => keyed({ max: refused }) },
  {
    name: 'pids.max',
    mode: SET,
    read: ({ max }) => `${showLimit(max)}\n`,
    write(group, value) {
      const max = orMax(value, (text) => integer(text, Number.NEGATIVE_INFINITY));
      if (max < 0 || (max > PIDS_MAX && value !== 'max')) throw new Errno('EINVAL');
      group.max = max;
    },
  },
  { name: 'pids.peak', mode: READ, read: ({ peak }) => `${peak}\n` },
];
