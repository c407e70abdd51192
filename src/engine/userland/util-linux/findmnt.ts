import { canonical } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { childrenOf, type MountLine, mountOf, readMounts } from '../mounts.ts';
import { Given, type Utility } from '../utility.ts';
import { type CellForm, COLUMNS, cellsOf, type Entry, fstabEntry, mountEntry } from './findmnt-columns.ts';
import { FSTAB, readFstab } from './fstab.ts';
import { isPseudoType, matchesType, splitOptions } from './mount-options.ts';
import { printTable, type Row } from './smartcols.ts';

const DEFAULT = ['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'];
const AS_DF = ['SOURCE', 'FSTYPE', 'SIZE', 'USED', 'AVAIL', 'USE%', 'TARGET'];

/** findmnt(8): which mounts there are, as a tree, as a list, or those that match. */
export const findmnt: Utility = {
  name: 'findmnt',
  usage: '[options] <device> | <mountpoint>',
  summary: 'Find a (mounted) filesystem.',
  options: {
    short: 'AabCcDd:ehiJfF:o:O:p::PklmM:nN:rst:uvRS:T:Uw:Vxy',
    long: {
      all: 'A',
      ascii: 'a',
      bytes: 'b',
      df: 'D',
      direction: 'd:',
      'first-only': 'f',
      fstab: 's',
      invert: 'i',
      json: 'J',
      kernel: 'k',
      list: 'l',
      mountpoint: 'M:',
      noheadings: 'n',
      notruncate: 'u',
      options: 'O:',
      output: 'o:',
      'output-all': 'output-all',
      pairs: 'P',
      raw: 'r',
      types: 't:',
      nofsroot: 'v',
      submounts: 'R',
      source: 'S:',
      target: 'T:',
      tree: 'tree',
      real: 'real',
      pseudo: 'pseudo',
      canonicalize: 'c',
      nocanonicalize: 'C',
      evaluate: 'e',
      'tab-file': 'F:',
      mtab: 'm',
      poll: 'p::',
      task: 'N:',
      uniq: 'U',
      timeout: 'w:',
      verify: 'x',
      shell: 'y',
    },
    about: { help: 'h', version: 'V' },
    // Paths are the kernel's, which are canonical; there are no labels to be looked up; the kernel's table is the usual one.
    inert: ['c', 'C', 'e', 'k'],
    refused: ['F', 'm', 'N', 'p', 'U', 'w', 'x', 'y'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const [first, second] = parsed.operands;
    if (first !== undefined && given.has('S', 'T', 'M'))
      return io.fail(
        "options --target and --source can't be used together with command line element that is not an option",
      );
    const names = columnNames(given);
    const wrong = names.find((name) => !Object.hasOwn(COLUMNS, name));
    if (wrong !== undefined) return io.fail(`unknown column: ${wrong.toLowerCase()}`);
    const wanted: Wanted = {
      source: given.value('S') ?? first,
      target: given.value('T', 'M') ?? second,
      either: first !== undefined && second === undefined,
      type: given.value('t'),
      options: given.value('O'),
      invert: given.has('i'),
    };
    const rows = given.has('s') ? await fstabRows(io, wanted) : await mountRows(io, given, wanted);
    if (rows === undefined) return 1;
    const json = given.has('J');
    const form: CellForm = {
      bytes: given.has('b'),
      noFsroot: given.has('v'),
      plain: given.has('r', 'P') || json,
    };
    const tree = isTree(given, wanted);
    const columns = names.map((name) => {
      const { right, tree: hangs, number, cut, sizes } = COLUMNS[name]!;
      return {
        name,
        right,
        tree: hangs && tree,
        number: number || (sizes && given.has('b') && name !== 'USE%'),
        cut: cut && !given.has('u'),
      };
    });
    await printTable(io, columns, await cellRows(io, names, rows, form), {
      format: json ? 'json' : given.has('P') ? 'pairs' : given.has('r') ? 'raw' : 'table',
      headings: !given.has('n'),
      ascii: given.has('a') || !isUtf8(io),
      name: 'filesystems',
    });
    return 0;
  },
};

interface Wanted {
  source: string | undefined;
  target: string | undefined;
  /** `source` may also be meant as the target. */
  either: boolean;
  type: string | undefined;
  options: string | undefined;
  invert: boolean;
}

interface EntryTree {
  entry: Entry;
  children: EntryTree[];
}

function columnNames(given: Given): string[] {
  if (given.has('output-all')) return Object.keys(COLUMNS);
  const asked = given.value('o')?.toUpperCase();
  const usual = given.has('D') ? AS_DF : DEFAULT;
  if (asked === undefined) return usual;
  return asked.startsWith('+') ? [...usual, ...asked.slice(1).split(',')] : asked.split(',');
}

/** Whether what matches is shown as a tree: unless a form or a match speaks against it. */
function isTree(given: Given, { source, target }: Wanted): boolean {
  if (given.has('D', 'P', 's', 'r', 'l') && !given.has('tree')) return false;
  const isOne = source !== undefined || target !== undefined || given.has('f');
  return !isOne || given.has('R');
}

async function mountRows(io: Stdio, given: Given, wanted: Wanted): Promise<EntryTree[] | undefined> {
  const mounts = await readMounts(io.sys);
  if (given.value('d') === 'backward') mounts.reverse();
  const matches = await matcher(io, given, wanted);
  const isOne = wanted.source !== undefined || wanted.target !== undefined;
  const submounts = given.has('R') && isOne;
  if (isTree(given, wanted) && !submounts) return wholeTree(mounts, matches);
  let found = mounts.filter(matches);
  if (found.length === 0 && given.has('T')) {
    // Not a mount point itself: the mount that it is on.
    const on = await mountOf(io.sys, wanted.target!).catch(() => undefined);
    if (on === undefined) return undefined;
    const again = await matcher(io, given, { ...wanted, target: on.target });
    found = mounts.filter(again);
  }
  if (found.length === 0) return undefined;
  if (given.has('f')) found = found.slice(0, 1);
  const shown = new Set<MountLine>();
  const below = (line: MountLine): EntryTree => {
    shown.add(line);
    const children = submounts ? childrenOf(mounts, line).filter((child) => !shown.has(child)) : [];
    return { entry: mountEntry(line), children: children.map(below) };
  };
  const trees: EntryTree[] = [];
  for (const line of found) if (!shown.has(line)) trees.push(below(line));
  return trees;
}

/** All mounts as a tree; what does not match is left out, and what hangs on it hangs one higher. */
function wholeTree(mounts: readonly MountLine[], matches: (line: MountLine) => boolean): EntryTree[] {
  const ids = new Set(mounts.map(({ id }) => id));
  const shown = new Set<MountLine>();
  const grow = (line: MountLine): EntryTree[] => {
    shown.add(line);
    const children = childrenOf(mounts, line).flatMap(grow);
    return matches(line) ? [{ entry: mountEntry(line), children }] : children;
  };
  const tops = mounts.filter(({ id, parent }) => !ids.has(parent) || parent === id);
  const [root, ...others] = tops.sort((a, b) => a.parent - b.parent);
  const trees = root === undefined ? [] : grow(root);
  for (const line of [...others, ...mounts]) if (!shown.has(line) && matches(line)) trees.push(...grow(line));
  return trees;
}

async function fstabRows(io: Stdio, wanted: Wanted): Promise<EntryTree[] | undefined> {
  const { source, target, either, type, options } = wanted;
  const found = (await readFstab(io.sys)).filter(
    (line) =>
      matchesType(line.type, type) &&
      matchesOptions(line.options, options) &&
      (target === undefined || line.target === target) &&
      (source === undefined || line.source === source || (either && line.target === source)),
  );
  if (
    found.length === 0 &&
    (await io.sys.access(FSTAB, 4).then(
      () => false,
      () => true,
    ))
  )
    await io.fail(`can't read ${FSTAB}`);
  return found.length === 0 ? undefined : found.map((line) => ({ entry: fstabEntry(line), children: [] }));
}

async function matcher(io: Stdio, given: Given, wanted: Wanted): Promise<(line: MountLine) => boolean> {
  const { source, target, either, type, options, invert } = wanted;
  const real = (path: string) => canonical(io.sys, path, 'none').catch(() => path);
  const realTarget = target === undefined ? undefined : await real(target);
  const realSource = source === undefined ? undefined : await real(source);
  const device = source !== undefined && /^\d+:\d+$/.test(source) ? source : undefined;
  const isWanted = (line: MountLine): boolean => {
    if (!matchesType(line.type, type) || !matchesOptions(mountEntry(line).options, options)) return false;
    if (realTarget !== undefined && line.target !== realTarget && line.target !== target) return false;
    if (device !== undefined) return line.device === device;
    if (source === undefined) return true;
    return line.source === source || line.source === realSource || (either && line.target === realSource);
  };
  const isKind = (line: MountLine): boolean => {
    const isPseudo = isPseudoType(line.type);
    if (given.has('D') && !given.has('A') && isPseudo && !line.type.includes('tmpfs')) return false;
    return !(given.has('real') && isPseudo) && !(given.has('pseudo') && !isPseudo);
  };
  return (line) => (isWanted(line) && isKind(line)) !== invert;
}

/** Whether all options of a list are among a mount's; `no` in front asks for the absence. */
function matchesOptions(options: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const there = new Set(splitOptions(options));
  return splitOptions(pattern).every((option) => {
    if (option.startsWith('+')) return there.has(option.slice(1));
    return option.startsWith('no') ? !there.has(option.slice(2)) : there.has(option);
  });
}

async function cellRows(
  io: Stdio,
  names: readonly string[],
  trees: readonly EntryTree[],
  form: CellForm,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { entry, children } of trees)
    rows.push({
      cells: await cellsOf(io.sys, names, entry, form),
      children: await cellRows(io, names, children, form),
    });
  return rows;
}

function isUtf8(io: Stdio): boolean {
  const locale = io.env.get('LC_ALL') || io.env.get('LC_CTYPE') || io.env.get('LANG') || '';
  return /utf-?8/i.test(locale);
}
