import { concat, decode, encode } from '../../../base/bytes.ts';
import { Errno, isErrno } from '../../../base/errno.ts';
import { O_RDWR } from '../../../kernel/fcntl.ts';
import type { Process } from '../../../kernel/program.ts';
import type { Signal } from '../../../kernel/signals.ts';
import { spawn, waitFor } from '../../lib/spawn.ts';
import { readAll, writeAll } from '../../lib/stdio.ts';
import type { Bindings } from '../binding.ts';
import type { Value } from '../quickjs.ts';

/** What a child is started with. */
interface ChildOptions {
  argv: readonly string[];
  cwd?: string;
  env: readonly (readonly [string, string])[];
  /** For the descriptors 0 to 2: a pipe to the parent, the parent's own, nothing, or a descriptor of the parent. */
  stdio: readonly ('pipe' | 'inherit' | 'ignore' | number)[];
  detached?: boolean;
}

/** A child that has been started: its pid, and the parent's ends of its pipes by descriptor (-1 for none). */
interface Child {
  pid: number;
  fds: number[];
}

/** What the last child of a process has said, until it is fetched. */
const gathered = new WeakMap<Process, Uint8Array>();

/** What node:child_process is made of. */
export const processes: Bindings = {
  /** Starts a child (`ChildOptions` and `Child` in JSON). Fails as execve(2) does, as Node's own spawn. */
  async spawn(process, json) {
    return JSON.stringify(await start(process, JSON.parse(String(json)) as ChildOptions));
  },
  /** Waits for a child to end: [exit code or null, signal or null]. */
  async waitpid({ sys }, pid) {
    const status = await waitFor(sys, Number(pid));
    return JSON.stringify([
      status.kind === 'exited' ? status.code : null,
      status.kind === 'signaled' ? status.signal : null,
    ]);
  },
  /**
   * Talks with a child to its end: writes `input` to `stdin`, gathers what comes from `stdout` and `stderr` (-1 where there is
   * none). Answers [exit code or null, signal or null, [bytes of stdout, of stderr]]; the bytes are fetched by `communicated`.
   */
  async communicate(process, pid, stdout, stderr, stdin, input) {
    const { sys } = process;
    const gather = async (fd: Value): Promise<Uint8Array> => {
      if (fd === -1) return new Uint8Array(0);
      const bytes = await readAll(sys, Number(fd));
      await sys.close(Number(fd));
      return bytes;
    };
    const hand = async (): Promise<void> => {
      if (stdin === -1) return;
      try {
        await writeAll(sys, Number(stdin), input instanceof Uint8Array ? input : encode(String(input)));
      } catch (error) {
        if (!isErrno(error, 'EPIPE')) throw error;
      }
      await sys.close(Number(stdin));
    };
    const [out, err] = await Promise.all([gather(stdout), gather(stderr), hand()]);
    gathered.set(process, concat([out, err]));
    const status = await waitFor(sys, Number(pid));
    return JSON.stringify([
      status.kind === 'exited' ? status.code : null,
      status.kind === 'signaled' ? status.signal : null,
      [out.length, err.length],
    ]);
  },
  communicated: (process) => gathered.get(process),
  kill: ({ sys }, pid, signal) => sys.kill(Number(pid), signal === 0 ? 0 : (String(signal) as Signal)),
};

async function start(process: Process, { argv, cwd, env, stdio, detached }: ChildOptions): Promise<Child> {
  const { sys } = process;
  const own = new Map<number, number>();
  const theirs: number[] = [];
  const fds: number[] = [];
  for (const [fd, kind] of stdio.entries()) {
    if (kind === 'pipe') {
      const [read, write] = await sys.pipe(true);
      const [mine, child] = fd === 0 ? [write, read] : [read, write];
      own.set(fd, child);
      theirs.push(child);
      fds.push(mine);
      continue;
    }
    fds.push(-1);
    if (kind === 'inherit') continue;
    const from = kind === 'ignore' ? await sys.open('/dev/null', O_RDWR) : kind;
    if (kind === 'ignore') theirs.push(from);
    own.set(fd, from);
  }
  // A child that cannot be executed says why through a pipe that closes at exec (fork(2), execve(2)).
  const [outcome, report] = await sys.pipe(true);
  const pid = await spawn(process, argv, {
    env: new Map(env),
    fds: own,
    ...(cwd === undefined ? {} : { cwd }),
    prepare: async (child) => {
      if (detached) await child.sys.setsid();
    },
    failed: async (child, error) => {
      await child.sys.write(report, encode(error.code));
      return 127;
    },
  });
  for (const fd of [...theirs, report]) await sys.close(fd);
  const failure = decode(await sys.read(outcome, 64));
  await sys.close(outcome);
  if (failure === '') return { pid, fds };
  await waitFor(sys, pid);
  for (const fd of fds) if (fd !== -1) await sys.close(fd);
  throw new Errno(failure as Errno['code']);
}
