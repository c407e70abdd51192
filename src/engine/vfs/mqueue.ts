import { usernsOf } from './caller.ts';
import { Tmpfs } from './tmpfs.ts';
import type { FileSystemType } from './vfs.ts';

/** The file system of POSIX message queues (mq_overview(7)): present and empty, for the calls that would fill it are not modelled. */
export const mqueueType: FileSystemType = {
  name: 'mqueue',
  userns: usernsOf,
  mount: (
    _source,
    _options,
    {
      namespace: { vfs },
      caller: {
        credentials: { uid, gid },
      },
    },
  ) =>
    new Tmpfs({
      dev: vfs.anonymousDev(),
      clock: vfs.clock,
      type: 'mqueue',
      size: 0,
      inodes: 0,
      mode: 0o1777,
      uid,
      gid,
    }),
};
