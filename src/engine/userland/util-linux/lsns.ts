import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import { namesIn } from '../files.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { type MountLine, readMounts } from '../mounts.ts';
import { Given, type Utility } from '../utility.ts';
import { type Column, printTable, type Row, type TableForm } from './smartcols.ts';
import { quit, wholeNumber } from './steps.ts';

/** lsns(8): the namespaces that the processes seen here are in, or the processes of one. */
export const lsns: Utility = {
  name: 'lsns',
  usage: '[options] [<namespace>]',
  summary: 'List system namespaces.',
  options: {
    short: 'Jlp:o:nruhVt:T::W',
    long: {
      json: 'J',
      list: 'l',
      noheadings: 'n',
      output: 'o:',
      'output-all': 'output-all',
      task: 'p:',
      raw: 'r',
      notruncate: 'u',
      nowrap: 'W',
      type: 't:',
      tree: 'T::',
    },
    about: { help: 'h', version: 'V' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    for (const [one, other] of EXCLUSIVE)
      if (given.has(one) && given.has(other))
        return quit(io, `mutually exclusive arguments: ${NAMES[one]} ${NAMES[other]}`);
    const kinds = given.values('t');
    for (const kind of kinds) if (!isKind(kind)) return quit(io, `unknown namespace type: ${kind}`);
    const task = given.value('p');
    const asked = task === undefined ? undefined : await wholeNumber(io, task, 'invalid PID argument');
    // The tool keeps 0 for no process at all.
    const pid = asked === 0 ? undefined : asked;
    const [operand] = parsed.operands;
    if (operand !== undefined && pid !== undefined)
      return quit(io, '--task is mutually exclusive with <namespace>');
    const one =
      operand === undefined ? undefined : await wholeNumber(io, operand, 'invalid namespace argument');
    const shape = await shapeOf(io, given);
    const names = await columnNames(io, given, one !== undefined, kinds.includes('net'));
    const wanted = kinds.length === 0 ? KINDS : KINDS.filter((kind) => kinds.includes(kind));
    const listing = new Listing(
      io,
      await readAccounts(io.sys),
      shape ?? (given.has('l') ? 'none' : 'process'),
    );
    await listing.read(wanted, names);
    if (one !== undefined && !listing.namespaces.has(one)) return quit(io, `not found namespace: ${one}`);
    const rows = one === undefined ? listing.namespaceRows(names, pid) : listing.processRows(names, one);
    await printTable(io, columnsFor(names, listing.shape, given.has('u')), rows, formOf(given));
    return 0;
  },
};

/** In the order in which a process is asked. */
const KINDS: readonly NamespaceKind[] = ['mnt', 'net', 'pid', 'uts', 'ipc', 'user', 'cgroup', 'time'];
const isKind = (text: string): text is NamespaceKind => (KINDS as readonly string[]).includes(text);

const EXCLUSIVE = [
  ['J', 'r'],
  ['l', 'T'],
] as const;
const NAMES: Record<string, string> = { J: '--json', r: '--raw', l: '--list', T: '--tree' };

const COLUMNS = {
  NS: { right: true, number: true },
  TYPE: {},
  PATH: {},
  NPROCS: { right: true, number: true },
  PID: { right: true, number: true },
  PPID: { right: true, number: true },
  COMMAND: { cut: true },
  UID: { right: true, number: true },
  USER: {},
  NETNSID: { right: true },
  NSFS: {},
  PNS: { right: true, number: true },
  ONS: { right: true, number: true },
} as const satisfies Record<string, Omit<Column, 'name'>>;
type ColumnName = keyof typeof COLUMNS;

/** By what the rows hang together. */
type Shape = 'none' | 'process' | 'owner' | 'parent';

async function shapeOf(io: Stdio, given: Given): Promise<Shape | undefined> {
  if (!given.has('T')) return undefined;
  const text = given.value('T')?.replace(/^=/, '') ?? 'owner';
  if (text === 'owner' || text === 'parent' || text === 'process') return text;
  return quit(io, `unknown tree type: ${text}`);
}

async function columnNames(io: Stdio, given: Given, ofOne: boolean, withNet: boolean): Promise<ColumnName[]> {
  const all = Object.keys(COLUMNS) as ColumnName[];
  const usual: ColumnName[] = ofOne
    ? ['PID', 'PPID', 'USER', 'COMMAND']
    : ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', ...(withNet ? (['NETNSID', 'NSFS'] as const) : []), 'COMMAND'];
  const text = given.value('o');
  const first = given.has('output-all') ? all : usual;
  if (text === undefined) return first;
  const chosen: ColumnName[] = [];
  for (const word of text.replace(/^\+/, '').split(',')) {
    const name = all.find((known) => known === word.toUpperCase());
    chosen.push(name ?? (await quit(io, `unknown column: ${word}`)));
  }
  return text.startsWith('+') || given.has('output-all') ? [...first, ...chosen] : chosen;
}

const columnsFor = (names: readonly ColumnName[], shape: Shape, whole: boolean): Column[] =>
  names.map((name) => {
    const column: Column = { name, ...COLUMNS[name] };
    if (whole) column.cut = false;
    if (shape === 'process' && name === 'COMMAND') column.tree = true;
    if ((shape === 'owner' || shape === 'parent') && name === 'NS') {
      column.tree = true;
      column.right = false;
    }
    return column;
  });

const formOf = (given: Given): TableForm => ({
  format: given.has('J') ? 'json' : given.has('r') ? 'raw' : 'table',
  headings: !given.has('n'),
  ascii: false,
  name: 'namespaces',
  nowrap: given.has('W', 'r'),
});

interface Process {
  pid: number;
  ppid: number;
  uid: number;
  command: string;
  /** Its namespaces by kind; what may not be looked at is not there. */
  ids: Map<NamespaceKind, number>;
  /** The number by which our network knows its own. */
  netnsId: number | undefined;
  parent?: Process;
  /** The row that last showed it. */
  row?: Row;
}

interface Seen {
  id: number;
  kind: NamespaceKind;
  processes: Process[];
  /** Who has made a namespace that no process is in. */
  uid: number;
  owner: number;
  parent: number;
  row?: Row;
}

class Listing {
  readonly #io: Stdio;
  readonly #accounts: Accounts;
  readonly shape: Shape;
  readonly namespaces = new Map<number, Seen>();
  #mounts: MountLine[] = [];

  constructor(io: Stdio, accounts: Accounts, shape: Shape) {
    this.#io = io;
    this.#accounts = accounts;
    this.shape = shape;
  }

  async read(kinds: readonly NamespaceKind[], names: readonly ColumnName[]): Promise<void> {
    const { sys } = this.#io;
    if (names.includes('NSFS')) this.#mounts = await readMounts(sys);
    const pids = (await namesIn(sys, '/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const processes = new Map<number, Process>();
    for (const pid of pids.sort((a, b) => a - b)) {
      const process = await this.#process(pid, kinds, names.includes('NETNSID'));
      if (process) processes.set(pid, process);
    }
    for (const process of processes.values()) {
      process.parent = processes.get(process.ppid);
      for (const [kind, id] of process.ids) {
        const known = this.namespaces.get(id);
        if (known) known.processes.push(process);
        else this.namespaces.set(id, { id, kind, processes: [process], uid: 0, owner: 0, parent: 0 });
      }
    }
    const relations = this.shape === 'owner' || this.shape === 'parent';
    if (relations || names.includes('ONS') || names.includes('PNS'))
      for (const seen of [...this.namespaces.values()])
        await this.#relate(seen, `/proc/${seen.processes[0]!.pid}/ns/${seen.kind}`, relations);
  }

  async #process(
    pid: number,
    kinds: readonly NamespaceKind[],
    withNet: boolean,
  ): Promise<Process | undefined> {
    const { sys } = this.#io;
    try {
      const { uid } = await sys.stat(`/proc/${pid}`);
      const stat = bytesToText(await readFile(sys, `/proc/${pid}/stat`));
      const [, comm, ppid] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
      const words = bytesToText(await readFile(sys, `/proc/${pid}/cmdline`)).replace(/\0$/, '');
      const ids = new Map<NamespaceKind, number>();
      for (const kind of kinds) {
        const ino = await sys.stat(`/proc/${pid}/ns/${kind}`).then(({ ino: number }) => number, unreadable);
        if (ino !== undefined) ids.set(kind, ino);
      }
      const netnsId = withNet ? await this.#netnsId(`/proc/${pid}/ns/net`) : undefined;
      return { pid, ppid: Number(ppid), uid, command: words.replaceAll('\0', ' ') || comm!, ids, netnsId };
    } catch (error) {
      if (!isErrno(error)) throw error;
      return undefined;
    }
  }

  async #netnsId(path: string): Promise<number | undefined> {
    const { sys } = this.#io;
    try {
      const fd = await sys.open(path, O_RDONLY);
      const id = await sys.netlink({ type: 'RTM_GETNSID', netns: { fd } });
      await sys.close(fd);
      return id;
    } catch (error) {
      return unreadable(error);
    }
  }

  /** Asks for owner and parent; with `around`, takes in those that no process is in. */
  async #relate(seen: Seen, path: string | number, around: boolean): Promise<void> {
    const { sys } = this.#io;
    const fd = typeof path === 'number' ? path : await sys.open(path, O_RDONLY);
    const ask = async (request: 'NS_GET_USERNS' | 'NS_GET_PARENT'): Promise<number> => {
      const found = (await sys.ioctl(fd, { request }).catch(unreadable)) as number | undefined;
      if (found === undefined) return 0;
      const { ino } = await sys.fstat(found);
      if (around && !this.namespaces.has(ino)) {
        const kind = (await sys.ioctl(found, { request: 'NS_GET_NSTYPE' })) as NamespaceKind;
        const uid = await sys.ioctl(found, { request: 'NS_GET_OWNER_UID' }).catch(unreadable);
        const missing: Seen = {
          id: ino,
          kind,
          processes: [],
          uid: (uid as number | undefined) ?? 0,
          owner: 0,
          parent: 0,
        };
        this.namespaces.set(ino, missing);
        await this.#relate(missing, found, around);
      } else await sys.close(found);
      return ino;
    };
    if (seen.kind === 'pid' || seen.kind === 'user') seen.parent = await ask('NS_GET_PARENT');
    seen.owner = await ask('NS_GET_USERNS');
    await sys.close(fd);
  }

  /** A row for each namespace, in the order of their numbers. */
  namespaceRows(names: readonly ColumnName[], pid: number | undefined): Row[] {
    const top: Row[] = [];
    for (const seen of [...this.namespaces.values()].sort((a, b) => a.id - b.id))
      if (pid === undefined || seen.processes.some((process) => process.pid === pid))
        this.#showNamespace(seen, names, top);
    return top;
  }

  #showNamespace(seen: Seen, names: readonly ColumnName[], top: Row[]): void {
    if (seen.row) return;
    const [process] = seen.processes;
    const related = this.#above(seen);
    if (related) this.#showNamespace(related, names, top);
    const row = this.#row(seen, process, names);
    const above = this.shape === 'process' ? process?.parent?.row : this.#hangsOn(seen)?.row;
    (above?.children ?? top).push(row);
    if (this.shape === 'owner' || this.shape === 'parent') seen.row = row;
    else if (process) process.row = row;
  }

  /** What must be shown before. */
  #above({ owner, parent }: Seen): Seen | undefined {
    if (this.shape === 'owner') return this.namespaces.get(owner);
    return this.shape === 'parent' ? this.namespaces.get(parent || owner) : undefined;
  }

  #hangsOn({ owner, parent }: Seen): Seen | undefined {
    if (this.shape === 'owner') return this.namespaces.get(owner);
    return this.shape === 'parent' ? this.namespaces.get(parent) : undefined;
  }

  /** A row for each process of a namespace. */
  processRows(names: readonly ColumnName[], id: number): Row[] {
    const seen = this.namespaces.get(id)!;
    const top: Row[] = [];
    const show = (process: Process): void => {
      if (process.row) return;
      const { parent } = process;
      if (this.shape === 'process' && parent?.ids.get(seen.kind) === id) show(parent);
      process.row = this.#row(seen, process, names);
      const above = this.shape === 'process' ? parent?.row : undefined;
      (above?.children ?? top).push(process.row);
    };
    for (const process of seen.processes) show(process);
    return top;
  }

  #row(seen: Seen, process: Process | undefined, names: readonly ColumnName[]): Row {
    return { cells: names.map((name) => this.#cell(name, seen, process)), children: [] };
  }

  #cell(name: ColumnName, seen: Seen, process: Process | undefined): string | undefined {
    const number = (value: number | undefined) => (value === undefined ? undefined : String(value));
    switch (name) {
      case 'NS':
        return String(seen.id);
      case 'TYPE':
        return seen.kind;
      case 'NPROCS':
        return String(seen.processes.length);
      case 'PATH':
        return process && `/proc/${process.pid}/ns/${seen.kind}`;
      case 'PID':
        return number(process?.pid);
      case 'PPID':
        return number(process?.ppid);
      case 'COMMAND':
        return process?.command;
      case 'UID':
        return String(process?.uid ?? seen.uid);
      case 'USER':
        return this.#accounts.userName(process?.uid ?? seen.uid);
      case 'NETNSID':
        if (seen.kind !== 'net' || process?.netnsId === undefined) return undefined;
        return process.netnsId < 0 ? 'unassigned' : String(process.netnsId);
      case 'NSFS': {
        const root = `${seen.kind}:[${seen.id}]`;
        const places = this.#mounts.filter((mount) => mount.type === 'nsfs' && mount.root === root);
        return [...new Set(places.map(({ target }) => target))].join('\n');
      }
      case 'PNS':
        return String(seen.parent);
      case 'ONS':
        return String(seen.owner);
    }
  }
}

function unreadable(error: unknown): undefined {
  if (!isErrno(error)) throw error;
  return undefined;
}
