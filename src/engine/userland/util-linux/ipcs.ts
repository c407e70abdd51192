import { readFile, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { oneLetterSize } from '../sizes.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { type IpcKind, type IpcRow, idOf, ipcRows } from './ipc-objects.ts';
import { describeIpc } from './ipcs-details.ts';
import { quit } from './steps.ts';

/** ipcs(1): the System V objects of this IPC namespace, their limits, or one of them. */
export const ipcs: Utility = {
  name: 'ipcs',
  usage: '[resource-option...] [output-option] | -m|-q|-s -i <id>',
  summary: 'Show information on IPC facilities.',
  options: {
    short: 'i:qmsatpclubVh',
    long: {
      id: 'i:',
      queues: 'q',
      shmems: 'm',
      semaphores: 's',
      all: 'a',
      time: 't',
      pid: 'p',
      creator: 'c',
      limits: 'l',
      summary: 'u',
      human: 'human',
      bytes: 'b',
    },
    about: { help: 'h', version: 'V' },
  },
  busybox: { options: { short: 'i:aqsmtcplu' }, usage: '[[-smq] -i SHMID] | [[-asmq] [-tcplu]]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    let kinds = KINDS.filter(([letter]) => given.has(letter)).map(([, kind]) => kind);
    const id = given.value('i');
    if (id !== undefined) {
      if (!/^-?\d+$/.test(id))
        return quit(io, gnu ? `failed to parse id argument: '${id}'` : `invalid number '${id}'`);
      // BusyBox takes the first that it looks for.
      if (!gnu) kinds = (['shm', 'sem', 'msg'] as const).filter((kind) => kinds.includes(kind)).slice(0, 1);
      if (kinds.length !== 1) {
        if (!gnu) throw new Misuse('');
        return quit(io, 'when using an ID, a single resource must be specified');
      }
      return describeIpc(io, kinds[0]!, Number(id), gnu, given.has('human'));
    }
    if (kinds.length === 0 || given.has('a')) kinds = KINDS.map(([, kind]) => kind);
    // The last letter says how, in util-linux; in BusyBox the one that stands last here.
    const form = FORMS.findLast((letter) => (gnu ? given.last(...FORMS) === letter : given.has(letter)));
    const unit = given.has('human') ? 'human' : given.has('b') ? 'bytes' : 'default';
    const shown = new Show(io, await readAccounts(io.sys), gnu, unit);
    io.stdout.write('\n');
    for (const kind of kinds) {
      await shown.one(kind, form);
      io.stdout.write('\n');
    }
    return 0;
  },
};

const KINDS = [
  ['q', 'msg'],
  ['m', 'shm'],
  ['s', 'sem'],
] as const satisfies [string, IpcKind][];

/** Time, creator, pid, limits, status. */
const FORMS = ['t', 'c', 'p', 'l', 'u'] as const;
type Form = (typeof FORMS)[number] | 'list';

/** The headings, as util-linux and as BusyBox have them. */
const TITLES: Readonly<Record<IpcKind, Record<Form, [string, string]>>> = {
  msg: {
    t: ['Message Queues Send/Recv/Change Times', 'Message Queues Send/Recv/Change Times'],
    c: ['Message Queues Creators/Owners', 'Message Queues: Creators/Owners'],
    p: ['Message Queues PIDs', 'Message Queues PIDs'],
    l: ['Messages Limits', 'Messages: Limits'],
    u: ['Messages Status', 'Messages: Status'],
    list: ['Message Queues', 'Message Queues'],
  },
  shm: {
    t: ['Shared Memory Attach/Detach/Change Times', 'Shared Memory Attach/Detach/Change Times'],
    c: ['Shared Memory Segment Creators/Owners', 'Shared Memory Segment Creators/Owners'],
    p: ['Shared Memory Creator/Last-op PIDs', 'Shared Memory Creator/Last-op'],
    l: ['Shared Memory Limits', 'Shared Memory Limits'],
    u: ['Shared Memory Status', 'Shared Memory Status'],
    list: ['Shared Memory Segments', 'Shared Memory Segments'],
  },
  sem: {
    t: ['Semaphore Operation/Change Times', 'Shared Memory Operation/Change Times'],
    c: ['Semaphore Arrays Creators/Owners', 'Semaphore Arrays Creators/Owners'],
    p: ['', ''],
    l: ['Semaphore Limits', 'Semaphore Limits'],
    u: ['Semaphore Status', 'Semaphore Status'],
    list: ['Semaphore Arrays', 'Semaphore Arrays'],
  },
};

const ID_NAMES: Readonly<Record<IpcKind, string>> = { msg: 'msqid', shm: 'shmid', sem: 'semid' };

const cells = (values: readonly (string | number)[], widths: readonly number[]): string =>
  values.map((value, i) => String(value).padEnd(widths[i] ?? 10)).join(' ');

/** `Nov 26 00:37:13`, of seconds since the epoch. */
const moment = (seconds: number): string =>
  seconds === 0 ? 'Not set' : strftime('%b %e %H:%M:%S ', seconds * 1000);
const wholeMoment = (seconds: number): string =>
  seconds === 0 ? 'Not set' : strftime('%a %b %e %H:%M:%S %Y', seconds * 1000);

/** How a list looks: its heading, and each object's line if it has one. */
interface Layout {
  heading?: string;
  row: (row: IpcRow) => string | undefined;
}

class Show {
  readonly #io: Stdio;
  readonly #accounts: Accounts;
  readonly #gnu: boolean;
  readonly #unit: 'human' | 'bytes' | 'default';

  constructor(io: Stdio, accounts: Accounts, gnu: boolean, unit: 'human' | 'bytes' | 'default') {
    this.#io = io;
    this.#accounts = accounts;
    this.#gnu = gnu;
    this.#unit = unit;
  }

  async one(kind: IpcKind, form: Form = 'list'): Promise<void> {
    const title = TITLES[kind][form][this.#gnu ? 0 : 1];
    if (title !== '') this.#print(`------ ${title} --------`);
    if (form === 'l') return this.#limits(kind);
    const rows = await ipcRows(this.#io.sys, kind);
    if (form === 'u') return this.#status(kind, rows);
    const { heading, row } = this.#layout(kind, form);
    if (heading !== undefined) this.#print(heading);
    for (const each of rows) {
      const text = row(each);
      if (text !== undefined) this.#print(text);
    }
  }

  #print(line: string): void {
    this.#io.stdout.write(`${line}\n`);
  }

  #owner(row: IpcRow): string {
    return this.#accounts.userName(row['uid']!).slice(0, 10);
  }

  #layout(kind: IpcKind, form: Form): Layout {
    const id = ID_NAMES[kind];
    if (form === 'c')
      return {
        heading: cells([id, 'perms', 'cuid', 'cgid', 'uid', 'gid'], []),
        row: (row) =>
          cells(
            [
              idOf(row),
              permissions(row),
              this.#accounts.userName(row['cuid']!),
              this.#accounts.groupName(row['cgid']!),
              this.#accounts.userName(row['uid']!),
              this.#accounts.groupName(row['gid']!),
            ],
            [],
          ),
      };
    if (form === 't') return this.#times(kind);
    if (form === 'p') return this.#pids(kind);
    return this.#list(kind);
  }

  #times(kind: IpcKind): Layout {
    if (kind === 'sem')
      return {
        heading: cells([this.#gnu ? 'semid' : 'shmid', 'owner', 'last-op', 'last-changed'], [8, 10, 26, 26]),
        row: (row) =>
          `${cells([idOf(row), this.#owner(row)], [8, 10])}  ${cells(
            [wholeMoment(row['otime']!), wholeMoment(row['ctime']!)],
            [26, 26],
          )}`,
      };
    const widths = [kind === 'msg' ? 8 : 10, 10, 20, 20, 20];
    const [names, fields] =
      kind === 'msg'
        ? ([
            ['send', 'recv', 'change'],
            ['stime', 'rtime', 'ctime'],
          ] as const)
        : ([
            ['attached', 'detached', 'changed'],
            ['atime', 'dtime', 'ctime'],
          ] as const);
    return {
      heading: cells([ID_NAMES[kind], 'owner', ...names], widths),
      row: (row) =>
        cells([idOf(row), this.#owner(row), ...fields.map((field) => moment(row[field]!))], widths),
    };
  }

  #pids(kind: IpcKind): Layout {
    if (kind === 'sem') return { row: () => undefined };
    if (kind === 'shm')
      return {
        heading: cells(['shmid', 'owner', 'cpid', 'lpid'], []),
        row: (row) => cells([idOf(row), this.#owner(row), row['cpid']!, row['lpid']!], []),
      };
    return {
      heading: cells(['msqid', 'owner', 'lspid', 'lrpid'], []),
      row: (row) =>
        `${cells([idOf(row), this.#owner(row)], [8])}  ${String(row['lspid']).padStart(5)}     ${String(
          row['lrpid'],
        ).padStart(5)}`,
    };
  }

  #list(kind: IpcKind): Layout {
    const human = this.#unit === 'human';
    const first = (row: IpcRow) => [
      `0x${(row['key']! >>> 0).toString(16).padStart(8, '0')}`,
      idOf(row),
      this.#owner(row),
      permissions(row),
    ];
    if (kind === 'sem')
      return {
        heading: cells(['key', 'semid', 'owner', 'perms', 'nsems'], []),
        row: (row) => cells([...first(row), row['nsems']!], []),
      };
    if (kind === 'shm')
      return {
        heading: cells(
          ['key', 'shmid', 'owner', 'perms', human ? 'size' : 'bytes', 'nattch', 'status'],
          [10, 10, 10, 10, 10, 10, 12],
        ),
        row: (row) => {
          const size = human
            ? `${oneLetterSize(row['size']!).padStart(6)}    `
            : String(row['size']).padEnd(10);
          const mode = row['perms']!;
          const flags = [mode & 0o1000 ? 'dest' : ' ', mode & 0o2000 ? 'locked' : ' '];
          return `${cells(first(row), [])} ${size} ${cells([row['nattch']!, ...flags], [10, 6, 6])}`;
        },
      };
    return {
      heading: cells(
        ['key', 'msqid', 'owner', 'perms', human ? 'size' : 'used-bytes', 'messages'],
        [10, 10, 10, 10, 12, 12],
      ),
      row: (row) => {
        const size = human
          ? `${oneLetterSize(row['cbytes']!).padStart(6)}      `
          : String(row['cbytes']).padEnd(12);
        return `${cells(first(row), [])} ${size} ${cells([row['qnum']!], [12])}`;
      },
    };
  }

  /** `max seg size (kbytes) = 18014398509465599`; `unit` is the usual one. */
  #size(label: string, bytes: bigint, usual: 'bytes' | 'kbytes' | undefined): void {
    if (this.#unit === 'human') this.#print(`${label} = ${oneLetterSize(Number(bytes))}`);
    else if (this.#unit === 'bytes' || usual === 'bytes') this.#print(`${label} (bytes) = ${bytes}`);
    else this.#print(`${label} (kbytes) = ${bytes / 1024n}`);
  }

  async #limits(kind: IpcKind): Promise<void> {
    const read = async (name: string) =>
      bytesToText(await readFile(this.#io.sys, `/proc/sys/kernel/${name}`)).trim();
    if (kind === 'msg') {
      this.#print(`max queues system wide = ${await read('msgmni')}`);
      this.#size('max size of message', BigInt(await read('msgmax')), 'bytes');
      this.#size('default max size of queue', BigInt(await read('msgmnb')), 'bytes');
      return;
    }
    if (kind === 'sem') {
      const [perArray, all, operations, arrays] = (await read('sem')).split(/\s+/);
      this.#print(`max number of arrays = ${arrays}`);
      this.#print(`max semaphores per array = ${perArray}`);
      this.#print(`max semaphores system wide = ${all}`);
      this.#print(`max ops per semop call = ${operations}`);
      this.#print('semaphore max value = 32767');
      return;
    }
    this.#print(`max number of segments = ${await read('shmmni')}`);
    this.#size('max seg size', BigInt(await read('shmmax')), 'kbytes');
    const pages = BigInt(await read('shmall'));
    if (!this.#gnu) this.#print(`max total shared memory (pages) = ${pages}`);
    else if (this.#unit === 'default') {
      // What does not fit into 64 bits is cut.
      const kbytes = pages * 4n > MAX ? MAX - (MAX % 4n) : pages * 4n;
      this.#print(`max total shared memory (kbytes) = ${kbytes}`);
    } else
      this.#size(
        'max total shared memory',
        pages * 4096n > MAX ? MAX - (MAX % 4096n) : pages * 4096n,
        undefined,
      );
    this.#size('min seg size', 1n, 'bytes');
  }

  #status(kind: IpcKind, rows: readonly IpcRow[]): void {
    const sum = (value: (row: IpcRow) => number) => rows.reduce((total, row) => total + value(row), 0);
    if (kind === 'msg') {
      this.#print(`allocated queues = ${rows.length}`);
      this.#print(`used headers = ${sum((row) => row['qnum']!)}`);
      const bytes = sum((row) => row['cbytes']!);
      if (this.#unit === 'default') this.#print(`used space = ${bytes} bytes`);
      else this.#size('used space', BigInt(bytes), 'bytes');
    } else if (kind === 'sem') {
      this.#print(`used arrays = ${rows.length}`);
      this.#print(`allocated semaphores = ${sum((row) => row['nsems']!)}`);
    } else {
      this.#print(`segments allocated ${rows.length}`);
      this.#print(`pages allocated ${sum((row) => Math.ceil(row['size']! / 4096))}`);
      this.#print(`pages resident  ${sum((row) => row['rss']! / 4096)}`);
      this.#print(`pages swapped   ${sum((row) => row['swap']! / 4096)}`);
      this.#print(`Swap performance: 0 attempts\t${this.#gnu ? ' ' : ''}0 successes`);
    }
  }
}

const MAX = 18446744073709551615n;

const permissions = (row: IpcRow): string => (row['perms']! & 0o777).toString(8);
