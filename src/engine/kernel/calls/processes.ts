import { Errno } from '../../base/errno.ts';
import { CapabilitySet } from '../../vfs/capabilities.ts';
import { capable, capableIn } from '../../vfs/permission.ts';
import { useMemory } from '../cgroup/oom.ts';
import { exec } from '../exec.ts';
import { exit } from '../exit.ts';
import { fork } from '../fork.ts';
import { Pid } from '../pid.ts';
import type { Limit } from '../rlimits.ts';
import { niceWeight } from '../sched/run-queue.ts';
import { addFilter } from '../seccomp.ts';
import { ProcessGroup, Session } from '../session.ts';
import type { Task } from '../task.ts';
import { wait } from '../wait.ts';
import type { Handlers } from './handlers.ts';

/** Calls about the life of processes and their order in groups and sessions. */
export const PROCESS_CALLS: Handlers<
  | 'fork'
  | 'createThread'
  | 'execve'
  | 'exit'
  | 'wait'
  | 'getpgid'
  | 'setpgid'
  | 'getsid'
  | 'setsid'
  | 'getrlimit'
  | 'setrlimit'
  | 'setpriority'
  | 'sched_setaffinity'
  | 'sched_getaffinity'
  | 'times'
  | 'prctl'
  | 'seccomp'
  | 'brk'
> = {
  fork: (task, child, options) => fork(task, child, options),
  createThread(task) {
    const id = new Pid(task.id.namespace);
    task.image.threads.push(id);
    return id.local;
  },
  execve: (task, path, argv, env) => exec(task, path, argv, env) as never,
  exit(task, status) {
    exit(task, { kind: 'exited', code: status & 0xff });
    return undefined as never;
  },
  wait,
  getpgid: (task, pid = 0) => find(task, pid).group.id.in(task.id.namespace),
  setpgid,
  getsid: (task, pid = 0) => find(task, pid).sessionObject.id.in(task.id.namespace),
  setsid(task) {
    if (task.group.id === task.id || task.kernel.groups.has(task.id.global)) throw new Errno('EPERM');
    task.joinGroup(new ProcessGroup(task.id, new Session(task.id)));
    return task.id.local;
  },
  getrlimit(task, resource) {
    const { soft, hard } = task.limits[resource];
    return { soft, hard };
  },
  setrlimit(task, resource, limit) {
    if (resource === 'nofile' && limit.hard > NR_OPEN) throw new Errno('EPERM');
    requireLimit(task, task.limits[resource], limit);
    task.limits = { ...task.limits, [resource]: { soft: limit.soft, hard: limit.hard } };
  },
  setpriority(task, pid, nice) {
    const target = find(task, pid);
    const wanted = Math.max(-20, Math.min(19, nice));
    const { cred } = task;
    if (!capableIn(target.cred.userns, cred, 'SYS_NICE')) {
      if (cred.uid !== target.cred.ruid && cred.uid !== target.cred.uid) throw new Errno('EPERM');
      if (wanted < target.nice) throw new Errno('EACCES');
    }
    target.nice = wanted;
    target.sched.weight = niceWeight(wanted);
  },
  sched_setaffinity(task, pid, mask) {
    const target = find(task, pid);
    const { cred } = task;
    const own = cred.uid === target.cred.ruid || cred.uid === target.cred.uid;
    if (!own && !capableIn(target.cred.userns, cred, 'SYS_NICE')) throw new Errno('EPERM');
    const wanted = mask & target.css.states.cpuset.effective;
    if (wanted === 0) throw new Errno('EINVAL');
    target.affinity = wanted;
    if (target.cpu && !(wanted & (1 << target.cpu.id))) target.cpu = undefined;
  },
  sched_getaffinity: (task, pid) => find(task, pid).allowedCpus,
  times: ({ userTime, systemTime, childUserTime, childSystemTime }) => ({
    user: userTime / 1000,
    system: systemTime / 1000,
    childUser: childUserTime / 1000,
    childSystem: childSystemTime / 1000,
  }),
  seccomp: addFilter,
  prctl(task, call) {
    switch (call.option) {
      case 'PR_SET_NAME':
        task.comm = call.name.slice(0, 15);
        return;
      case 'PR_SET_PDEATHSIG':
        task.parentDeathSignal = call.signal;
        return;
      case 'PR_SET_CHILD_SUBREAPER':
        task.subreaper = call.on;
        return;
      case 'PR_SET_KEEPCAPS':
        task.cred = { ...task.cred, keepCaps: call.on };
        return;
      case 'PR_SET_NO_NEW_PRIVS':
        task.noNewPrivileges = true;
        return;
      case 'PR_CAPBSET_DROP': {
        if (!task.cred.capabilities.has('SETPCAP')) throw new Errno('EPERM');
        const dropped = CapabilitySet.of([call.capability]);
        task.cred = { ...task.cred, bounding: task.cred.bounding.without(dropped) };
      }
    }
  },
  brk(task, bytes, mapped = bytes, kept = bytes) {
    const { as, data } = task.limits;
    if (mapped > Math.min(as.soft, data.soft, task.kernel.memory.total)) throw new Errno('ENOMEM');
    task.mapped = mapped;
    useMemory(task, bytes, kept);
  },
};

/** A process by the number it has for the caller; 0 is the caller itself. ESRCH. */
export function find(task: Task, pid: number): Task {
  if (pid === 0) return task;
  const found = task.id.namespace.find(pid);
  if (!found) throw new Errno('ESRCH');
  return found;
}

/** setpgid(2): moves a process, itself or a child that has not called execve yet, into a group of its session. */
function setpgid(task: Task, pid: number, group: number): void {
  const target = pid === 0 ? task : task.id.namespace.find(pid);
  if (group < 0) throw new Errno('EINVAL');
  if (!target || (target !== task && target.parent !== task)) throw new Errno('ESRCH');
  if (target !== task && target.sessionObject !== task.sessionObject) throw new Errno('EPERM');
  if (target !== task && target.hasExecuted) throw new Errno('EACCES');
  if (target.sessionObject.id === target.id) throw new Errno('EPERM');
  const number = group === 0 ? target.id.in(task.id.namespace) : group;
  if (number === target.id.in(task.id.namespace)) {
    if (target.group.id !== target.id) target.joinGroup(new ProcessGroup(target.id, target.sessionObject));
    return;
  }
  const found = task.kernel.findGroup(number, task.id.namespace);
  if (!found || found.session !== task.sessionObject) throw new Errno('EPERM');
  if (found !== target.group) target.joinGroup(found);
}

/** fs.nr_open: what even root may not go beyond. */
const NR_OPEN = 1048576;

function requireLimit(task: Task, old: Limit, limit: Limit): void {
  if (limit.soft > limit.hard) throw new Errno('EINVAL');
  if (limit.hard > old.hard && !capable(task, 'SYS_RESOURCE')) throw new Errno('EPERM');
}
