import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { oneLetterSize } from '../sizes.ts';
import { type IpcKind, type IpcRow, idOf, ipcRows } from './ipc-objects.ts';
import { must } from './steps.ts';

/** `ipcs -m -i ID`: all of one object. util-linux reads /proc, which all may; BusyBox asks the kernel, which looks at the mode. */
export async function describeIpc(
  io: Stdio,
  kind: IpcKind,
  id: number,
  gnu: boolean,
  human: boolean,
): Promise<number> {
  if (!gnu)
    try {
      await stat(io.sys, kind, id);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.fail(`${kind}ctl: ${error.message}`);
      return 0;
    }
  const row = (await ipcRows(io.sys, kind)).find((each) => idOf(each) === id);
  if (row === undefined) await io.fail(`id ${id} not found`);
  else io.stdout.write(await DESCRIPTIONS[kind](io, row, human));
  return 0;
}

const STAT = { command: 'IPC_STAT' } as const;

function stat(sys: Syscalls, kind: IpcKind, id: number): Promise<unknown> {
  if (kind === 'msg') return sys.msgctl(id, STAT);
  return kind === 'shm' ? sys.shmctl(id, STAT) : sys.semctl(id, STAT);
}

const DESCRIPTIONS: Readonly<Record<IpcKind, (io: Stdio, row: IpcRow, human: boolean) => Promise<string>>> = {
  async shm(_io, row, human) {
    const { shmid, perms = 0, size = 0, lpid, cpid, nattch } = row;
    const bytes = human ? `size=${oneLetterSize(size)}` : `bytes=${size}`;
    return (
      `\nShared memory Segment shmid=${shmid}\n${owners(row)}\n` +
      `mode=${octal(perms)}\taccess_perms=${octal(perms & 0o777)}\n` +
      `${bytes}\tlpid=${lpid}\tcpid=${cpid}\tnattch=${nattch}\n` +
      `att_time=${moment(row['atime'])}\ndet_time=${moment(row['dtime'])}\nchange_time=${moment(row['ctime'])}\n\n`
    );
  },
  async msg({ sys }, row, human) {
    const { msqid = 0, perms = 0, cbytes = 0, qnum, lspid, lrpid } = row;
    const capacity = await sys.msgctl(msqid, STAT).then((info) => info!.capacity, unreadable);
    const sizes = human
      ? `csize=${oneLetterSize(cbytes)}\tqsize=${oneLetterSize(capacity)}`
      : `cbytes=${cbytes}\tqbytes=${capacity}`;
    return (
      `\nMessage Queue msqid=${msqid}\n${owners(row)}\tmode=${octal(perms)}\n` +
      `${sizes}\tqnum=${qnum}\tlspid=${lspid}\tlrpid=${lrpid}\n` +
      `send_time=${moment(row['stime'])}\nrcv_time=${moment(row['rtime'])}\nchange_time=${moment(row['ctime'])}\n\n`
    );
  },
  async sem(io, row) {
    const { semid = 0, perms = 0, nsems } = row;
    const { semaphores } = (await must(io, 'semctl(GETVAL) failed', () => io.sys.semctl(semid, STAT)))!;
    const line = (values: readonly (string | number)[]) =>
      `${values.map((value) => String(value).padEnd(10)).join(' ')}\n`;
    const values = semaphores.map(({ value, waitingToGrow, waitingForZero, lastUser }, i) =>
      line([i, value, waitingToGrow, waitingForZero, lastUser]),
    );
    return (
      `\nSemaphore Array semid=${semid}\n${owners(row).replaceAll('\t', '\t ')}\n` +
      `mode=${octal(perms)}, access_perms=${octal(perms & 0o777)}\nnsems = ${nsems}\n` +
      `otime = ${moment(row['otime'])}\nctime = ${moment(row['ctime'])}\n` +
      `${line(['semnum', 'value', 'ncount', 'zcount', 'pid'])}${values.join('')}\n`
    );
  },
};

function unreadable(error: unknown): number {
  if (!isErrno(error)) throw error;
  return 0;
}

const owners = ({ uid, gid, cuid, cgid }: IpcRow) => `uid=${uid}\tgid=${gid}\tcuid=${cuid}\tcgid=${cgid}`;

const octal = (mode: number) => (mode === 0 ? '0' : `0${mode.toString(8)}`);

const moment = (seconds = 0) =>
  (seconds === 0 ? 'Not set' : strftime('%a %b %e %H:%M:%S %Y', seconds * 1000)).padEnd(26);
