import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_RDWR } from '../../kernel/fcntl.ts';
import type { AllocationKind } from '../../vfs/inode.ts';
import { parseCount } from '../lib/count.ts';
import type { Stdio } from '../lib/stdio.ts';
import { oneLetterSize } from '../sizes.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** What is done to the range; each by itself. */
const MODES = [
  ['c', '--collapse-range'],
  ['d', '--dig-holes'],
  ['p', '--punch-hole'],
  ['z', '--zero-range'],
] as const;

/** fallocate(1) */
export const fallocate: Utility = {
  name: 'fallocate',
  usage: '[options] <filename>',
  summary: 'Preallocate space to, or deallocate space from a file.',
  options: {
    short: 'hvVncpdizxl:o:',
    long: {
      'collapse-range': 'c',
      'dig-holes': 'd',
      'insert-range': 'i',
      length: 'l:',
      'keep-size': 'n',
      offset: 'o:',
      'punch-hole': 'p',
      'zero-range': 'z',
      posix: 'x',
      verbose: 'v',
    },
    about: { help: 'h', version: 'V' },
    // Room is kept in the same way, whichever call asks for it.
    inert: ['x'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const { sys } = io;
    const modes = MODES.filter(([option]) => given.has(option));
    if (modes.length > 1)
      return io.fail(`mutually exclusive arguments: ${MODES.map(([, name]) => name).join(' ')}`);
    const length = size(given.value('l'));
    if (length === null) return io.fail('invalid length value specified');
    const offset = size(given.value('o')) ?? 0;
    if (given.has('o') && size(given.value('o')) === null) return io.fail('invalid offset value specified');
    const [path, ...more] = parsed.operands;
    if (path === undefined) throw new Misuse('no filename specified');
    if (more.length > 0) throw new Misuse('unexpected number of arguments');
    if (length === undefined && !given.has('d')) return io.fail('no length argument specified');
    if (length === 0) return io.fail('invalid length value specified');
    if (length === undefined && given.has('c', 'p', 'i', 'z')) return io.fail('no length argument specified');
    const makes = !given.has('p', 'd', 'c', 'i');
    let fd: number;
    try {
      fd = await sys.open(path, O_RDWR | (makes ? O_CREAT : 0), 0o666);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`cannot open ${path}: ${error.message}`);
    }
    try {
      if (given.has('d')) {
        const dug = await digHoles(io, fd, offset, length);
        if (given.has('v'))
          io.stdout.write(`${path}: ${oneLetterSize(dug)} (${dug} bytes) converted to sparse holes.\n`);
        return 0;
      }
      // Moving what follows is for file systems that count in extents.
      if (given.has('c', 'i')) return await io.fail('fallocate failed: Operation not supported');
      const kind: AllocationKind = given.has('p')
        ? 'punch hole'
        : given.has('z')
          ? 'zero range'
          : given.has('n')
            ? 'keep size'
            : 'allocate';
      await sys.fallocate(fd, kind, offset, length!);
      if (given.has('v')) {
        const size = length! < 1024 ? `${length} B` : oneLetterSize(length!);
        const done = kind === 'punch hole' ? 'hole created' : kind === 'zero range' ? 'zeroed' : 'allocated';
        io.stdout.write(`${path}: ${size} (${length} bytes) ${done}.\n`);
      }
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`fallocate failed: ${error.message}`);
    }
  },
};

/** Null where the text is no size. */
function size(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  const value = /^\d/.test(text) ? parseCount(text) : undefined;
  return value ?? null;
}

/** Makes holes of the blocks that hold zeros only. Gives how many bytes these were. */
async function digHoles(io: Stdio, fd: number, offset: number, length: number | undefined): Promise<number> {
  const { sys } = io;
  const end = length === undefined ? Number.POSITIVE_INFINITY : offset + length;
  let dug = 0;
  let at = offset;
  while (at < end) {
    const data = await sys.lseek(fd, at, 'data').catch((error: unknown) => {
      if (isErrno(error, 'ENXIO')) return undefined;
      throw error;
    });
    if (data === undefined) break;
    const hole = Math.min(end, await sys.lseek(fd, data, 'hole'));
    for (at = data; at < hole; ) {
      const block = await sys.pread(fd, Math.min(BLOCK, hole - at), at);
      if (block.length === 0) return dug;
      if (block.every((byte) => byte === 0)) {
        await sys.fallocate(fd, 'punch hole', at, block.length);
        dug += block.length;
      }
      at += block.length;
    }
  }
  return dug;
}

const BLOCK = 4096;
