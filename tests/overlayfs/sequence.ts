import fc from 'fast-check';
import type { AllocationKind } from '../../src/engine/vfs/inode.ts';
import type { RenameFlags } from '../../src/engine/vfs/names.ts';

/** One entry of a layer, parents before children. */
export interface Node {
  path: string;
  kind: 'directory' | 'file' | 'link' | 'hardlink' | 'whiteout' | 'xwhiteout' | 'special';
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  data: string;
  target: string;
  /** Of a special file: S_IFIFO or S_IFCHR (1:3). */
  type: number;
  /** The value of the attribute: `y` hides what is below, `x` says that there are whiteouts by attribute. */
  opaque: '' | 'x' | 'y';
  xattrs: Record<string, string>;
}

/** Something that a process does; `user` as uid 1000 without capabilities, else as root. */
export type Operation = { user: boolean } & (
  | { op: 'put'; path: string; flags: string; mode: number; data: string }
  | { op: 'get' | 'list' | 'rmdir' | 'unlink' | 'readlink' | 'listxattr'; path: string }
  | { op: 'stat'; path: string; follow: boolean }
  | { op: 'access'; path: string; wanted: number }
  | { op: 'truncate'; path: string; size: number }
  | { op: 'chmod' | 'mkdir'; path: string; mode: number }
  | { op: 'chown'; path: string; uid: number; gid: number; follow: boolean }
  | { op: 'rename'; from: string; to: string; flags: (keyof RenameFlags)[] }
  | { op: 'link'; from: string; to: string; follow: boolean }
  | { op: 'remount'; readonly: boolean }
  | { op: 'tmpfile'; path: string; mode: number; data: string; to: string }
  | { op: 'symlink'; target: string; path: string }
  | { op: 'mknod'; path: string; mode: number; rdev: number }
  | { op: 'utimens'; path: string; mtime: number; follow: boolean }
  | { op: 'setxattr'; path: string; name: string; value: string }
  | { op: 'getxattr' | 'removexattr'; path: string; name: string }
  | { op: 'hold'; slot: number; path: string; flags: string; mode: number }
  | { op: 'fread' | 'fstat' | 'close'; slot: number }
  | { op: 'fwrite'; slot: number; data: string }
  | { op: 'fchmod'; slot: number; mode: number }
  | { op: 'ftruncate'; slot: number; size: number }
  | { op: 'fallocate'; slot: number; kind: AllocationKind; position: number; length: number }
  | { op: 'seek'; slot: number; what: 'data' | 'hole'; position: number }
);

export interface Sequence {
  /** From the top down. */
  lower: Node[][];
  /** What the upper directory holds at first; null for none: a read-only overlay. */
  upper: Node[] | null;
  /** Which of the lower layers are file systems of their own. */
  apart: number[];
  /** Mounted with `userxattr`: attributes of the class user instead of trusted. */
  userxattr: boolean;
  operations: Operation[];
}

/** Few names, so that the same ones meet in several layers and operations. */
const name = fc.constantFrom('a', 'b', 'c', 'd');
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o777, 0o700, 0, 0o4755, 0o2775, 0o1777, 0o555, 0o6711);
const id = fc.constantFrom(0, 0, 1000, 1001);
const data = fc.constantFrom('', 'x', 'hello', 'a longer line of text\n', 'z'.repeat(5000));
const target = fc.constantFrom('a', 'b', 'a/b', '../a', '.', '..', 'c/', '/a', '/b/c', 'nowhere', 'd/..');
const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFREG = 0o100000;
const S_IFSOCK = 0o140000;

type Seed = Omit<Node, 'path'> & { name: string; children: Seed[] };

const attributes = {
  name,
  mode,
  uid: id,
  gid: id,
  mtime: fc.integer({ min: 1_000_000, max: 1_400_000_000 }),
  data,
  target,
  type: fc.constantFrom(S_IFIFO, S_IFCHR),
  opaque: fc.constantFrom<('' | 'x' | 'y')[]>('', '', '', '', 'y', 'x'),
  xattrs: fc.constantFrom<Record<string, string>[]>({}, {}, {}, { 'trusted.note': 'x' }),
};

const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constant('directory' as const) },
  { weight: 6, arbitrary: fc.constant('file' as const) },
  { weight: 2, arbitrary: fc.constant('link' as const) },
  { weight: 1, arbitrary: fc.constant('hardlink' as const) },
  { weight: 3, arbitrary: fc.constant('whiteout' as const) },
  { weight: 2, arbitrary: fc.constant('xwhiteout' as const) },
  { weight: 1, arbitrary: fc.constant('special' as const) },
);

/** A tree with so many levels below the first. */
function tree(levels: number): fc.Arbitrary<Seed[]> {
  const children: fc.Arbitrary<Seed[]> = levels === 0 ? fc.constant([]) : tree(levels - 1);
  return fc.array(fc.record({ ...attributes, kind, children }), { maxLength: 4, size: 'max' });
}

const layer = tree(2).map((seeds) => {
  const nodes: Node[] = [];
  plant(seeds, '', nodes);
  return nodes;
});

/** Makes a list of entries of nested seeds: one entry a name, and hard links to a file that is there already. */
function plant(seeds: Seed[], directory: string, nodes: Node[]): void {
  const taken = new Set<string>();
  for (const { children, name: own, ...rest } of seeds) {
    if (taken.has(own)) continue;
    taken.add(own);
    const path = `${directory}/${own}`;
    const files = nodes.filter((node) => node.kind === 'file');
    if (rest.kind === 'hardlink' && files.length === 0) continue;
    const hardTarget = rest.kind === 'hardlink' ? files[rest.mtime % files.length]!.path : rest.target;
    nodes.push({ ...rest, path, target: hardTarget });
    if (rest.kind === 'directory') plant(children, path, nodes);
  }
}

const spelled = fc
  .array(fc.oneof({ weight: 12, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('.', '..') }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => `/${parts.join('/')}`);

/** Mostly one that some layer has, as `@` and its number among them (`resolve` puts it in), or a name beside or below it. */
const path = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.nat(99).map((n) => `@${n}`) },
      { weight: 3, arbitrary: fc.tuple(fc.nat(99), name).map(([n, child]) => `@${n}/${child}`) },
      { weight: 2, arbitrary: fc.tuple(fc.nat(99), name).map(([n, child]) => `@${n}/../${child}`) },
      { weight: 4, arbitrary: spelled },
    ),
    fc.oneof({ weight: 20, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('/') }),
  )
  .map(([text, slash]) => text + slash);

const follow = fc.boolean();
const slot = fc.nat(2);
const flagsToWrite = fc.constantFrom(
  'wc',
  'wct',
  'wcx',
  'ac',
  'w',
  'wt',
  'a',
  'rw',
  'rwc',
  'wl',
  'rc',
  'rt',
  'wd',
);
const xattrName = fc.constantFrom(
  'trusted.note',
  'trusted.overlay.opaque',
  'trusted.overlay.whiteout',
  'user.overlay.opaque',
  'user.note',
  'security.note',
  'odd',
);
/** Mostly none: then it is rename(2). */
const renameFlags = fc.constantFrom<(keyof RenameFlags)[][]>(
  [],
  [],
  [],
  ['noReplace'],
  ['exchange'],
  ['exchange'],
  ['whiteout'],
  ['noReplace', 'exchange'],
);
const place = fc.constantFrom(0, 1, 4096, 9000);
const as = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({
    ...fields,
    user: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  }) as unknown as fc.Arbitrary<Operation>;
const is = <T extends string>(op: T) => fc.constant(op);
/** Read-only, and sooner or later not any more. */
const remount = fc.boolean().map((readonly): Operation => ({ op: 'remount', readonly, user: false }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: as({ op: is('put'), path, flags: flagsToWrite, mode, data }) },
  { weight: 3, arbitrary: as({ op: is('get'), path }) },
  { weight: 3, arbitrary: as({ op: is('list'), path }) },
  { weight: 4, arbitrary: as({ op: is('stat'), path, follow }) },
  { weight: 1, arbitrary: as({ op: is('access'), path, wanted: fc.nat(7) }) },
  { weight: 2, arbitrary: as({ op: is('truncate'), path, size: fc.constantFrom(0, 3, 8000) }) },
  { weight: 3, arbitrary: as({ op: is('chmod'), path, mode }) },
  {
    weight: 2,
    arbitrary: as({
      op: is('chown'),
      path,
      uid: fc.constantFrom(-1, 0, 1000),
      gid: fc.constantFrom(-1, 0, 1000),
      follow,
    }),
  },
  { weight: 5, arbitrary: as({ op: is('mkdir'), path, mode }) },
  { weight: 6, arbitrary: as({ op: is('rmdir'), path }) },
  { weight: 7, arbitrary: as({ op: is('unlink'), path }) },
  { weight: 10, arbitrary: as({ op: is('rename'), from: path, to: path, flags: renameFlags }) },
  { weight: 4, arbitrary: as({ op: is('link'), from: path, to: path, follow }) },
  { weight: 1, arbitrary: as({ op: is('tmpfile'), path, mode, data, to: fc.oneof(fc.constant(''), path) }) },
  { weight: 1, arbitrary: remount },
  { weight: 2, arbitrary: as({ op: is('symlink'), target, path }) },
  { weight: 1, arbitrary: as({ op: is('readlink'), path }) },
  {
    weight: 2,
    arbitrary: as({
      op: is('mknod'),
      path,
      mode: fc.constantFrom(S_IFIFO | 0o644, S_IFCHR | 0o666, S_IFREG | 0o600, S_IFSOCK | 0o777, 0o040755),
      rdev: fc.constantFrom(0, 0x103),
    }),
  },
  {
    weight: 2,
    arbitrary: as({
      op: is('utimens'),
      path,
      mtime: fc.integer({ min: 1_000_000, max: 1_400_000_000 }),
      follow,
    }),
  },
  {
    weight: 1,
    arbitrary: as({ op: is('setxattr'), path, name: xattrName, value: fc.constantFrom('v', 'y') }),
  },
  { weight: 1, arbitrary: as({ op: is('getxattr'), path, name: xattrName }) },
  { weight: 1, arbitrary: as({ op: is('removexattr'), path, name: xattrName }) },
  { weight: 1, arbitrary: as({ op: is('listxattr'), path }) },
  {
    weight: 3,
    arbitrary: as({
      op: is('hold'),
      slot,
      path,
      flags: fc.constantFrom('r', 'rw', 'rwc', 'r', 'rd', 'a'),
      mode,
    }),
  },
  { weight: 2, arbitrary: as({ op: is('fread'), slot }) },
  { weight: 2, arbitrary: as({ op: is('fwrite'), slot, data }) },
  { weight: 2, arbitrary: as({ op: is('fstat'), slot }) },
  { weight: 1, arbitrary: as({ op: is('fchmod'), slot, mode }) },
  { weight: 1, arbitrary: as({ op: is('ftruncate'), slot, size: fc.constantFrom(0, 3, 8000) }) },
  {
    weight: 1,
    arbitrary: as({
      op: is('fallocate'),
      slot,
      kind: fc.constantFrom<AllocationKind[]>('allocate', 'keep size', 'punch hole', 'zero range'),
      position: place,
      length: fc.constantFrom(0, 100, 4096, 10_000),
    }),
  },
  {
    weight: 1,
    arbitrary: as({ op: is('seek'), slot, what: fc.constantFrom('data', 'hole'), position: place }),
  },
  { weight: 1, arbitrary: as({ op: is('close'), slot }) },
);

export const sequence: fc.Arbitrary<Sequence> = fc
  .record({
    lower: fc.array(layer, { minLength: 1, maxLength: 3 }),
    upper: fc.oneof<[fc.WeightedArbitrary<Node[]>, fc.WeightedArbitrary<Node[]>, fc.WeightedArbitrary<null>]>(
      { weight: 6, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: layer },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    apart: fc.oneof(
      { weight: 3, arbitrary: fc.constant<number[]>([]) },
      { weight: 1, arbitrary: fc.subarray([0, 1, 2]) },
    ),
    userxattr: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    operations: fc.array(operation, { minLength: 1, maxLength: 40, size: 'max' }),
  })
  .map(resolve);

/** Puts the layers' paths into the operations. */
function resolve(one: Sequence): Sequence {
  const known = [...one.lower, one.upper ?? []].flat().map((node) => node.path);
  const put = (text: string) =>
    text.replace(/^@(\d+)/, (_, n: string) => known[Number(n) % known.length] ?? '/a');
  // A remount drops what is cached, and with it the numbers that directories of different file systems were given.
  const kept = one.operations.filter(({ op }) => op !== 'remount' || one.apart.length === 0);
  const operations = kept.map((operation) => {
    const resolved: Record<string, unknown> = { ...operation };
    for (const field of ['path', 'from', 'to']) {
      const text = resolved[field];
      if (typeof text === 'string') resolved[field] = put(text);
    }
    return resolved as Operation;
  });
  // Without an upper directory two lower ones are the least.
  const upper = one.upper === null && one.lower.length === 1 ? [] : one.upper;
  // Linux expects whiteouts by attribute neither in the upper layer nor in the lowest.
  const usual = (nodes: Node[]) =>
    nodes.map((node): Node => (node.kind === 'xwhiteout' ? { ...node, kind: 'whiteout' } : node));
  // Where it was copied up from cannot be noted on a link or special file by an attribute of the class user.
  const plain = (nodes: Node[]) =>
    nodes.map((node): Node => (/link|special/.test(node.kind) ? { ...node, kind: 'file' } : node));
  const lower = one.lower
    .map((nodes, i) => (i === one.lower.length - 1 ? usual(nodes) : nodes))
    .map((nodes) => (one.userxattr ? plain(nodes) : nodes));
  return { ...one, lower, upper: upper && usual(upper), operations };
}
