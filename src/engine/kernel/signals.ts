import type { WaitStatus } from './syscalls.ts';

/** Signals (signal(7)) with their numbers on x86-64 and what they do to a process that neither handles nor ignores them. */
export type DefaultAction = 'terminate' | 'core' | 'ignore' | 'stop' | 'continue';

export const SIGNALS = {
  SIGHUP: { number: 1, action: 'terminate', text: 'Hangup' },
  SIGINT: { number: 2, action: 'terminate', text: 'Interrupt' },
  SIGQUIT: { number: 3, action: 'core', text: 'Quit' },
  SIGILL: { number: 4, action: 'core', text: 'Illegal instruction' },
  SIGTRAP: { number: 5, action: 'core', text: 'Trace/breakpoint trap' },
  SIGABRT: { number: 6, action: 'core', text: 'Aborted' },
  SIGBUS: { number: 7, action: 'core', text: 'Bus error' },
  SIGFPE: { number: 8, action: 'core', text: 'Floating point exception' },
  SIGKILL: { number: 9, action: 'terminate', text: 'Killed' },
  SIGUSR1: { number: 10, action: 'terminate', text: 'User defined signal 1' },
  SIGSEGV: { number: 11, action: 'core', text: 'Segmentation fault' },
  SIGUSR2: { number: 12, action: 'terminate', text: 'User defined signal 2' },
  SIGPIPE: { number: 13, action: 'terminate', text: 'Broken pipe' },
  SIGALRM: { number: 14, action: 'terminate', text: 'Alarm clock' },
  SIGTERM: { number: 15, action: 'terminate', text: 'Terminated' },
  SIGSTKFLT: { number: 16, action: 'terminate', text: 'Stack fault' },
  SIGCHLD: { number: 17, action: 'ignore', text: 'Child exited' },
  SIGCONT: { number: 18, action: 'continue', text: 'Continued' },
  SIGSTOP: { number: 19, action: 'stop', text: 'Stopped (signal)' },
  SIGTSTP: { number: 20, action: 'stop', text: 'Stopped' },
  SIGTTIN: { number: 21, action: 'stop', text: 'Stopped (tty input)' },
  SIGTTOU: { number: 22, action: 'stop', text: 'Stopped (tty output)' },
  SIGURG: { number: 23, action: 'ignore', text: 'Urgent I/O condition' },
  SIGXCPU: { number: 24, action: 'core', text: 'CPU time limit exceeded' },
  SIGXFSZ: { number: 25, action: 'core', text: 'File size limit exceeded' },
  SIGVTALRM: { number: 26, action: 'terminate', text: 'Virtual timer expired' },
  SIGPROF: { number: 27, action: 'terminate', text: 'Profiling timer expired' },
  SIGWINCH: { number: 28, action: 'ignore', text: 'Window changed' },
  SIGIO: { number: 29, action: 'terminate', text: 'I/O possible' },
  SIGPWR: { number: 30, action: 'terminate', text: 'Power failure' },
  SIGSYS: { number: 31, action: 'core', text: 'Bad system call' },
} as const satisfies Record<string, { number: number; action: DefaultAction; text: string }>;

export type Signal = keyof typeof SIGNALS;

export const signalNumber = (signal: Signal): number => SIGNALS[signal].number;

/** The signal of a number, of a name with or without `SIG`, in any case; undefined if there is none. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return (Object.keys(SIGNALS) as Signal[]).find((name) => SIGNALS[name].number === number);
  }
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return name in SIGNALS ? (name as Signal) : undefined;
}

/** The number a shell makes of the end of a process: its status, or 128 and the signal that killed it. */
export function exitCode(status: WaitStatus): number {
  if (status.kind === 'exited') return status.code;
  return status.kind === 'signaled' ? 128 + signalNumber(status.signal) : 0;
}
