import { SIGNALS, type Signal } from '../../../kernel/signals.ts';
import type { CapabilitySets, Disposition, Prctl, Waited, WaitOptions } from '../../../kernel/syscalls.ts';
import { CAPABILITIES, type CapabilitySet } from '../../../vfs/capabilities.ts';
import { textToBytes } from '../../lib/text.ts';
import { namespaceFlags } from '../flags.ts';
import { formats, number } from '../format.ts';
import { ADDRESS, type Show, signalSet, timespec } from '../show.ts';

/** Calls about processes, signals, rights, namespaces and the machine. */
export const processFormats = formats({
  fork: {
    name: (_child, options) => (options?.cgroup === undefined ? 'clone' : 'clone3'),
    entry(_show, _child, { namespaces = [], cgroup } = {}) {
      const flags = namespaceFlags(namespaces).join('|');
      if (cgroup === undefined)
        return ['child_stack=NULL', `flags=${[flags, 'SIGCHLD'].filter(Boolean).join('|')}`];
      const all = [flags, 'CLONE_INTO_CGROUP'].filter(Boolean).join('|');
      return [`{flags=${all}, exit_signal=SIGCHLD, stack=NULL, stack_size=0, cgroup=${ADDRESS}}`, '88'];
    },
    result: number,
  },
  createThread: {
    name: 'clone',
    entry: () => [
      `child_stack=${ADDRESS}`,
      'flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM',
    ],
    result: number,
  },
  execve: {
    name: 'execve',
    entry: (show, path, argv, env) => [
      show.path(path),
      show.strings(argv),
      show.verbose
        ? show.strings([...env].map(([name, value]) => `${name}=${value}`))
        : `${ADDRESS} /* ${env.size} vars */`,
    ],
  },
  exit: { name: 'exit_group', entry: (_show, status) => [`${status}`] },
  wait: {
    name: 'wait4',
    entry: (_show, pid) => [`${pid}`],
    exit: (_show, waited, _pid, options) => [waitStatus(waited), waitOptions(options), 'NULL'],
    result: (_show, waited) => `${waited?.pid ?? 0}`,
  },
  kill: { name: 'kill', entry: (_show, pid, signal) => [`${pid}`, `${signal}`] },
  sigaction: {
    name: 'rt_sigaction',
    entry: (_show, signal, disposition, options) => [signal, action(disposition, options?.restart)],
    exit: (_show, old) => [old === undefined ? ADDRESS : action(old), '8'],
  },
  sigmask: {
    name: 'rt_sigprocmask',
    entry: (_show, blocked) => ['SIG_SETMASK', signalSet(inOrder(blocked))],
    exit: (_show, old) => [old === undefined ? ADDRESS : signalSet(inOrder(old)), '8'],
  },
  alarm: { name: 'alarm', entry: (_show, seconds) => [`${seconds}`], result: number },
  pause: { name: 'pause', restart: 'ERESTARTNOHAND' },
  nanosleep: {
    name: 'clock_nanosleep',
    entry: (_show, ms) => ['CLOCK_REALTIME', '0', timespec(ms)],
    exit: (_show) => ['NULL'],
    restart: 'ERESTART_RESTARTBLOCK',
  },
  getpgid: { name: 'getpgid', entry: (_show, pid = 0) => [`${pid}`], result: number },
  setpgid: { name: 'setpgid', entry: (_show, pid, group) => [`${pid}`, `${group}`] },
  getsid: { name: 'getsid', entry: (_show, pid = 0) => [`${pid}`], result: number },
  setsid: { name: 'setsid', result: number },
  getrlimit: {
    name: 'prlimit64',
    entry: (_show, resource) => ['0', `RLIMIT_${resource.toUpperCase()}`, 'NULL'],
    exit: (_show, limit) => [limit ? rlimit(limit) : ADDRESS],
  },
  setrlimit: {
    name: 'prlimit64',
    entry: (_show, resource, limit) => ['0', `RLIMIT_${resource.toUpperCase()}`, rlimit(limit), 'NULL'],
  },
  setpriority: { name: 'setpriority', entry: (_show, pid, nice) => ['PRIO_PROCESS', `${pid}`, `${nice}`] },
  sched_setaffinity: {
    name: 'sched_setaffinity',
    entry: (_show, pid, mask) => [`${pid}`, '8', cpuSet(mask)],
  },
  sched_getaffinity: {
    name: 'sched_getaffinity',
    entry: (_show, pid) => [`${pid}`, '8'],
    exit: (_show, mask) => [mask === undefined ? ADDRESS : cpuSet(mask)],
    result: () => '8',
  },
  ptrace: {
    name: 'ptrace',
    entry: (_show, call) => [
      call.request,
      `${call.pid}`,
      'NULL',
      ...('signal' in call && call.signal ? [call.signal] : ['options' in call ? ADDRESS : 'NULL']),
    ],
  },
  times: {
    name: 'times',
    exit: (_show, times) => [
      times
        ? `{tms_utime=${clock(times.user)}, tms_stime=${clock(times.system)}, tms_cutime=${clock(times.childUser)}, tms_cstime=${clock(times.childSystem)}}`
        : ADDRESS,
    ],
  },
  prctl: { name: 'prctl', entry: (show, option) => [option.option, ...prctlArguments(show, option)] },
  brk: { name: 'brk', entry: (_show, bytes) => [`0x${bytes.toString(16)}`] },
  setuid: { name: 'setuid', entry: (_show, uid) => [`${uid}`] },
  setgid: { name: 'setgid', entry: (_show, gid) => [`${gid}`] },
  setresuid: { name: 'setresuid', entry: (_show, ...ids) => ids.map(String) },
  setresgid: { name: 'setresgid', entry: (_show, ...ids) => ids.map(String) },
  setgroups: { name: 'setgroups', entry: (_show, groups) => [`${groups.length}`, `[${groups.join(', ')}]`] },
  capget: {
    name: 'capget',
    entry: (_show, pid = 0) => [capabilityHeader(pid)],
    exit: (_show, sets) => [sets ? capabilities(sets) : ADDRESS],
  },
  capset: { name: 'capset', entry: (_show, sets) => [capabilityHeader(0), capabilities(sets)] },
  unshare: { name: 'unshare', entry: (_show, kinds) => [namespaceFlags(kinds).join('|') || '0'] },
  setns: {
    name: 'setns',
    entry: (show, fd, kind) => [show.fd(fd), kind === undefined ? '0' : namespaceFlags([kind]).join('|')],
  },
  uname: {
    name: 'uname',
    exit: (show, name) => [
      name ? `{sysname=${show.path(name.sysname)}, nodename=${show.path(name.nodename)}, ...}` : ADDRESS,
    ],
  },
  sethostname: {
    name: 'sethostname',
    entry: (show, name) => [show.path(name), `${textToBytes(name).length}`],
  },
  sysinfo: {
    name: 'sysinfo',
    exit: (_show, info) => [
      info
        ? `{uptime=${Math.floor(info.uptime)}, loads=[${info.loads.map((load) => Math.round(load * 65536)).join(', ')}], totalram=${info.totalram}, freeram=${info.freeram}, ...}`
        : ADDRESS,
    ],
  },
});

const inOrder = (signals: ReadonlySet<Signal>): Signal[] =>
  [...signals].sort((a, b) => SIGNALS[a].number - SIGNALS[b].number);

function action(disposition: Disposition, restart = false): string {
  const handler = { default: 'SIG_DFL', ignore: 'SIG_IGN' };
  const name = typeof disposition === 'function' ? ADDRESS : handler[disposition];
  return `{sa_handler=${name}, sa_mask=[], sa_flags=${restart ? 'SA_RESTART' : '0'}}`;
}

function waitStatus(waited: Waited | undefined): string {
  if (!waited) return ADDRESS;
  const { status } = waited;
  switch (status.kind) {
    case 'exited':
      return `[{WIFEXITED(s) && WEXITSTATUS(s) == ${status.code}}]`;
    case 'signaled':
      return `[{WIFSIGNALED(s) && WTERMSIG(s) == ${status.signal}${status.coreDumped ? ' && WCOREDUMP(s)' : ''}}]`;
    case 'stopped':
      return `[{WIFSTOPPED(s) && WSTOPSIG(s) == ${status.signal}${status.trace === 'syscall' ? ' | 0x80' : ''}}]`;
    case 'continued':
      return '[{WIFCONTINUED(s)}]';
  }
}

function waitOptions({ noHang, untraced, continued }: WaitOptions = {}): string {
  const names = [noHang && 'WNOHANG', untraced && 'WSTOPPED', continued && 'WCONTINUED'];
  return names.filter(Boolean).join('|') || '0';
}

const rlimit = ({ soft, hard }: { soft: number; hard: number }): string =>
  `{rlim_cur=${amount(soft)}, rlim_max=${amount(hard)}}`;

/** strace writes whole numbers of KiB as products. */
function amount(limit: number): string {
  if (limit === Number.POSITIVE_INFINITY) return 'RLIM64_INFINITY';
  return limit > 1024 && limit % 1024 === 0 ? `${limit / 1024}*1024` : `${limit}`;
}

const clock = (ms: number): string => {
  const ticks = Math.floor(ms / 10);
  return `${ticks} /* ${(ticks / 100).toFixed(2)} s */`;
};

function prctlArguments(show: Show, call: Prctl): string[] {
  switch (call.option) {
    case 'PR_SET_NAME':
      return [show.path(call.name)];
    case 'PR_SET_PDEATHSIG':
      return [`${call.signal}`];
    case 'PR_SET_CHILD_SUBREAPER':
    case 'PR_SET_KEEPCAPS':
      return [call.on ? '1' : '0'];
    case 'PR_SET_NO_NEW_PRIVS':
      return ['1', '0', '0', '0'];
    case 'PR_CAPBSET_DROP':
      return [`CAP_${call.capability}`];
  }
}

const capabilityHeader = (pid: number): string => `{version=_LINUX_CAPABILITY_VERSION_3, pid=${pid}}`;

const capabilities = ({ effective, permitted, inheritable }: Partial<CapabilitySets>): string =>
  `{effective=${capabilityBits(effective)}, permitted=${capabilityBits(permitted)}, inheritable=${capabilityBits(inheritable)}}`;

function capabilityBits(set: CapabilitySet | undefined): string {
  if (set === undefined) return ADDRESS;
  const names = CAPABILITIES.filter((capability) => set.has(capability));
  return names.map((name) => `1<<CAP_${name}`).join('|') || '0';
}

/** cpu_set_t */
const cpuSet = (mask: number): string =>
  `[${[...mask.toString(2)]
    .reverse()
    .flatMap((bit, cpu) => (bit === '1' ? [cpu] : []))
    .join(' ')}]`;
