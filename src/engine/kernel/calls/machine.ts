import { Errno } from '../../base/errno.ts';
import { capableIn } from '../../vfs/permission.ts';
import { logText, requireLogAccess } from '../log.ts';
import { loadAverage } from '../sched/load-average.ts';
import type { Handlers } from './handlers.ts';

/** Calls about the machine as a whole. */
export const MACHINE_CALLS: Handlers<'uname' | 'sethostname' | 'sysinfo' | 'syslog'> = {
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
    const { uts } = task.namespaces;
    if (!capableIn(uts.governor, task.cred, 'SYS_ADMIN')) throw new Errno('EPERM');
    if (name.length > 64) throw new Errno('EINVAL');
    uts.hostname = name;
  },
  syslog({ cred, kernel: { messages } }, action) {
    requireLogAccess(cred);
    const text = action === 'clear' ? '' : logText(messages);
    if (action !== 'read all') messages.cleared = messages.last;
    return text;
  },
  sysinfo({ kernel, namespaces: { time } }) {
    return {
      uptime: kernel.uptime + time.shift('boottime') / 1000,
      loads: loadAverage(kernel),
      totalram: kernel.memory.total,
      freeram: kernel.memory.free,
      processes: kernel.tasks.size,
    };
  },
};
