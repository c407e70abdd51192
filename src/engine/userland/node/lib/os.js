const { call } = binding;

const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGIOT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGSTKFLT: 16,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPOLL: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

const uname = () => JSON.parse(call('uname'));
const processors = () => {
  let count = 0;
  for (let mask = BigInt(call('affinity')); mask > 0n; mask >>= 1n) if (mask & 1n) count++;
  return count;
};

module.exports = {
  EOL: '\n',
  devNull: '/dev/null',
  constants: { signals: SIGNALS, errno: require('internal/errors').NUMBERS, priority: {} },
  arch: () => 'x64',
  platform: () => 'linux',
  type: () => uname().sysname,
  release: () => uname().release,
  version: () => uname().version,
  machine: () => uname().machine,
  hostname: () => uname().nodename,
  endianness: () => 'LE',
  homedir: () => require('process').env.HOME ?? '/root',
  tmpdir: () => require('process').env.TMPDIR ?? '/tmp',
  uptime: () => JSON.parse(call('sysinfo')).uptime,
  loadavg: () => JSON.parse(call('sysinfo')).loads,
  totalmem: () => JSON.parse(call('sysinfo')).totalram,
  freemem: () => JSON.parse(call('sysinfo')).freeram,
  availableParallelism: processors,
  cpus: () =>
    Array.from({ length: processors() }, () => ({
      model: 'Drydock',
      speed: 0,
      times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 },
    })),
  networkInterfaces() {
    throw require('internal/errors').notSimulated('os.networkInterfaces');
  },
  userInfo() {
    const [uid, , gid] = JSON.parse(call('ids'));
    const line = require('fs')
      .readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((text) => text.split(':'))
      .find((fields) => Number(fields[2]) === uid);
    return {
      uid,
      gid,
      username: line?.[0] ?? String(uid),
      homedir: line?.[5] ?? '/',
      shell: line?.[6] ?? null,
    };
  },
};
