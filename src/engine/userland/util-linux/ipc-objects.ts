import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** The three kinds of System V objects, by their files in /proc/sysvipc. */
export type IpcKind = 'msg' | 'shm' | 'sem';

/** A line of /proc/sysvipc: what its heading names, as numbers; the mode is read as octal. */
export type IpcRow = Readonly<Record<string, number>>;

/** All objects of a kind that this process's IPC namespace has. */
export async function ipcRows(sys: Syscalls, kind: IpcKind): Promise<IpcRow[]> {
  const text = bytesToText(await readFile(sys, `/proc/sysvipc/${kind}`));
  const [heading = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const names = heading.trim().split(/\s+/);
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    return Object.fromEntries(
      names.map((name, i) => [name, Number.parseInt(fields[i] ?? '0', name === 'perms' ? 8 : 10)]),
    );
  });
}

/** What a line calls its object's id. */
export const idOf = (row: IpcRow): number => row['msqid'] ?? row['shmid'] ?? row['semid']!;

/** Removes an object by its id. */
export function removeIpc(sys: Syscalls, kind: IpcKind, id: number): Promise<unknown> {
  const control = { command: 'IPC_RMID' } as const;
  if (kind === 'msg') return sys.msgctl(id, control);
  return kind === 'shm' ? sys.shmctl(id, control) : sys.semctl(id, control);
}

/** The id of the object that a key has. */
export function ipcIdOf(sys: Syscalls, kind: IpcKind, key: number): Promise<number> {
  if (kind === 'msg') return sys.msgget(key, 0);
  return kind === 'shm' ? sys.shmget(key, 0, 0) : sys.semget(key, 0, 0);
}
