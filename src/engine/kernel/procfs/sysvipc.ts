import { type Caller, usernsOf } from '../../vfs/caller.ts';
import { INITIAL_USER_NAMESPACE } from '../../vfs/user-namespace.ts';
import type { IpcNamespace } from '../ipc/ipc-namespace.ts';
import type { IpcObject } from '../ipc/objects.ts';
import type { Pid } from '../pid.ts';
import { PseudoFile, StaticDirectory } from '../pseudo-fs.ts';
import { namespacesOf } from '../task.ts';
import type { ProcFs } from './procfs.ts';

/** /proc/sysvipc (svipc(7)): the System V objects of the reader's IPC namespace, one a line. */
export function sysvipcDirectory(fs: ProcFs, ino: number): StaticDirectory {
  const directory = new StaticDirectory(fs, ino);
  for (const [index, { name, heading, rows }] of FILES.entries())
    directory.add(
      name,
      new PseudoFile(fs, ino + 1 + index, 0o444, (caller) => {
        const { ipc } = namespacesOf(fs.kernel, caller);
        const lines = rows(ipc, { fs, caller }).map((fields) => fields.join(' '));
        return [heading, ...lines].map((line) => `${line}\n`).join('');
      }),
    );
  return directory;
}

interface Reader {
  fs: ProcFs;
  caller: Caller | undefined;
}

interface File {
  name: string;
  heading: string;
  rows: (ipc: IpcNamespace, reader: Reader) => string[][];
}

const FILES: readonly File[] = [
  {
    name: 'msg',
    heading:
      '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime',
    rows: (ipc, reader) =>
      ipc.queues
        .all()
        .map((queue) => [
          ...named(queue),
          '',
          ...[queue.bytes, queue.messages.length].map(wide),
          ...[queue.lastSender, queue.lastReceiver].map((pid) => number(reader, pid)),
          ...owners(reader, queue),
          ...[queue.sendTime, queue.receiveTime, queue.changed].map(seconds),
        ]),
  },
  {
    name: 'sem',
    heading: '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime',
    rows: (ipc, reader) =>
      ipc.semaphores
        .all()
        .map((set) => [
          ...named(set),
          wide(set.values.length),
          ...owners(reader, set),
          ...[set.operated, set.changed].map(seconds),
        ]),
  },
  {
    name: 'shm',
    heading:
      '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap',
    rows: (ipc, reader) =>
      ipc.memory
        .all()
        .map((segment) => [
          ...named(segment),
          String(segment.size).padStart(21),
          ...[segment.creator, segment.lastUser].map((pid) => number(reader, pid)),
          '',
          narrow(segment.attached),
          ...owners(reader, segment),
          ...[segment.attachTime, segment.detachTime, segment.changed].map(seconds),
          ...[segment.resident, 0].map((bytes) => String(bytes).padStart(21)),
        ]),
  },
];

const wide = (value: number) => String(value).padStart(10);
const narrow = (value: number) => String(value).padStart(5);
const seconds = (milliseconds: number) => wide(Math.floor(milliseconds / 1000));

const number = ({ fs }: Reader, pid: Pid | undefined) => narrow(pid?.in(fs.namespace) ?? 0);

/** Key (a signed number), id, and the mode in octal. */
const named = ({ key, id, mode }: IpcObject) => [wide(key | 0), wide(id), ` ${mode.toString(8).padStart(4)}`];

function owners({ caller }: Reader, object: IpcObject): string[] {
  const { uids, gids } = caller === undefined ? INITIAL_USER_NAMESPACE : usernsOf(caller);
  const { uid, gid, cuid, cgid } = object;
  return [uids.shown(uid), gids.shown(gid), uids.shown(cuid), gids.shown(cgid)].map(narrow);
}
