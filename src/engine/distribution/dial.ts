import type { ByteStream } from '../base/byte-stream.ts';
import { isErrno } from '../base/errno.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { errorText, GoError } from '../runtime/go-error.ts';

/** A time by which something must have happened; without end if undefined. */
export type Deadline = number | undefined;

/** It has not. */
export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded';
}

/** Milliseconds that are left, undefined without a deadline. Throws when none are. */
export function left(sys: Syscalls, deadline: Deadline): number | undefined {
  if (deadline === undefined) return undefined;
  const ms = deadline - sys.clock_gettime('monotonic');
  if (ms <= 0) throw new DeadlineExceeded();
  return ms;
}

/** Connects to the first address that answers, with the error texts of Go's net.Dial. Throws `DeadlineExceeded`. */
export async function dial(
  sys: Syscalls,
  addresses: readonly string[],
  port: number,
  deadline: Deadline,
): Promise<number> {
  let failure: unknown;
  for (const address of addresses) {
    const family = address.includes(':') ? 'inet6' : 'inet';
    const fd = await sys.socket(family, 'stream');
    try {
      await sys.setCloexec(fd, true);
      await connectBy(sys, fd, { family, address, port }, deadline);
      return fd;
    } catch (error) {
      await sys.close(fd);
      if (!isErrno(error)) throw error;
      const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      failure ??= new GoError(`dial tcp ${where}: connect: ${errorText(error)}`);
    }
  }
  throw failure;
}

async function connectBy(
  sys: Syscalls,
  fd: number,
  address: { family: 'inet' | 'inet6'; address: string; port: number },
  deadline: Deadline,
): Promise<void> {
  await sys.setNonBlocking(fd, true);
  try {
    await sys.connect(fd, address);
  } catch (error) {
    if (!isErrno(error, 'EINPROGRESS')) throw error;
    await ready(sys, { fd, write: true }, deadline);
    try {
      await sys.connect(fd, address);
    } catch (second) {
      if (!isErrno(second, 'EISCONN')) throw second;
    }
  }
  await sys.setNonBlocking(fd, false);
}

/** A connection of which reading must be over by a deadline, which may be moved. */
export interface TimedStream extends ByteStream {
  deadline: Deadline;
}

export function timedStream(sys: Syscalls, fd: number): TimedStream {
  const stream = fdStream(sys, fd);
  const timed: TimedStream = {
    ...stream,
    deadline: undefined,
    async read(max) {
      if (timed.deadline !== undefined) await ready(sys, { fd, read: true }, timed.deadline);
      return stream.read(max);
    },
  };
  return timed;
}

/** Waits until a descriptor is ready, whatever signals come. Throws `DeadlineExceeded`. */
async function ready(
  sys: Syscalls,
  wanted: { fd: number; read?: boolean; write?: boolean },
  deadline: Deadline,
): Promise<void> {
  for (;;) {
    try {
      const [found] = await sys.poll([wanted], left(sys, deadline));
      if (found?.readable || found?.writable) return;
      left(sys, deadline);
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
