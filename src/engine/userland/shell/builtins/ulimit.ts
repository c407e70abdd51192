import { isErrno } from '../../../base/errno.ts';
import type { ResourceLimit } from '../../../kernel/syscalls.ts';
import type { Shell } from '../shell.ts';
import { illegalOption, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `ulimit` (POSIX XCU ulimit and the shells' further limits). */

interface Limit {
  readonly letter: string;
  /** What the kernel calls it; where it is not modelled, the value that a Debian machine has. */
  readonly limit: ResourceLimit | number;
  readonly unit: number;
  /** The shells' words for it; where a shell has none, it does not know the limit. */
  readonly bash?: string;
  readonly dash?: string;
  readonly ash?: string;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

const LIMITS: readonly Limit[] = [
  { letter: 'R', limit: UNLIMITED, unit: 1, bash: 'real-time non-blocking time  (microseconds, -R) ' },
  {
    letter: 'c',
    limit: 'core',
    unit: 512,
    bash: 'core file size              (blocks, -c) ',
    dash: 'coredump(blocks)',
    ash: 'core file size (blocks)',
  },
  {
    letter: 'd',
    limit: 'data',
    unit: 1024,
    bash: 'data seg size               (kbytes, -d) ',
    dash: 'data(kbytes)',
    ash: 'data seg size (kb)',
  },
  {
    letter: 'e',
    limit: 0,
    unit: 1,
    bash: 'scheduling priority                 (-e) ',
    ash: 'scheduling priority',
  },
  {
    letter: 'f',
    limit: 'fsize',
    unit: 512,
    bash: 'file size                   (blocks, -f) ',
    dash: 'file(blocks)',
    ash: 'file size (blocks)',
  },
  {
    letter: 'i',
    limit: 'nproc',
    unit: 1,
    bash: 'pending signals                     (-i) ',
    ash: 'pending signals',
  },
  {
    letter: 'l',
    limit: 'memlock',
    unit: 1024,
    bash: 'max locked memory           (kbytes, -l) ',
    dash: 'locked memory(kbytes)',
    ash: 'max locked memory (kb)',
  },
  {
    letter: 'm',
    limit: 'rss',
    unit: 1024,
    bash: 'max memory size             (kbytes, -m) ',
    dash: 'memory(kbytes)',
    ash: 'max memory size (kb)',
  },
  {
    letter: 'n',
    limit: 'nofile',
    unit: 1,
    bash: 'open files                          (-n) ',
    dash: 'nofiles',
    ash: 'open files',
  },
  { letter: 'p', limit: 8, unit: 1, bash: 'pipe size                (512 bytes, -p) ', ash: '' },
  {
    letter: 'q',
    limit: 819200,
    unit: 1,
    bash: 'POSIX message queues         (bytes, -q) ',
    ash: 'POSIX message queues (bytes)',
  },
  {
    letter: 'r',
    limit: 0,
    unit: 1,
    bash: 'real-time priority                  (-r) ',
    dash: 'rtprio',
    ash: 'real-time priority',
  },
  {
    letter: 's',
    limit: 'stack',
    unit: 1024,
    bash: 'stack size                  (kbytes, -s) ',
    dash: 'stack(kbytes)',
    ash: 'stack size (kb)',
  },
  {
    letter: 't',
    limit: 'cpu',
    unit: 1,
    bash: 'cpu time                   (seconds, -t) ',
    dash: 'time(seconds)',
    ash: 'cpu time (seconds)',
  },
  {
    letter: 'u',
    limit: 'nproc',
    unit: 1,
    bash: 'max user processes                  (-u) ',
    ash: 'max user processes',
  },
  {
    letter: 'v',
    limit: 'as',
    unit: 1024,
    bash: 'virtual memory              (kbytes, -v) ',
    dash: 'vmemory(kbytes)',
    ash: 'virtual memory (kb)',
  },
  {
    letter: 'x',
    limit: UNLIMITED,
    unit: 1,
    bash: 'file locks                          (-x) ',
    dash: 'locks',
    ash: 'file locks',
  },
  { letter: 'p', limit: 'nproc', unit: 1, dash: 'process' },
  { letter: 'w', limit: UNLIMITED, unit: 1, dash: 'locks' },
];

/** dash lists its limits in an order of its own (histedit.h's neighbour, miscbltin.c). */
const DASH_ORDER = ['t', 'f', 'd', 's', 'c', 'm', 'l', 'p', 'n', 'v', 'w', 'r'];

type Kind = 'soft' | 'hard' | undefined;

function limitsOf(shell: Shell): readonly Limit[] {
  const { name } = shell.dialect;
  const known = LIMITS.filter((one) => one[name] !== undefined && one[name] !== '');
  if (name !== 'dash') return known;
  return DASH_ORDER.map((letter) => known.find((one) => one.letter === letter && !(letter === 'x'))!);
}

/** What is asked: limits to show, or to change. */
interface Request {
  readonly letter: string;
  value: string | undefined;
}

export const ulimit: BuiltinRun = async (shell, args) => {
  const known = limitsOf(shell);
  let kind: Kind;
  const requests: Request[] = [];
  for (const arg of args) {
    const last = requests.at(-1);
    if (!/^-[A-Za-z]/.test(arg)) {
      if (last === undefined) requests.push({ letter: 'f', value: arg });
      else if (last.value === undefined) last.value = arg;
      else if (shell.dialect.name === 'dash') return misuse(shell, 'ulimit', 'too many arguments', 2);
      continue;
    }
    if (last?.value !== undefined && shell.dialect.name === 'dash')
      return misuse(shell, 'ulimit', 'too many arguments', 2);
    for (const letter of arg.slice(1)) {
      if (letter === 'S') kind = 'soft';
      else if (letter === 'H') kind = 'hard';
      else if (letter === 'a') return listAll(shell, known, kind);
      else if (known.some((limit) => limit.letter === letter)) requests.push({ letter, value: undefined });
      else return refused(shell, letter);
    }
  }
  if (requests.length === 0) requests.push({ letter: 'f', value: undefined });
  let status = 0;
  for (const { letter, value } of requests) {
    const limit = known.find((one) => one.letter === letter)!;
    if (value !== undefined) status = await change(shell, limit, kind, value);
    else status = await showOne(shell, limit, kind, requests.length > 1);
    if (status !== 0) return status;
  }
  return status;
};

async function showOne(shell: Shell, limit: Limit, kind: Kind, named: boolean): Promise<number> {
  const { soft, hard } = await current(shell, limit);
  const value = show(kind === 'hard' ? hard : soft, limit.unit);
  return shell.print(`${named ? (limit[shell.dialect.name] ?? '') : ''}${value}\n`, 'ulimit');
}

async function refused(shell: Shell, letter: string): Promise<number> {
  if (shell.dialect.name !== 'ash')
    return illegalOption(shell, 'ulimit', letter, 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]');
  await shell.error(`ulimit: invalid option -- '${letter}'\n`);
  return 1;
}

async function current(shell: Shell, { limit }: Limit): Promise<{ soft: number; hard: number }> {
  return typeof limit === 'number' ? { soft: limit, hard: limit } : shell.sys.getrlimit(limit);
}

const show = (limit: number, unit: number): string =>
  Number.isFinite(limit) && limit < 2 ** 62 ? String(Math.floor(limit / unit)) : 'unlimited';

async function listAll(shell: Shell, known: readonly Limit[], kind: Kind): Promise<number> {
  const { name } = shell.dialect;
  let out = '';
  for (const limit of known) {
    const { soft, hard } = await current(shell, limit);
    const value = show(kind === 'hard' ? hard : soft, limit.unit);
    const words = limit[name]!;
    if (name === 'bash') out += `${words}${value}\n`;
    else if (name === 'dash') out += `${words.padEnd(20)} ${value}\n`;
    else out += `${words.padEnd(32)}(-${limit.letter}) ${value}\n`;
  }
  return shell.print(out, 'ulimit');
}

async function change(shell: Shell, limit: Limit, kind: Kind, value: string): Promise<number> {
  const { name } = shell.dialect;
  const before = await current(shell, limit);
  const named = { unlimited: UNLIMITED, hard: before.hard, soft: before.soft }[value];
  if (named === undefined && !/^\d+$/.test(value)) {
    if (name === 'bash') return misuse(shell, 'ulimit', `${value}: invalid number`);
    if (name === 'dash') return misuse(shell, 'ulimit', 'bad number');
    await shell.error(`sh: invalid number '${value}'\n`);
    return 1;
  }
  if (typeof limit.limit === 'number') return misuse(shell, 'ulimit', 'this limit is not modelled', 1);
  const number = named ?? Number(value) * limit.unit;
  try {
    await shell.sys.setrlimit(limit.limit, {
      soft: kind === 'hard' ? before.soft : number,
      hard: kind === 'soft' ? before.hard : number,
    });
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    const words = limit.bash?.replace(/\s+\(.*/, '') ?? '';
    if (name === 'bash') return misuse(shell, 'ulimit', `${words}: cannot modify limit: ${error.message}`);
    return misuse(shell, 'ulimit', `error setting limit: ${error.message}`);
  }
}
