import type { Handlers } from './handlers.ts';

/** Calls that only say what is so. They answer at once and are not charged (as with the vDSO). */
export const LOOKUP_CALLS: Handlers<
  | 'getpid'
  | 'getppid'
  | 'getuid'
  | 'geteuid'
  | 'getgid'
  | 'getegid'
  | 'getgroups'
  | 'clock_gettime'
  | 'getrandom'
> = {
  getpid: (task) => task.id.local,
  getppid: (task) => task.parent?.id.in(task.id.namespace) ?? 0,
  getuid: ({ cred }) => cred.userns.uids.shown(cred.ruid),
  geteuid: ({ cred }) => cred.userns.uids.shown(cred.uid),
  getgid: ({ cred }) => cred.userns.gids.shown(cred.rgid),
  getegid: ({ cred }) => cred.userns.gids.shown(cred.gid),
  getgroups({ cred: { groups, userns } }) {
    return userns.level === 0 ? groups : groups.map((gid) => userns.gids.shown(gid));
  },
  clock_gettime({ kernel: { clock }, namespaces: { time } }, which = 'realtime') {
    return which === 'realtime' ? clock.now() : clock.now() - clock.bootTime + time.shift(which);
  },
  getrandom: (task, length) => task.kernel.random.bytes(length),
};
