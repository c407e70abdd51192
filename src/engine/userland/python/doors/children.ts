import { concat } from '../../../base/bytes.ts';
import { isErrno } from '../../../base/errno.ts';
import { signalNumber } from '../../../kernel/signals.ts';
import { findProgram, spawn, waitFor } from '../../lib/spawn.ts';
import { writeAll } from '../../lib/stdio.ts';
import type { Functions, Running } from '../running.ts';

type Stream = 'inherit' | 'pipe' | 'stdout' | 'null' | number;

interface Order {
  argv: string[];
  cwd: string | null;
  env: Record<string, string> | null;
  stdin: Stream;
  stdout: Stream;
  stderr: Stream;
  input: number[] | null;
}

/** Other programs, which run to their end while this one waits. */
export function childFunctions(running: Running): Functions {
  const { process, environment, stdout } = running;
  const { sys } = process;

  async function drained(fd: number): Promise<number[]> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await sys.read(fd, 65_536).catch((error: unknown) => {
        if (isErrno(error, 'EINTR')) return undefined;
        throw error;
      });
      if (chunk === undefined) continue;
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    await sys.close(fd);
    return [...concat(chunks)];
  }

  async function run(order: Order): Promise<string> {
    await stdout.flush();
    const env = order.env === null ? environment : new Map(Object.entries(order.env));
    // What cannot be found is told before anything runs.
    await findProgram(sys, order.argv[0] ?? '', env.get('PATH'));
    const fds = new Map<number, number>();
    const ours: number[] = [];
    const read: Record<1 | 2, number | undefined> = { 1: undefined, 2: undefined };
    const nothing = async (flags: number): Promise<number> => {
      const fd = await sys.open('/dev/null', flags);
      ours.push(fd);
      return fd;
    };
    let input: number | undefined;
    if (order.input !== null || order.stdin === 'pipe') {
      const [from, to] = await sys.pipe(true);
      fds.set(0, from);
      ours.push(from);
      input = to;
    } else if (order.stdin === 'null') fds.set(0, await nothing(0));
    else if (typeof order.stdin === 'number') fds.set(0, order.stdin);
    for (const [number, kind] of [
      [1, order.stdout],
      [2, order.stderr],
    ] as const) {
      if (kind === 'pipe') {
        const [from, to] = await sys.pipe(true);
        fds.set(number, to);
        ours.push(to);
        read[number] = from;
      } else if (kind === 'null') fds.set(number, await nothing(1));
      else if (kind === 'stdout') fds.set(number, fds.get(1) ?? 1);
      else if (typeof kind === 'number') fds.set(number, kind);
    }
    const pid = await spawn(process, order.argv, {
      env,
      fds,
      // What Python ignores for itself its children do not.
      prepare: async (child) => {
        await child.sys.sigaction('SIGPIPE', 'default');
      },
      ...(order.cwd === null ? {} : { cwd: order.cwd }),
    });
    for (const fd of ours) await sys.close(fd);
    const written = async (): Promise<void> => {
      if (input === undefined) return;
      await writeAll(sys, input, Uint8Array.from(order.input ?? [])).catch((error: unknown) => {
        if (!isErrno(error, 'EPIPE')) throw error;
      });
      await sys.close(input);
    };
    const [, out, err] = await Promise.all([
      written(),
      read[1] === undefined ? [] : drained(read[1]),
      read[2] === undefined ? [] : drained(read[2]),
    ]);
    const status = await waitFor(sys, pid);
    const code =
      status.kind === 'exited' ? status.code : status.kind === 'signaled' ? -signalNumber(status.signal) : 0;
    return JSON.stringify({ status: code, stdout: out, stderr: err });
  }

  return {
    run: (order) => run(JSON.parse(String(order)) as Order),
    async system(command) {
      const plain = {
        cwd: null,
        env: null,
        stdin: 'inherit',
        stdout: 'inherit',
        stderr: 'inherit',
        input: null,
      } as const;
      const { status } = JSON.parse(await run({ ...plain, argv: ['/bin/sh', '-c', String(command)] }));
      return Number(status);
    },
  };
}
