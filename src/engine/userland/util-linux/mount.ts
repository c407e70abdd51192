import { Errno, isErrno } from '../../base/errno.ts';
import { MS_BIND, MS_MOVE, MS_REC, MS_REMOUNT } from '../../kernel/fcntl.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { canonical, join, statOf } from '../files.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readMounts, shownOptions } from '../mounts.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { FSTAB, type FstabLine, findInFstab, readFstab } from './fstab.ts';
import { busyboxFailure, mountFailure } from './mount-failure.ts';
import {
  BIND_FLAGS,
  isPseudoType,
  type MountOptions,
  matchesType,
  PROPAGATION,
  parseOptions,
  splitOptions,
} from './mount-options.ts';

/** Ends with this status when nothing was mounted, when some were, and for a misuse (mount(8), "EXIT STATUS"). */
const [FAILED, SOME_OK, USAGE] = [32, 64, 1];

const MAKE = Object.keys(PROPAGATION).map((name) => [`make-${name}`, `make-${name}`]);

/** mount(8): lists without operands, else mounts. */
export const mount: Utility = {
  name: 'mount',
  usage: '[-lhV] | -a [options] | [options] [--source] <source> | [options] <source> <directory>',
  summary: 'Mount a filesystem.',
  options: {
    short: 'aBcfFhilL:m::Mno:O:rRsU:vVwt:T:N:',
    long: {
      all: 'a',
      bind: 'B',
      fake: 'f',
      'internal-only': 'i',
      label: 'L:',
      mkdir: 'm::',
      move: 'M',
      'no-canonicalize': 'c',
      'no-mtab': 'n',
      options: 'o:',
      rbind: 'R',
      'read-only': 'r',
      ro: 'r',
      'read-write': 'w',
      rw: 'w',
      'show-labels': 'l',
      source: 'source:',
      target: 'target:',
      types: 't:',
      uuid: 'U:',
      verbose: 'v',
      fork: 'F',
      fstab: 'T:',
      namespace: 'N:',
      'options-source': 'options-source:',
      'options-mode': 'options-mode:',
      'test-opts': 'O:',
      onlyonce: 'onlyonce',
      sloppy: 's',
      ...Object.fromEntries(MAKE),
    },
    about: { help: 'h', version: 'V' },
    // The kernel resolves paths anyway; there are no helpers that -i could leave out or -s be for, no file that -n could
    // leave as it is, and no labels to show.
    inert: ['c', 'i', 'l', 'n', 's'],
    refused: ['F', 'N', 'O', 'T', 'onlyonce', 'options-mode', 'options-source'],
  },
  busybox: {
    options: {
      short: 'o:t:rwanvsifO:',
      inert: ['i', 'n', 's'],
      refused: ['O'],
      long: { bind: 'B', rbind: 'R', move: 'M', ...Object.fromEntries(MAKE) },
    },
    usage: '[OPTIONS] [-o OPT] DEVICE NODE',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const kinds = ['B', 'M', 'R'].filter((option) => given.has(option));
    if (kinds.length > 1) return io.fail('mutually exclusive arguments: --bind --move --rbind', USAGE);
    const named = given.values('o').flatMap(splitOptions);
    const isMove = given.has('M') || named.includes('move');
    const job: Job = {
      given: [
        ...parsed.options.flatMap(({ name, value }) => optionsMeant(name, value)),
        ...named.filter((option) => option !== 'move'),
      ].join(','),
      type: given.value('t'),
      isMove,
      isFake: given.has('f'),
      isVerbose: given.has('v'),
      isGnu: flavour === 'gnu',
    };
    const label = given.value('L') === undefined ? undefined : `LABEL="${given.value('L')}"`;
    const uuid = given.value('U') === undefined ? undefined : `UUID="${given.value('U')}"`;
    const source = given.value('source') ?? label ?? uuid;
    const target = given.value('target');
    const { operands } = parsed;
    const isOperation = isMove || given.has('B', 'R');
    if (given.has('a')) return isOperation ? misuse() : mountAll(io, job);
    if (operands.length === 0 && source === undefined && target === undefined)
      return isOperation || job.given !== '' ? misuse() : list(io, job.type);
    if (isOperation && (job.type !== undefined || source !== undefined)) misuse();
    const places = [source, target].filter((place) => place !== undefined).length;
    if (operands.length + places > 2 || (operands.length === 2 && places > 0)) misuse();
    if (operands.length === 2) return mountOne(io, { ...job, source: operands[0]!, target: operands[1]! });
    if (places + operands.length === 2)
      return mountOne(io, { ...job, source: source ?? operands[0]!, target: target ?? operands[0]! });
    return mountFromTable(io, job, { source, target, either: operands[0] });
  },
};

/** What the command line asks for, apart from what and where. */
interface Job {
  /** Options in order. */
  given: string;
  type: string | undefined;
  isMove: boolean;
  isFake: boolean;
  isVerbose: boolean;
  isGnu: boolean;
}

interface Place {
  source: string;
  target: string;
  /** Options of fstab or of what is mounted: those given override them. */
  defaults?: string;
}

function misuse(): never {
  throw new Misuse('bad usage');
}

/** The mount options that command-line options are short for. */
function optionsMeant(name: string, value: string | undefined): string[] {
  if (name === 'r') return ['ro'];
  if (name === 'w') return ['rw'];
  if (name === 'B') return ['bind'];
  if (name === 'R') return ['rbind'];
  if (name === 'm') return [value === undefined ? 'X-mount.mkdir' : `X-mount.mkdir=${value}`];
  return name.startsWith('make-') ? [name.slice('make-'.length)] : [];
}

async function list(io: Stdio, pattern: string | undefined): Promise<number> {
  for (const line of await readMounts(io.sys))
    if (matchesType(line.type, pattern))
      io.stdout.write(`${line.source} on ${line.target} type ${line.type} (${shownOptions(line)})\n`);
  return 0;
}

/** `mount -a`: what fstab has and is not mounted yet. */
async function mountAll(io: Stdio, job: Job): Promise<number> {
  const mounts = await readMounts(io.sys);
  let [done, failed] = [0, 0];
  for (const line of await readFstab(io.sys)) {
    const { own } = parseOptions(line.options);
    const isIgnored = line.type === 'swap' || own.includes('noauto') || line.target === '/';
    const said = line.target.padEnd(25);
    if (isIgnored || !matchesType(line.type, job.type)) {
      if (job.isVerbose) io.stdout.write(`${said}: ignored\n`);
    } else if (mounts.some(({ target }) => target === line.target)) {
      if (job.isVerbose) io.stdout.write(`${said}: already mounted\n`);
    } else if ((await mountOne(io, { ...job, isVerbose: false, ...placeOf(line) })) === 0) {
      done++;
      if (job.isVerbose) io.stdout.write(`${said}: successfully mounted\n`);
    } else failed++;
  }
  return failed === 0 ? 0 : done === 0 ? FAILED : SOME_OK;
}

const placeOf = (line: FstabLine): Place & { type: string } => ({
  source: line.source,
  target: line.target,
  type: line.type,
  defaults: line.options,
});

/** One place is given: fstab says the rest, or for a remount the kernel. */
async function mountFromTable(
  io: Stdio,
  job: Job,
  wanted: { source: string | undefined; target: string | undefined; either: string | undefined },
): Promise<number> {
  const { source, target, either } = wanted;
  const spec = (target ?? source ?? either)!;
  const { flags, propagation } = parseOptions(job.given);
  // For --bind and --make-* the tables do not matter.
  if (propagation.length > 0) return mountOne(io, { ...job, source: 'none', target: spec });
  if (flags & MS_BIND && !(flags & MS_REMOUNT)) return mountOne(io, { ...job, source: spec, target: spec });
  const line = await findInFstab(io.sys, { target: target ?? either, source: source ?? either });
  if (line !== undefined) return mountOne(io, { ...job, ...placeOf(line) });
  if (flags & MS_REMOUNT) {
    const real = await canonical(io.sys, spec, 'none').catch(() => spec);
    const there = (await readMounts(io.sys)).findLast((each) => each.target === real || each.source === spec);
    if (there === undefined) return mountOne(io, { ...job, source: 'none', target: spec });
    const defaults = shownOptions(there);
    return mountOne(io, { ...job, source: there.source, target: there.target, type: there.type, defaults });
  }
  if (!job.isGnu) return io.fail(`can't find ${spec} in ${FSTAB}`);
  if (either !== undefined) return io.fail(`${spec}: can't find in ${FSTAB}.`, USAGE);
  const what = target === undefined ? `mount source ${source}` : 'mount point';
  return io.fail(`${spec}: can't find ${what} in ${FSTAB}.`, USAGE);
}

/** One mount: the calls that it takes, and the words for their failure. */
async function mountOne(io: Stdio, request: Job & Place): Promise<number> {
  const { isGnu, isFake, isVerbose, isMove } = request;
  const options = parseOptions(request.defaults, request.given);
  const mkdir = options.own.find((option) => option.startsWith('X-mount.mkdir'));
  if (mkdir !== undefined) await makeDirectories(io, request.target, mkdir);
  const target = await canonical(io.sys, request.target, 'none').catch(() => request.target);
  const tag = /^(LABEL|UUID|PARTUUID|PARTLABEL)=/.test(request.source);
  if (tag && isGnu) return io.fail(`${request.target}: can't find ${request.source}.`, USAGE);
  if (options.own.some((option) => /^loop\b/.test(option)))
    return io.fail(`${target}: failed to setup loop device for ${request.source}.`, FAILED);
  // What is no path stays as it is, and so does a link of /proc/PID/ns, whose target has no name.
  const isName = request.type !== undefined && isPseudoType(request.type);
  const source = isName
    ? request.source
    : await canonical(io.sys, request.source, 'none').catch(() => request.source);
  const flags = isMove ? MS_MOVE : options.flags;
  let type = request.type;
  try {
    if (isFake) type ??= 'none';
    else type = await callMount(io, { source, target, type, flags, options });
  } catch (error) {
    if (!isErrno(error)) throw error;
    const failure = { error, source, target, type: typeTried(error) ?? type, flags, options };
    if (options.own.includes('nofail') && isErrno(error, 'ENOENT', 'ENXIO', 'ENOTBLK')) return 0;
    return isGnu
      ? mountFailure(io, failure)
      : busyboxFailure(io, { error, source: request.source, target: request.target });
  }
  if (isVerbose) sayDone(io, { source, target, flags, options });
  return 0;
}

/** Gives the type that it was mounted as. */
async function callMount(
  io: Stdio,
  call: { source: string; target: string; type: string | undefined; flags: number; options: MountOptions },
): Promise<string | undefined> {
  const { source, target, flags, options } = call;
  let type = call.type;
  if (options.propagation.length > 0 && flags === 0 && type === undefined && source === 'none') {
    // Nothing to mount.
  } else if (flags & (MS_REMOUNT | MS_MOVE))
    await io.sys.mount(source, target, type ?? 'none', flags, options.data);
  else if (flags & MS_BIND) {
    await io.sys.mount(source, target, 'none', flags & (MS_BIND | MS_REC));
    const own = flags & BIND_FLAGS;
    if (own !== 0) await io.sys.mount('none', target, 'none', MS_REMOUNT | MS_BIND | own);
  } else if (type === undefined || type.startsWith('no') || type.includes(',')) {
    type = await mountSomeType(io, call);
  } else await io.sys.mount(source, target, type, flags, options.data);
  for (const propagation of options.propagation) await io.sys.mount('none', target, 'none', propagation);
  return type;
}

/** Tries the types of /proc/filesystems that are on devices, or of these those that a pattern allows; gives the one that fits. */
async function mountSomeType(
  io: Stdio,
  call: { source: string; target: string; type: string | undefined; flags: number; options: MountOptions },
): Promise<string> {
  const { source, target, type: pattern, flags, options } = call;
  const isList = pattern?.includes(',') && !pattern.startsWith('no');
  const types = isList ? pattern!.split(',') : await deviceTypes(io);
  let failure = new Errno('ENODEV');
  for (const type of types) {
    if (!isList && !matchesType(type, pattern)) continue;
    try {
      await io.sys.mount(source, target, type, flags, options.data);
      return type;
    } catch (error) {
      if (!isErrno(error)) throw error;
      failure = error;
      tried.set(error, type);
      if (!isErrno(error, 'EINVAL', 'ENODEV')) break;
    }
  }
  throw failure;
}

/** Which type a failed call was for, where several were tried. */
const tried = new WeakMap<Errno, string>();
const typeTried = (error: Errno): string | undefined => tried.get(error);

async function deviceTypes(io: Stdio): Promise<string[]> {
  const text = await readFile(io.sys, '/proc/filesystems').then(bytesToText, () => '');
  return text
    .split('\n')
    .filter((line) => line.startsWith('\t'))
    .map((line) => line.trim());
}

async function makeDirectories(io: Stdio, path: string, option: string): Promise<void> {
  const mode = Number.parseInt(option.split('=')[1] ?? '755', 8);
  let at = path.startsWith('/') ? '/' : '';
  for (const part of path.split('/').filter(Boolean)) {
    at = join(at, part);
    const there = await statOf(io.sys, at);
    if (there === undefined) await io.sys.mkdir(at, mode);
    else if ((there.mode & S_IFMT) !== S_IFDIR) return;
  }
}

function sayDone(
  io: Stdio,
  {
    source,
    target,
    flags,
    options,
  }: { source: string; target: string; flags: number; options: MountOptions },
): void {
  if (flags & MS_MOVE) io.stdout.write(`${io.name}: ${source} moved to ${target}.\n`);
  else if (flags & MS_BIND) io.stdout.write(`${io.name}: ${source} bound on ${target}.\n`);
  else if (options.propagation.length > 0) {
    if (source !== 'none') io.stdout.write(`${io.name}: ${source} mounted on ${target}.\n`);
    io.stdout.write(`${io.name}: ${target} propagation flags changed.\n`);
  } else io.stdout.write(`${io.name}: ${source} mounted on ${target}.\n`);
}
