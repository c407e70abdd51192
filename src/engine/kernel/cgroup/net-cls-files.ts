import { type CgroupFile, SET } from './file.ts';
import type { NetClsGroup } from './net-cls.ts';
import { natural } from './values.ts';

/** Documentation/admin-guide/cgroup-v1/net_cls.rst */
export const NET_CLS_FILES: readonly CgroupFile<NetClsGroup>[] = [
  {
    name: 'net_cls.classid',
    mode: SET,
    root: 'too',
    read: ({ classid }) => `${classid}\n`,
    write: (group, value) => {
      group.classid = natural(value) % 2 ** 32;
    },
  },
];
