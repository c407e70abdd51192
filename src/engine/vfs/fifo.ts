import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from './caller.ts';
import type { OpenFile } from './file.ts';
import type { Inode, OpenFlags } from './inode.ts';
import { Pipe, PipeFile } from './pipe.ts';

/** Opens a named pipe: sleeps until the other end is opened too, unless non-blocking (fifo(7)). One of pipe(2) does not wait. */
export function openFifo(inode: Inode, flags: OpenFlags, caller: Caller): MaybePromise<OpenFile> {
  inode.pipe ??= new Pipe();
  const pipe = inode.pipe as Pipe;
  const { anonymous } = pipe;
  if (flags.write && !flags.read && flags.nonBlocking && pipe.readers === 0 && !anonymous)
    throw new Errno('ENXIO');
  const file = new PipeFile(inode, pipe, flags);
  pipe.wake();
  if (flags.nonBlocking || (flags.read && flags.write) || anonymous) return file;
  const isAlone = flags.read ? pipe.writers === 0 : pipe.readers === 0;
  return isAlone ? meetOtherEnd(pipe, file, caller) : file;
}

async function meetOtherEnd(pipe: Pipe, file: PipeFile, caller: Caller): Promise<OpenFile> {
  const others = () => (file.readable ? pipe.writersEver : pipe.readersEver);
  const before = others();
  try {
    while (others() === before) await caller.sleep(pipe.changed);
  } catch (error) {
    file.release();
    throw error;
  }
  return file;
}
