import { isErrno } from '../../base/errno.ts';
import type { FileSystemStat } from '../../vfs/filesystem.ts';
import { S_IFBLK, S_IFCHR, S_IFMT } from '../../vfs/inode.ts';
import { canonical, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type MountLine, mountOf, readMounts } from '../mounts.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';
import { type BlockSize, blockName, blockSizeOf, busyboxBytes, KIBIBYTES, showBytes } from './block-size.ts';

/** File systems that hold no files of anybody's: df leaves them out (ME_DUMMY in gnulib). */
const DUMMY = new Set([
  'autofs',
  'proc',
  'debugfs',
  'devpts',
  'fusectl',
  'mqueue',
  'rpc_pipefs',
  'sysfs',
  'none',
]);

/** df(1) */
export const df: Utility = {
  name: 'df',
  usage: '[OPTION]... [FILE]...',
  summary:
    'Show information about the file system on which each FILE resides, or all file systems by default.',
  options: {
    short: 'aB:hHiklmPTt:vx:',
    // Every file system here is local, and none keeps anything back that sync(2) would write out; -v is for old scripts.
    inert: ['l', 'sync', 'no-sync', 'v'],
    long: {
      all: 'a',
      'block-size': 'B:',
      'human-readable': 'h',
      si: 'H',
      inodes: 'i',
      local: 'l',
      output: 'output::',
      portability: 'P',
      sync: 'sync',
      'no-sync': 'no-sync',
      'print-type': 'T',
      type: 't:',
      'exclude-type': 'x:',
      total: 'total',
    },
  },
  busybox: { options: { short: 'kmhiPaTB:t:' }, usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const block = blockSizeOf(given);
    if (typeof block === 'string') return io.fail(block);
    if (flavour === 'busybox') return busyboxDf(io, given, parsed.operands, block);
    const fields = fieldsOf(io, given);
    const types = given.values('t');
    const both = types.find((type) => given.values('x').includes(type));
    if (both !== undefined) return io.fail(`file system type ${quote(io, both)} both selected and excluded`);
    const { chosen, status } = await choose(io, given, parsed.operands);
    const rows: Row[] = [];
    for (const { mount, file } of chosen) {
      const isListed = parsed.operands.length > 0;
      const stat = await io.sys.statfs(mount.target).catch(() => undefined);
      if (stat === undefined || (stat.blocks === 0 && !isListed && !given.has('a'))) continue;
      rows.push({ source: mount.source, type: mount.type, target: mount.target, file, stat });
    }
    if (rows.length === 0) return status === 0 ? io.fail('no file systems processed') : status;
    if (given.has('total')) rows.push(totalOf(rows, fields));
    print(io, rows, fields, { block, names: headings(given, block) });
    return status;
  },
};

interface Row {
  source: string;
  type: string;
  target: string;
  file: string;
  stat: FileSystemStat;
}

/** The fields of `--output`, in their usual order. */
const FIELDS = [
  'source',
  'fstype',
  'itotal',
  'iused',
  'iavail',
  'ipcent',
  'size',
  'used',
  'avail',
  'pcent',
  'file',
  'target',
] as const;
type Field = (typeof FIELDS)[number];

const LEFT: ReadonlySet<Field> = new Set<Field>(['source', 'fstype', 'file', 'target']);
const LEAST: Partial<Record<Field, number>> = {
  source: 14,
  fstype: 4,
  size: 5,
  used: 5,
  avail: 5,
  pcent: 4,
  itotal: 5,
  iused: 5,
  iavail: 5,
  ipcent: 4,
};

function fieldsOf(io: Stdio, given: Given): Field[] {
  if (!given.has('output')) {
    const type: Field[] = given.has('T') ? ['fstype'] : [];
    return given.has('i')
      ? ['source', ...type, 'itotal', 'iused', 'iavail', 'ipcent', 'target']
      : ['source', ...type, 'size', 'used', 'avail', 'pcent', 'target'];
  }
  for (const [option, name] of [
    ['i', '-i'],
    ['P', '-P'],
    ['T', '-T'],
  ] as const)
    if (given.has(option)) throw new Misuse(`options ${name} and --output are mutually exclusive`);
  const list = given.value('output');
  if (list === undefined) return [...FIELDS];
  const fields: Field[] = [];
  for (const name of list.split(',')) {
    const field = FIELDS.find((each) => each === name);
    if (field === undefined) throw new Misuse(`option --output: field ${quote(io, name)} unknown`);
    if (fields.includes(field)) throw new Misuse(`option --output: field ${quote(io, name)} used only once`);
    fields.push(field);
  }
  return fields;
}

function headings(given: Given, block: BlockSize): Record<Field, string> {
  const isShort = block.powers !== undefined || given.has('output');
  const size =
    block.powers !== undefined ? 'Size' : `${given.has('P') ? block.unit : blockName(block.unit)}-blocks`;
  return {
    source: 'Filesystem',
    fstype: 'Type',
    itotal: 'Inodes',
    iused: 'IUsed',
    iavail: 'IFree',
    ipcent: 'IUse%',
    size,
    used: 'Used',
    avail: isShort ? 'Avail' : 'Available',
    pcent: given.has('P') ? 'Capacity' : 'Use%',
    file: 'File',
    target: 'Mounted on',
  };
}

/** Which mounts: those that the operands are on, or each file system once. */
async function choose(
  io: Stdio,
  given: Given,
  operands: readonly string[],
): Promise<{ chosen: { mount: MountLine; file: string }[]; status: number }> {
  const mounts = await readMounts(io.sys);
  const types = given.values('t');
  const isWanted = ({ type }: MountLine) =>
    (types.length === 0 || types.includes(type)) && !given.values('x').includes(type);
  if (operands.length === 0) {
    const shown = mounts.filter((mount) => isWanted(mount) && (given.has('a') || !DUMMY.has(mount.type)));
    return {
      chosen: (given.has('a') ? shown : oneEach(shown)).map((mount) => ({ mount, file: '-' })),
      status: 0,
    };
  }
  const chosen: { mount: MountLine; file: string }[] = [];
  let status = 0;
  for (const file of operands) {
    try {
      const mount = (await deviceMount(io, mounts, file)) ?? (await mountOf(io.sys, file));
      if (mount !== undefined && isWanted(mount)) chosen.push({ mount, file });
    } catch (error) {
      if (!isErrno(error)) throw error;
      status = await io.fail(`${file}: ${error.message}`);
    }
  }
  return { chosen, status };
}

/** A device that is mounted stands for what is on it. */
async function deviceMount(
  io: Stdio,
  mounts: readonly MountLine[],
  file: string,
): Promise<MountLine | undefined> {
  const { mode } = await io.sys.stat(file);
  if ((mode & S_IFMT) !== S_IFBLK && (mode & S_IFMT) !== S_IFCHR) return undefined;
  const real = await canonical(io.sys, file, 'none');
  return mounts.find(({ source }) => source === real);
}

/** Of several mounts of one file system the one nearest to its root (filter_mount_list in df). */
function oneEach(mounts: readonly MountLine[]): MountLine[] {
  const kept = new Map<string, MountLine>();
  for (const mount of mounts) {
    const known = kept.get(mount.device);
    const isBetter =
      known === undefined ||
      (mount.source.includes('/') && !known.source.includes('/')) ||
      (known.target.length > mount.target.length && known.root.length >= mount.root.length) ||
      (known.source !== mount.source && known.target === mount.target);
    if (isBetter) kept.set(mount.device, mount);
  }
  return [...kept.values()];
}

function totalOf(rows: readonly Row[], fields: readonly Field[]): Row {
  const sum = (of: (stat: FileSystemStat) => number) => rows.reduce((all, { stat }) => all + of(stat), 0);
  const stat: FileSystemStat = {
    ...rows[0]!.stat,
    bsize: 1,
    blocks: sum(({ blocks, bsize }) => blocks * bsize),
    bfree: sum(({ bfree, bsize }) => bfree * bsize),
    bavail: sum(({ bavail, bsize }) => bavail * bsize),
    files: sum(({ files }) => files),
    ffree: sum(({ ffree }) => ffree),
  };
  const target = fields.includes('source') ? '-' : 'total';
  return { source: 'total', type: '-', target, file: '-', stat };
}

function print(
  io: Stdio,
  rows: readonly Row[],
  fields: readonly Field[],
  form: { block: BlockSize; names: Record<Field, string> },
): void {
  const table = [
    fields.map((field) => form.names[field]),
    ...rows.map((row) => fields.map((field) => cell(row, field, form.block))),
  ];
  const widths = fields.map((field, i) =>
    Math.max(LEAST[field] ?? 0, ...table.map((cells) => cells[i]!.length)),
  );
  for (const cells of table) {
    const shown = cells.map((text, i) => {
      if (!LEFT.has(fields[i]!)) return text.padStart(widths[i]!);
      return i === cells.length - 1 ? text : text.padEnd(widths[i]!);
    });
    io.stdout.write(`${shown.join(' ')}\n`);
  }
}

function cell({ source, type, target, file, stat }: Row, field: Field, block: BlockSize): string {
  const { bsize, blocks, bfree, bavail, files, ffree } = stat;
  const bytes = (count: number) => showBytes(count * bsize, block);
  const inodes = (count: number) =>
    block.powers === undefined ? String(count) : showBytes(count, { ...block, unit: 1 });
  switch (field) {
    case 'source':
      return source;
    case 'fstype':
      return type;
    case 'target':
      return target;
    case 'file':
      return file;
    case 'size':
      return bytes(blocks);
    case 'used':
      return bytes(blocks - bfree);
    case 'avail':
      return bytes(bavail);
    case 'pcent':
      return percent(blocks - bfree, bavail);
    case 'itotal':
      return inodes(files);
    case 'iused':
      return inodes(files - ffree);
    case 'iavail':
      return inodes(ffree);
    case 'ipcent':
      return percent(files - ffree, ffree);
  }
}

const percent = (used: number, free: number): string =>
  used + free === 0 ? '-' : `${Math.ceil((used * 100) / (used + free))}%`;

async function busyboxDf(
  io: Stdio,
  given: Given,
  operands: readonly string[],
  asked: BlockSize,
): Promise<number> {
  const block = given.has('B', 'm', 'h', 'H') ? asked : KIBIBYTES;
  const rows: Row[] = [];
  const failures: string[] = [];
  if (operands.length === 0) {
    for (const mount of await readMounts(io.sys)) {
      if (!given.has('a') && DUMMY.has(mount.type)) continue;
      const stat = await io.sys.statfs(mount.target).catch(() => undefined);
      if (stat && (stat.blocks > 0 || given.has('a'))) rows.push({ ...mount, file: '-', stat });
    }
  }
  for (const path of operands) {
    const found = (await readMounts(io.sys)).find(({ source, type }) => source === path && !DUMMY.has(type));
    const mount = found ?? ((await statOf(io.sys, path)) && (await mountOf(io.sys, path)));
    if (mount) rows.push({ ...mount, file: path, stat: await io.sys.statfs(mount.target) });
    else failures.push(`${path}: can't find mount point`);
  }
  const size =
    block.powers !== undefined ? 'Size' : given.has('P') ? '1024-blocks' : `${blockName(block.unit)}-blocks`;
  const middle = `${(given.has('i') ? 'Inodes' : size).padStart(9)}      Used Available`;
  const type = given.has('T') ? 'Type       ' : '';
  const capacity = given.has('P') ? 'Capacity' : 'Use%';
  io.stdout.write(`${'Filesystem'.padEnd(20)} ${type}${middle} ${capacity} Mounted on\n`);
  for (const row of rows) {
    if (given.has('t') && !given.values('t').includes(row.type)) continue;
    const { bsize, blocks, bfree, bavail, files, ffree } = row.stat;
    const bytes = (count: number) => busyboxBytes(count * bsize, block);
    const inodes = (count: number) => busyboxBytes(count, { ...block, unit: 1 });
    const [total, used, free, share] = given.has('i')
      ? [inodes(files), inodes(files - ffree), inodes(ffree), percent(files - ffree, ffree)]
      : [bytes(blocks), bytes(blocks - bfree), bytes(bavail), percent(blocks - bfree, bavail)];
    const isLong = row.source.length > 20 && !given.has('P');
    const name = isLong ? `${row.source}\n${' '.repeat(20)}` : row.source.padEnd(20);
    const kind = given.has('T') ? `${row.type.padEnd(10)} ` : '';
    const numbers = [total, used, free].map((number) => number!.padStart(9)).join(' ');
    io.stdout.write(`${name} ${kind}${numbers} ${share!.padStart(given.has('P') ? 8 : 4)} ${row.target}\n`);
  }
  for (const failure of failures) await io.fail(failure);
  return failures.length === 0 ? 0 : 1;
}
