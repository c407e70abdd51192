import { isErrno } from '../../base/errno.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Misuse, type Utility } from '../utility.ts';
import { type IpcKind, idOf, ipcIdOf, ipcRows, removeIpc } from './ipc-objects.ts';
import { quit } from './steps.ts';

/** ipcrm(1): removes System V objects by id, by key, or all. */
export const ipcrm: Utility = {
  name: 'ipcrm',
  usage: '[options] | shm|msg|sem <id>...',
  summary: 'Remove certain IPC resources.',
  options: {
    short: 'q:m:s:Q:M:S:a::vhV',
    long: {
      'shmem-id': 'm:',
      'shmem-key': 'M:',
      'queue-id': 'q:',
      'queue-key': 'Q:',
      'semaphore-id': 's:',
      'semaphore-key': 'S:',
      all: 'a::',
      verbose: 'v',
    },
    about: { help: 'h', version: 'V' },
  },
  busybox: { options: { short: 'q:m:s:Q:M:S:' }, usage: '[-MQS key] [-mqs id]' },
  async run(io, { options, operands }, flavour) {
    const gnu = flavour === 'gnu';
    const [kind, ...ids] = operands;
    if (options.length === 0 && kind !== undefined && isKind(kind)) return removeList(io, kind, ids, gnu);
    let failures = 0;
    let verbose = false;
    let all: IpcKind[] = [];
    for (const { name, value = '' } of options) {
      if (name === 'v') verbose = true;
      else if (name === 'a') {
        if (value !== '' && !isKind(value)) return quit(io, `unknown argument: ${value}`);
        all = value === '' ? ['shm', 'sem', 'msg'] : [value as IpcKind];
      } else if (!(await removeOne(io, { name, value, verbose, gnu }))) failures++;
    }
    for (const one of all)
      for (const row of await ipcRows(io.sys, one))
        if (!(await remove(io, { kind: one, id: idOf(row), what: 'id', verbose, gnu }))) failures++;
    if (kind !== undefined) throw new Misuse(`unknown argument: ${kind}`, '');
    return gnu ? Math.min(failures, 1) : failures;
  },
};

/** What options name, by id or by key. */
const BY_LETTER: Readonly<Record<string, [kind: IpcKind, what: 'id' | 'key']>> = {
  m: ['shm', 'id'],
  q: ['msg', 'id'],
  s: ['sem', 'id'],
  M: ['shm', 'key'],
  Q: ['msg', 'key'],
  S: ['sem', 'key'],
};
const isKind = (text: string): text is IpcKind => text === 'shm' || text === 'msg' || text === 'sem';

/** The old form: `ipcrm shm 0 1`. */
async function removeList(io: Stdio, kind: IpcKind, ids: readonly string[], gnu: boolean): Promise<number> {
  if (ids.length === 0) throw new Misuse('not enough arguments', '');
  let failures = 0;
  for (const id of ids) {
    if (!/^\d+$/.test(id)) failures += await io.fail(`invalid id: ${id}`);
    else if (gnu) {
      if (!(await remove(io, { kind, id: Number(id), what: 'id', verbose: false, gnu }))) failures++;
    } else
      try {
        await removeIpc(io.sys, kind, Number(id));
      } catch (error) {
        if (!isErrno(error)) throw error;
        failures += await io.fail(`can't remove id ${id}: ${error.message}`);
      }
  }
  if (failures > 0) return 1;
  io.stdout.write('resource(s) deleted\n');
  return 0;
}

interface Job {
  name: string;
  value: string;
  verbose: boolean;
  gnu: boolean;
}

/** Says whether it is removed. Capital letters name keys. */
async function removeOne(io: Stdio, { name, value, verbose, gnu }: Job): Promise<boolean> {
  const [kind, what] = BY_LETTER[name]!;
  if (what === 'id') {
    if (!/^-?\d+$/.test(value))
      return quit(io, gnu ? `failed to parse argument: '${value}'` : `invalid number '${value}'`);
    return remove(io, { kind, id: Number(value), what: 'id', verbose, gnu, shown: gnu ? undefined : value });
  }
  const key = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(key))
    return quit(io, gnu ? `failed to parse argument: '${value}'` : `invalid number '${value}'`);
  if (key === 0) {
    await io.fail(`illegal key (${value})`);
    return false;
  }
  try {
    const id = await ipcIdOf(io.sys, kind, key | 0);
    return await remove(io, { kind, id, what: 'key', verbose, gnu, shown: gnu ? undefined : value });
  } catch (error) {
    if (!isErrno(error)) throw error;
    const said = { EACCES: 'permission denied for', EIDRM: 'already removed', ENOENT: 'invalid' }[
      error.code as 'EACCES' | 'EIDRM' | 'ENOENT'
    ];
    if (said === undefined && gnu) return quit(io, `key failed: ${error.message}`);
    await io.fail(`${said ?? 'unknown error in'} key (${value})`);
    return false;
  }
}

const NAMES: Readonly<Record<IpcKind, string>> = {
  shm: 'shared memory segment',
  msg: 'message queue',
  sem: 'semaphore',
};

async function remove(
  io: Stdio,
  job: {
    kind: IpcKind;
    id: number;
    what: 'id' | 'key';
    verbose: boolean;
    gnu: boolean;
    /** What stands in brackets after a failure; GNU's shows the id. */
    shown?: string;
  },
): Promise<boolean> {
  const { kind, id, what, gnu } = job;
  if (job.verbose) io.stdout.write(`removing ${NAMES[kind]} id \`${id}'\n`);
  try {
    await removeIpc(io.sys, kind, id);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    const said = {
      EACCES: 'permission denied for',
      EPERM: 'permission denied for',
      EINVAL: 'invalid',
      EIDRM: 'already removed',
    }[error.code as 'EACCES' | 'EPERM' | 'EINVAL' | 'EIDRM'];
    if (said === undefined && gnu) return quit(io, `${what} failed: ${error.message}`);
    await io.fail(`${said ?? 'unknown error in'} ${what} (${job.shown ?? id})`);
    return false;
  }
}
