import { Errno } from '../../base/errno.ts';
import { loadAverage } from '../load-average.ts';
import type { Handlers } from './handlers.ts';

/** Calls about the machine as a whole. */
export const MACHINE_CALLS: Handlers<'uname' | 'sethostname' | 'sysinfo'> = {
  uname({ kernel: { version }, namespaces: { uts } }) {
    return {
      sysname: 'Linux',
      nodename: uts.hostname,
      release: version.release,
      version: version.version,
      machine: 'x86_64',
      domainname: uts.domainname,
    };
  },
  sethostname(task, name) {
    if (!task.cred.capabilities.has('SYS_ADMIN')) throw new Errno('EPERM');
    if (name.length > 64) throw new Errno('EINVAL');
    task.namespaces.uts.hostname = name;
  },
  sysinfo({ kernel }) {
    return {
      uptime: kernel.uptime,
      loads: loadAverage(kernel),
      totalram: kernel.memory.total,
      freeram: kernel.memory.free,
      processes: kernel.tasks.size,
    };
  },
};
