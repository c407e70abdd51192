import { isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { namesIn } from '../../files.ts';
import { readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';

/** Who holds a socket. */
export interface Owner {
  pid: number;
  fd: number;
  /** The name of the command, and the first word of its line. */
  comm: string;
  program: string;
}

/** Who holds which socket, by its inode number: found as ss and netstat find it, through /proc/PID/fd. */
export async function socketOwners(sys: Syscalls): Promise<Map<number, Owner[]>> {
  const out = new Map<number, Owner[]>();
  const listed = (path: string) => namesIn(sys, path).catch(nothing);
  for (const pid of (await listed('/proc')).filter((name) => /^\d+$/.test(name)))
    for (const fd of await listed(`/proc/${pid}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(await sys.readlink(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode === undefined) continue;
        const text = async (name: string) => bytesToText(await readFile(sys, `/proc/${pid}/${name}`));
        const comm = (await text('comm')).trim();
        const first = (await text('cmdline')).split('\0')[0]!;
        const owner = { pid: Number(pid), fd: Number(fd), comm, program: first.replace(/^.*\//, '') || comm };
        out.set(Number(inode), [...(out.get(Number(inode)) ?? []), owner]);
      } catch (error) {
        nothing(error);
      }
    }
  return out;
}

function nothing(error: unknown): string[] {
  if (isErrno(error)) return [];
  throw error;
}
