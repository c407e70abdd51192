import type { Stdio } from '../lib/stdio.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { type ProcessInfo, processes } from '../procps/processes.ts';
import { Given, type Utility } from '../utility.ts';

/** What the lines of the tree are drawn with. */
interface Symbols {
  empty: string;
  branch: string;
  vertical: string;
  last: string;
  single: string;
  first: string;
}

const ASCII: Symbols = { empty: '  ', branch: '|-', vertical: '| ', last: '`-', single: '---', first: '-+-' };
const UTF8: Symbols = { empty: '  ', branch: '├─', vertical: '│ ', last: '└─', single: '───', first: '─┬─' };

/** How many columns a line has where there is no terminal. */
const COLUMNS = 132;

interface Node {
  info: ProcessInfo;
  children: Node[];
}

/** pstree(1) of psmisc: the processes as the tree that they are. Processes here have one thread each, so no threads are shown. */
export const pstree: Utility = {
  name: 'pstree',
  usage: '[-acglpsStTuZ] [ -h | -H PID ] [ -n | -N type ] [ -A | -G | -U ] [ PID | USER ]',
  summary: 'Display a tree of processes.',
  options: {
    short: 'aAcC:gGhH:lnN:pstSTuUVZ',
    long: {
      arguments: 'a',
      ascii: 'A',
      'compact-not': 'c',
      color: 'C:',
      'show-pgids': 'g',
      vt100: 'G',
      'highlight-all': 'h',
      'highlight-pid': 'H:',
      long: 'l',
      'numeric-sort': 'n',
      'ns-sort': 'N:',
      'show-pids': 'p',
      'show-parents': 's',
      'ns-changes': 'S',
      'thread-names': 't',
      'hide-threads': 'T',
      'uid-changes': 'u',
      unicode: 'U',
      'security-context': 'Z',
    },
    refused: ['C', 'G', 'N', 'S', 'Z'],
    // Both are about threads, of which no process here has more than one.
    inert: ['t', 'T'],
    about: { version: 'V' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const all = await processes(io.sys);
    const nodes = new Map(all.map((info): [number, Node] => [info.pid, { info, children: [] }]));
    const order = given.has('n') ? byPid : byName;
    for (const node of nodes.values()) nodes.get(node.info.ppid)?.children.push(node);
    for (const { children } of nodes.values()) children.sort(order);
    const [asked] = parsed.operands;
    const isPid = asked === undefined || /^\d+$/.test(asked);
    const accounts = await readAccounts(io.sys);
    const uid = isPid ? undefined : accounts.user(asked)?.uid;
    if (!isPid && uid === undefined) {
      io.stderr.write(`No such user name: ${asked}\n`);
      return 1;
    }
    const roots =
      uid === undefined
        ? [nodes.get(Number(asked ?? 1))]
        : [...nodes.values()].filter(
            ({ info }) => info.uid === uid && nodes.get(info.ppid)?.info.uid !== uid,
          );
    const marked = new Set<number>();
    const mark = given.has('H') ? Number(given.last('H')) : given.has('h') ? io.sys.getpid() : undefined;
    for (let at = mark; at !== undefined && nodes.has(at); at = nodes.get(at)!.info.ppid) marked.add(at);
    for (const root of roots) {
      if (root === undefined) continue;
      const drawn = given.has('s') ? withParents(root, nodes) : root;
      new Drawing(await settings(io, given, accounts, marked)).draw(drawn, io);
    }
    return 0;
  },
};

const byPid = (a: Node, b: Node): number => a.info.pid - b.info.pid;
const byName = (a: Node, b: Node): number =>
  a.info.comm === b.info.comm ? byPid(a, b) : a.info.comm < b.info.comm ? -1 : 1;

/** The process below its ancestors, each of which has this one child. */
function withParents(root: Node, nodes: ReadonlyMap<number, Node>): Node {
  const parent = nodes.get(root.info.ppid);
  return parent === undefined ? root : withParents({ info: parent.info, children: [root] }, nodes);
}

interface Settings {
  symbols: Symbols;
  pids: boolean;
  groups: boolean;
  users: boolean;
  args: boolean;
  compact: boolean;
  /** Columns, beyond which lines are cut. */
  width: number;
  accounts: Accounts;
  marked: ReadonlySet<number>;
}

async function settings(
  io: Stdio,
  given: Given,
  accounts: Accounts,
  marked: ReadonlySet<number>,
): Promise<Settings> {
  const isTerminal = await io.sys.isatty(1);
  const locale = io.env.get('LC_ALL') || io.env.get('LC_CTYPE') || io.env.get('LANG') || '';
  const unicode = given.has('U') || (!given.has('A') && isTerminal && /utf-?8/i.test(locale));
  const columns = isTerminal
    ? ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns
    : COLUMNS;
  return {
    symbols: unicode ? UTF8 : ASCII,
    pids: given.has('p'),
    groups: given.has('g'),
    users: given.has('u'),
    args: given.has('a'),
    compact: !['a', 'c', 'p'].some((option) => given.has(option)),
    width: given.has('l') ? Number.POSITIVE_INFINITY : columns || COLUMNS,
    accounts,
    marked,
  };
}

/** The drawing itself, after psmisc's dump_tree: what stands in front of a line is what the levels above it left. */
class Drawing {
  readonly #settings: Settings;
  readonly #widths: number[] = [];
  readonly #more: boolean[] = [];
  #line = '';
  #shown = 0;
  #out = '';

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  draw(root: Node, io: Stdio): void {
    this.#node(root, { level: 0, count: 1, continues: true, last: true, uid: 0, closing: 0 });
    io.stdout.write(this.#out);
  }

  #put(text: string): void {
    this.#line += text;
    this.#shown += text.length;
  }

  #end(): void {
    const { width } = this.#settings;
    // Only what is drawn as text is cut; it holds no escapes unless something is marked.
    this.#out += `${this.#shown > width ? `${this.#line.slice(0, width - 1)}+` : this.#line}\n`;
    this.#line = '';
    this.#shown = 0;
  }

  #node(
    { info, children }: Node,
    at: { level: number; count: number; continues: boolean; last: boolean; uid: number; closing: number },
  ): void {
    const { symbols, compact, args, marked } = this.#settings;
    const { level, count, continues, last, uid, closing } = at;
    if (!continues)
      for (let i = 0; i < level; i++) {
        this.#put(' '.repeat(this.#widths[i]! + 1));
        const own = last ? symbols.last : symbols.branch;
        this.#put(i === level - 1 ? own : this.#more[i + 1] ? symbols.vertical : symbols.empty);
      }
    const repeated = count > 1 ? `${count}*[` : '';
    this.#put(repeated);
    const name = `${info.comm}${this.#details(info, uid)}`;
    if (marked.has(info.pid)) this.#line += '\x1b[1m';
    this.#put(info.comm);
    if (marked.has(info.pid)) this.#line += '\x1b[0m';
    this.#put(name.slice(info.comm.length));
    if (args) this.#arguments(info.args.slice(1));
    this.#widths[level] = args ? (info.comm.length > 1 ? 1 : 0) : name.length + repeated.length;
    this.#more[level] = !last;
    if (args || children.length === 0) {
      this.#put(']'.repeat(closing));
      this.#end();
    }
    const groups = compact ? grouped(children) : children.map((one): [Node, number] => [one, 1]);
    for (const [i, [child, times]] of groups.entries()) {
      const isFirst = i === 0 && !args;
      const isLast = i === groups.length - 1;
      if (isFirst) this.#put(groups.length > 1 ? symbols.first : symbols.single);
      this.#node(child, {
        level: level + 1,
        count: times,
        continues: isFirst,
        last: isLast,
        uid: info.uid,
        closing: closing + (times > 1 ? 1 : 0),
      });
    }
  }

  /** As many as there is room for. */
  #arguments(words: readonly string[]): void {
    const { width } = this.#settings;
    for (const [i, word] of words.entries()) {
      const shown = word.replace(/[^ -~]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
      const room = width - (i === words.length - 1 ? 0 : 4);
      if (this.#shown + 1 + shown.length > room) {
        this.#put('...');
        return;
      }
      this.#put(` ${shown}`);
    }
  }

  /** `(pid,group,user)`, as far as asked for; with arguments `,pid,group`. */
  #details({ pid, pgrp, uid }: ProcessInfo, parentUid: number): string {
    const { pids, groups, users, args, accounts } = this.#settings;
    const shown = [
      ...(pids ? [String(pid)] : []),
      ...(groups ? [String(pgrp)] : []),
      ...(users && uid !== parentUid ? [accounts.userName(uid)] : []),
    ];
    if (shown.length === 0) return '';
    return args ? `,${shown.join(',')}` : `(${shown.join(',')})`;
  }
}

/** Subtrees that look alike, with how often they are there; each where the first of them stands. */
function grouped(children: readonly Node[]): [Node, number][] {
  const groups: [Node, number][] = [];
  for (const child of children) {
    const same = groups.find(([one]) => alike(one, child));
    if (same === undefined) groups.push([child, 1]);
    else same[1]++;
  }
  return groups;
}

const alike = (a: Node, b: Node): boolean =>
  a.info.comm === b.info.comm &&
  a.info.uid === b.info.uid &&
  a.children.length === b.children.length &&
  a.children.every((child, i) => alike(child, b.children[i]!));
