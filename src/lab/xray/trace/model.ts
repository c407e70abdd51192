/** What a line of a trace is about. */
export type TraceKind =
  | 'api'
  | 'task'
  | 'program'
  | 'process'
  | 'namespace'
  | 'mount'
  | 'hostname'
  | 'cgroup'
  | 'network'
  | 'rights'
  | 'signal'
  | 'end';

/** One system call that matters, or the end of a process. */
export interface TraceLine {
  kind: TraceKind;
  /** Linux' name of the call; empty for an end. */
  call: string;
  /** The message that was sent; else the call as strace writes it. */
  text: string;
}

/** What one process did until another had its turn. */
export interface TraceStep {
  id: number;
  pid: number;
  /** Its number in the innermost PID namespace, where that is another. */
  innerPid?: number;
  /** Its program's name, and its arguments in one line. */
  comm: string;
  command: string;
  /** ms since the trace began. */
  at: number;
  lines: TraceLine[];
  /** Its other calls until its next step, and those before its first: name and number, the most frequent first. */
  others: [call: string, count: number][];
}

/** What happened for a command. */
export interface TraceRun {
  id: number;
  /** Empty for what happened without one: a container that ended by itself. */
  command: string[];
  /** Commands that ran already when it began: what the daemons did for them meanwhile stands here, too. */
  beside: string[][];
  /** On the machine's clock, ms. */
  at: number;
  /** How long the command ran, ms; absent while it does. */
  took?: number;
  steps: TraceStep[];
  /** How many lines there was no room for. */
  left: number;
}

export interface TraceView {
  /** The newest first. */
  runs: TraceRun[];
  /** Why nothing is recorded any more: a fault of the recorder's. */
  problem?: string;
}
