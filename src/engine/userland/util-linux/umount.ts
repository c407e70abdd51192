import { type Errno, isErrno } from '../../base/errno.ts';
import { MNT_DETACH, MNT_FORCE, MS_REMOUNT } from '../../kernel/fcntl.ts';
import { canonical, isDirectory, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { childrenOf, type MountLine, readMounts } from '../mounts.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { matchesType, parseOptions } from './mount-options.ts';

/** Ends with this status when the call failed, and for a misuse (mount(8), "EXIT STATUS"). */
const [FAILED, USAGE] = [32, 1];

/** What `umount -a` leaves alone unless told otherwise. */
const NEVER_ALL = 'noproc,nodevfs,nodevpts,nosysfs,norpc_pipefs,nonfsd,noselinuxfs';

/** umount(8) */
export const umount: Utility = {
  name: 'umount',
  usage: '[-hV] | -a [options] | [options] <source> | <directory>',
  summary: 'Unmount filesystems.',
  options: {
    short: 'aAcdfhilnqRrO:t:vVN:',
    long: {
      all: 'a',
      'all-targets': 'A',
      'detach-loop': 'd',
      fake: 'fake',
      force: 'f',
      'internal-only': 'i',
      lazy: 'l',
      'no-canonicalize': 'c',
      'no-mtab': 'n',
      quiet: 'q',
      'read-only': 'r',
      recursive: 'R',
      types: 't:',
      verbose: 'v',
      namespace: 'N:',
      'test-opts': 'O:',
    },
    about: { help: 'h', version: 'V' },
    // As with mount; and no loop device is ever set up.
    inert: ['c', 'd', 'i', 'n'],
    refused: ['N', 'O'],
  },
  busybox: {
    options: { short: 'fldnrat:v', inert: ['d', 'n'] },
    usage: '[-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (flavour === 'busybox') return busyboxUmount(io, given, parsed.operands);
    for (const [one, other] of EXCLUSIVE)
      if (given.has(one) && given.has(other))
        return io.fail(`mutually exclusive arguments: ${NAMES[one]} ${NAMES[other]}`, USAGE);
    const job = new Umount(io, given);
    if (given.has('a')) {
      if (parsed.operands.length > 0) throw new Misuse('unexpected number of arguments');
      return job.all(given.value('t') ?? NEVER_ALL);
    }
    if (parsed.operands.length === 0) throw new Misuse('bad usage');
    let status = 0;
    for (const operand of parsed.operands) {
      if (given.has('A')) status += await job.everyTarget(operand, given.has('R'));
      else if (given.has('R')) status += await job.recursive(operand);
      else status += await job.one(operand);
    }
    return Math.min(status, 255);
  },
};

const EXCLUSIVE = [
  ['A', 'a'],
  ['R', 'a'],
  ['R', 't'],
  ['R', 'r'],
] as const;
const NAMES: Record<string, string> = {
  A: '--all-targets',
  a: '--all',
  R: '--recursive',
  r: '--read-only',
  t: '--types',
};

class Umount {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #flags: number;

  constructor(io: Stdio, given: Given) {
    this.#io = io;
    this.#given = given;
    this.#flags = (given.has('f') ? MNT_FORCE : 0) | (given.has('l') ? MNT_DETACH : 0);
  }

  /** What an operand names: a mount point, or the source of the mount made last. */
  async one(operand: string): Promise<number> {
    const { sys } = this.#io;
    const stat = await statOf(sys, operand);
    // The path of a directory needs no look at the mounts.
    const isPlain = operand.startsWith('/') && isDirectory(stat) && !this.#given.has('f', 'l', 'd', 'r');
    if (isPlain && sys.geteuid() === 0) return this.#call(operand);
    const mounts = await readMounts(sys);
    const real = await canonical(sys, operand, 'none').catch(() => operand);
    let found = mounts.findLast(({ target }) => target === real);
    if (found === undefined) {
      found = mounts.findLast(({ source }) => source === operand || source === real);
      const isCovered = found && mounts.findLast(({ target }) => target === found!.target) !== found;
      if (isCovered) return this.#said(operand, 'umount failed: Invalid argument', USAGE);
    }
    if (found === undefined && sys.geteuid() !== 0) return this.#said(real, 'not mounted', USAGE);
    return this.#call(found?.target ?? operand, found);
  }

  /** -R: the mount and those below it, children first. */
  async recursive(operand: string): Promise<number> {
    const { sys } = this.#io;
    const real = await canonical(sys, operand, 'none').catch(() => operand);
    const mounts = await readMounts(sys);
    const found = mounts.find(({ target }) => target === real);
    return found === undefined ? this.#absent(operand) : this.#tree(mounts, found);
  }

  /** -A: wherever the file system is mounted that the operand is on. */
  async everyTarget(operand: string, recursive: boolean): Promise<number> {
    const { sys } = this.#io;
    const real = await canonical(sys, operand, 'none').catch(() => operand);
    const mounts = await readMounts(sys);
    const found =
      mounts.findLast(({ target }) => target === real) ?? mounts.findLast(({ source }) => source === operand);
    if (found === undefined) return this.#absent(operand);
    for (const line of mounts.filter(({ device }) => device === found.device).reverse()) {
      const status = recursive ? await this.#tree(mounts, line) : await this.#ifMounted(line);
      if (status !== 0) return status;
    }
    return 0;
  }

  /** -a: everything, the last mount first. */
  async all(types: string): Promise<number> {
    let status = 0;
    for (const line of (await readMounts(this.#io.sys)).reverse()) {
      if (matchesType(line.type, types)) status |= await this.#call(line.target, line);
      else if (this.#given.has('v')) this.#io.stdout.write(`${line.target.padEnd(25)}: ignored\n`);
    }
    return status;
  }

  async #tree(mounts: readonly MountLine[], line: MountLine): Promise<number> {
    for (const child of childrenOf(mounts, line).reverse()) {
      const status = await this.#tree(mounts, child);
      if (status !== 0) return status;
    }
    return this.#ifMounted(line);
  }

  async #ifMounted({ target }: MountLine): Promise<number> {
    const now = (await readMounts(this.#io.sys)).findLast((each) => each.target === target);
    return now === undefined ? 0 : this.#call(target, now);
  }

  async #call(target: string, line?: MountLine): Promise<number> {
    try {
      if (!this.#given.has('fake')) await this.#umount(target, line);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#said(target, words(error), FAILED, error);
    }
    const source = line === undefined ? '' : ` (${line.source})`;
    return this.#given.has('v') ? this.#io.fail(`${target}${source} unmounted`, 0) : 0;
  }

  /** With -r a mount that is busy is made read-only instead. */
  async #umount(target: string, line: MountLine | undefined): Promise<void> {
    const { sys } = this.#io;
    try {
      await sys.umount(target, this.#flags);
    } catch (error) {
      if (!isErrno(error, 'EBUSY') || !this.#given.has('r') || line === undefined) throw error;
      const { flags } = parseOptions(line.options, 'ro');
      await sys.mount(line.source, target, 'none', MS_REMOUNT | flags);
    }
  }

  async #absent(operand: string): Promise<number> {
    if (this.#given.has('q')) return USAGE;
    const there = await statOf(this.#io.sys, operand);
    return this.#io.fail(`${operand}: ${there ? 'not mounted' : 'not found'}`, USAGE);
  }

  async #said(spec: string, text: string, status: number, error?: Errno): Promise<number> {
    if (this.#given.has('q') && error?.code === 'EINVAL') return status;
    return this.#io.fail(`${spec}: ${text}.`, status);
  }
}

/** In the words of util-linux (libmount, mnt_context_get_umount_excode). */
function words({ code, message }: Errno): string {
  switch (code) {
    case 'EINVAL':
      return 'not mounted';
    case 'EBUSY':
      return 'target is busy';
    case 'ENOENT':
      return 'no mount point specified';
    case 'EPERM':
      return 'must be superuser to unmount';
    default:
      return `umount(2) system call failed: ${message}`;
  }
}

async function busyboxUmount(io: Stdio, given: Given, operands: readonly string[]): Promise<number> {
  if (operands.length === 0 && !given.has('a')) throw new Misuse('bad usage');
  const flags = (given.has('f') ? MNT_FORCE : 0) | (given.has('l') ? MNT_DETACH : 0);
  const mounts = (await readMounts(io.sys)).filter(({ type }) => matchesType(type, given.value('t')));
  const targets = given.has('a') ? mounts.map(({ target }) => target).reverse() : operands;
  let status = 0;
  for (const operand of targets) {
    const real = await canonical(io.sys, operand, 'any').catch(() => operand);
    const found = mounts.findLast(({ target, source }) => target === real || source === operand);
    try {
      await io.sys.umount(found?.target ?? operand, flags);
      if (given.has('v')) io.stdout.write(`${found?.target ?? operand} unmounted\n`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      status = await io.fail(`can't unmount ${operand}: ${error.message}`);
    }
  }
  return status;
}
