import { EMPTY } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_CLOEXEC, O_RDONLY, O_RDWR } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { writeAll } from './files.ts';

/** The FIFOs through which the engine reads and writes a container's process; an absent one is /dev/null. */
export interface StdioPaths {
  stdin?: string | undefined;
  stdout?: string | undefined;
  stderr?: string | undefined;
}

/** The shim's end of a process' standard streams. */
export interface Stdio {
  /** What the process gets as 0, 1 and 2; closed in the shim once it is born. */
  child: [stdin: number, stdout: number, stderr: number];
  /** Begins copying; resolves when all output is through. */
  copy(): Promise<void>;
  /** Ends the process' standard input. */
  closeStdin(): Promise<void>;
  /** For a process that never came to be: the readers at the other end see the end. */
  abandon(): Promise<void>;
}

/** Pipes between the process and the FIFOs (containerd-shim-runc-v2, NewPipeIO). */
export async function pipeStdio(sys: Syscalls, paths: StdioPaths): Promise<Stdio> {
  const [outRead, outWrite] = await sys.pipe(true);
  const [errRead, errWrite] = await sys.pipe(true);
  const input = paths.stdin === undefined ? undefined : await sys.pipe(true);
  const stdin = input?.[0] ?? (await sys.open('/dev/null', O_RDONLY | O_CLOEXEC));
  let stdinOpen = input !== undefined;
  const closeStdin = async () => {
    if (!stdinOpen) return;
    stdinOpen = false;
    await sys.close(input![1]);
  };
  const outputs = [await openOutput(sys, paths.stdout), await openOutput(sys, paths.stderr)] as const;
  return {
    child: [stdin, outWrite, errWrite],
    closeStdin,
    async abandon() {
      await closeStdin();
      for (const fd of [outRead, errRead, ...outputs]) await sys.close(fd);
    },
    async copy() {
      if (paths.stdin !== undefined)
        void openInput(sys, paths.stdin).then((fifo) =>
          pump(sys, fifo, input![1], () => stdinOpen).then(closeStdin),
        );
      await Promise.all([pumpOut(sys, outRead, outputs[0]), pumpOut(sys, errRead, outputs[1])]);
    },
  };
}

/** One terminal in place of the three streams. */
export async function copyTerminal(sys: Syscalls, master: number, paths: StdioPaths): Promise<void> {
  const output = await openOutput(sys, paths.stdout);
  if (paths.stdin !== undefined)
    void openInput(sys, paths.stdin).then((fifo) => pump(sys, fifo, master, () => true));
  await pumpOut(sys, master, output);
}

/** A FIFO opened for both does not wait for its reader (fifo(7)). */
const openOutput = (sys: Syscalls, path: string | undefined): Promise<number> =>
  sys.open(path ?? '/dev/null', O_RDWR | O_CLOEXEC);

const openInput = (sys: Syscalls, path: string): Promise<number> => sys.open(path, O_RDONLY | O_CLOEXEC);

async function pumpOut(sys: Syscalls, from: number, to: number): Promise<void> {
  await pump(sys, from, to, () => true);
  await sys.close(to);
}

/** Copies until the source ends or the sink is gone; closes the source. */
async function pump(sys: Syscalls, from: number, to: number, wanted: () => boolean): Promise<void> {
  for (;;) {
    const chunk = await readOrEnd(sys, from);
    if (chunk.length === 0 || !wanted()) break;
    try {
      await writeAll(sys, to, chunk);
    } catch (error) {
      if (isErrno(error, 'EPIPE', 'EIO', 'EBADF')) break;
      throw error;
    }
  }
  await sys.close(from);
}

async function readOrEnd(sys: Syscalls, fd: number): Promise<Uint8Array> {
  for (;;) {
    try {
      return await sys.read(fd, 1 << 15);
    } catch (error) {
      // The last slave of a terminal is gone (EIO), or the descriptor was closed under way.
      if (isErrno(error, 'EIO', 'EBADF')) return EMPTY;
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
