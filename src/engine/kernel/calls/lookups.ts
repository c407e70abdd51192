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
  getuid: (task) => task.cred.ruid,
  geteuid: (task) => task.cred.uid,
  getgid: (task) => task.cred.rgid,
  getegid: (task) => task.cred.gid,
  getgroups: (task) => task.cred.groups,
  clock_gettime({ kernel: { clock } }, which = 'realtime') {
    return which === 'realtime' ? clock.now() : clock.now() - clock.bootTime;
  },
  getrandom: (task, length) => task.kernel.random.bytes(length),
};
