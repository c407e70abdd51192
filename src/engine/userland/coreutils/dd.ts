import { type Errno, isErrno } from '../../base/errno.ts';
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '../../kernel/fcntl.ts';
import { parseCount } from '../lib/count.ts';
import { Exit, type Stdio } from '../lib/stdio.ts';
import { type Flavour, Misuse, quote, quoteName, type Utility } from '../utility.ts';
import { convert } from './dd-convert.ts';

/** dd(1) */
export const dd: Utility = {
  name: 'dd',
  usage: '[OPERAND]...',
  summary: 'Copy a file, converting and formatting according to the operands.',
  busybox: {
    usage:
      '[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc|noerror|sync|fsync] [iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=seek_bytes|append|direct]',
  },
  async run(io, { operands }, flavour) {
    const plan = await parsePlan(io, operands, flavour);
    return new Copy(io, plan, flavour).run();
  },
};

/** What the operands say; sizes and offsets in bytes. */
interface Plan {
  from: string | undefined;
  to: string | undefined;
  ibs: number;
  obs: number;
  /** One size was given for both: what is read is written as it comes. */
  oneSize: boolean;
  cbs: number;
  count: { blocks: number } | { bytes: number };
  skip: number;
  seek: number;
  conv: ReadonlySet<string>;
  iflag: ReadonlySet<string>;
  oflag: ReadonlySet<string>;
  status: string | undefined;
}

const NUMBERS = ['bs', 'ibs', 'obs', 'cbs', 'count', 'skip', 'seek', 'iseek', 'oseek'];
const WORDS = ['if', 'of', 'conv', 'iflag', 'oflag', 'status'];
const CONVERSIONS = words(
  'block unblock lcase ucase swab sync sparse notrunc excl nocreat noerror fdatasync fsync',
);
const FLAGS = words(
  'append direct directory dsync sync fullblock nonblock noatime nocache noctty nofollow count_bytes skip_bytes seek_bytes',
);
const LEVELS = words('none noxfer progress');
/** Conversions of which only one can be. */
const EXCLUSIVE = [
  ['block', 'unblock'],
  ['lcase', 'ucase'],
  ['excl', 'nocreat'],
] as const;
/** What a number must be at least. */
const AT_LEAST_ONE = new Set(['bs', 'ibs', 'obs', 'cbs']);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

async function parsePlan(io: Stdio, operands: readonly string[], flavour: Flavour): Promise<Plan> {
  const texts = new Map<string, string>();
  const numbers: Record<string, Amount | undefined> = {};
  for (const operand of operands) {
    const equals = operand.indexOf('=');
    const [name, text] = [operand.slice(0, equals), operand.slice(equals + 1)];
    if (equals === -1 || !(NUMBERS.includes(name) || WORDS.includes(name)))
      throw new Misuse(`unrecognized operand ${quote(io, operand)}`);
    if (WORDS.includes(name)) texts.set(name, text);
    else numbers[name] = await amount(io, name, text, flavour);
  }
  const list = (name: string, known: ReadonlySet<string>, what: string) => {
    const given = texts.get(name)?.split(',') ?? [];
    const wrong = given.find((word) => !known.has(word));
    if (wrong !== undefined) throw new Misuse(`invalid ${what}: ${quote(io, wrong)}`);
    return new Set(given);
  };
  const conv = list('conv', CONVERSIONS, 'conversion');
  const iflag = list('iflag', FLAGS, 'input flag');
  const oflag = list('oflag', FLAGS, 'output flag');
  const status = texts.get('status');
  if (status !== undefined && !LEVELS.has(status))
    throw new Misuse(`invalid status level: ${quote(io, status)}`);
  const pair = EXCLUSIVE.find(([one, other]) => conv.has(one) && conv.has(other));
  if (pair !== undefined) throw new Exit(await io.fail(`cannot combine ${pair.join(' and ')}`));
  const { bs, count } = numbers;
  const ibs = bs?.value ?? numbers['ibs']?.value ?? 512;
  const obs = bs?.value ?? numbers['obs']?.value ?? 512;
  const bytes = (given: Amount | undefined, isBytes: boolean, block: number) =>
    given === undefined ? 0 : given.value * (isBytes || given.isBytes ? 1 : block);
  return {
    from: texts.get('if'),
    to: texts.get('of'),
    ibs,
    obs,
    oneSize: bs !== undefined,
    cbs: numbers['cbs']?.value ?? 0,
    count:
      count !== undefined && (count.isBytes || iflag.has('count_bytes'))
        ? { bytes: count.value }
        : { blocks: count?.value ?? Number.POSITIVE_INFINITY },
    skip: bytes(numbers['skip'] ?? numbers['iseek'], iflag.has('skip_bytes'), ibs),
    seek: bytes(numbers['seek'] ?? numbers['oseek'], oflag.has('seek_bytes'), obs),
    conv,
    iflag,
    oflag,
    status,
  };
}

/** A number, of blocks or, with `B` behind it, of bytes. */
interface Amount {
  value: number;
  isBytes: boolean;
}

async function amount(io: Stdio, name: string, text: string, flavour: Flavour): Promise<Amount> {
  const gnu = flavour === 'gnu';
  const isBytes = gnu && /^\d+B$/.test(text);
  const parts = (isBytes ? text.slice(0, -1) : text).split('x').map((part) => {
    const factor = part.replace(/[cw]$/, '');
    const value = /^\d/.test(factor) ? parseCount(factor) : undefined;
    return value === undefined ? undefined : value * (part.endsWith('w') ? 2 : 1);
  });
  const value = parts.reduce<number>((product, part) => product * (part ?? Number.NaN), 1);
  if (value > Number.MAX_SAFE_INTEGER && gnu)
    throw new Exit(
      await io.fail(`invalid number: ${quote(io, text)}: Value too large for defined data type`),
    );
  if (Number.isNaN(value) || (AT_LEAST_ONE.has(name) && value === 0)) {
    if (!gnu && value === 0) throw new Exit(await io.fail('number 0 is not in 1..2147483647 range'));
    throw new Exit(await io.fail(gnu ? `invalid number: ${quote(io, text)}` : `invalid number '${text}'`));
  }
  return { value, isBytes };
}

/** One run: counts blocks and bytes as it copies. */
class Copy {
  readonly #io: Stdio;
  readonly #plan: Plan;
  readonly #gnu: boolean;
  readonly #read = { full: 0, partial: 0, bytes: 0 };
  readonly #written = { full: 0, partial: 0, bytes: 0 };
  /** Converted and not written yet, where blocks are gathered to the output's size. */
  #pending: Uint8Array[] = [];
  #pendingLength = 0;
  /** When copying began, in ms of the monotonic clock. */
  #start = 0;
  #asked = false;
  #interrupted = false;
  /** Zeros left out at the end: the file must still get its length. */
  #hole = false;

  constructor(io: Stdio, plan: Plan, flavour: Flavour) {
    this.#io = io;
    this.#plan = plan;
    this.#gnu = flavour === 'gnu';
  }

  async run(): Promise<number> {
    const { from, to, ibs, obs, oneSize, conv, status } = this.#plan;
    const { sys } = this.#io;
    const input = from === undefined ? 0 : await this.#open(from, O_RDONLY | flagBits(this.#plan.iflag));
    const output = to === undefined ? 1 : await this.#open(to, this.#outputFlags());
    // The buffers are one block each, or the same for both, and count as memory; a block is here only while it is copied.
    const buffers = oneSize ? ibs : ibs + obs;
    await sys.brk(buffers, buffers, 0);
    this.#start = sys.clock_gettime('monotonic');
    await this.#listen();
    let failed = false;
    try {
      failed = !(await this.#skip(input)) || failed;
      if (to !== undefined || this.#plan.seek > 0) await this.#seek(output);
      const push = convert(conv, this.#plan.cbs);
      failed = (await this.#copy(input, output, push)) || failed;
      await this.#emit(output, push(undefined));
      if (this.#pendingLength > 0) await this.#write(output, this.#take(this.#pendingLength));
      if (this.#hole) await sys.ftruncate(output, await sys.lseek(output, 0, 'current'));
    } catch (error) {
      if (!(error instanceof CannotWrite)) throw error;
      const doing = oneSize || !this.#gnu ? 'error writing' : 'writing to';
      const name = to ?? 'standard output';
      await this.#io.fail(`${doing} ${this.#gnu ? quoteName(name) : `'${name}'`}: ${error.errno.message}`);
      failed = true;
    }
    await this.#statistics(status !== 'noxfer');
    return failed ? 1 : 0;
  }

  /** Signals ask how far it is: SIGUSR1, and to GNU's SIGINT, of which it dies then unless it was ignored. */
  async #listen(): Promise<void> {
    const { sys } = this.#io;
    await sys.sigaction('SIGUSR1', () => {
      this.#asked = true;
    });
    if (!this.#gnu) return;
    const before = await sys.sigaction('SIGINT', () => {
      this.#interrupted = true;
    });
    if (before === 'ignore') await sys.sigaction('SIGINT', 'ignore');
  }

  /** Answers signals that have come. */
  async #heed(): Promise<void> {
    const { sys } = this.#io;
    if (this.#asked || this.#interrupted) await this.#statistics(this.#gnu);
    this.#asked = false;
    if (!this.#interrupted) return;
    await sys.sigaction('SIGINT', 'default');
    await sys.kill(sys.getpid(), 'SIGINT');
  }

  /** What has been copied so far, in two lines, and `speed` in a third. */
  async #statistics(speed: boolean): Promise<void> {
    const { sys, stderr } = this.#io;
    if (this.#plan.status === 'none') return;
    const [r, w] = [this.#read, this.#written];
    await stderr.write(`${r.full}+${r.partial} records in\n${w.full}+${w.partial} records out\n`);
    const seconds = Math.max(1e-6, (sys.clock_gettime('monotonic') - this.#start) / 1000);
    if (speed) await stderr.write(`${transfer(w.bytes, seconds, this.#gnu)}\n`);
  }

  #outputFlags(): number {
    const { conv, seek, oflag } = this.#plan;
    const cut = conv.has('notrunc') || seek > 0 ? 0 : O_TRUNC;
    const make = conv.has('nocreat') ? 0 : O_CREAT;
    return O_WRONLY | make | cut | (conv.has('excl') ? O_EXCL : 0) | flagBits(oflag);
  }

  async #open(path: string, flags: number): Promise<number> {
    try {
      return await this.#io.sys.open(path, flags, 0o666);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new Exit(
        await this.#io.fail(
          this.#gnu
            ? `failed to open ${quoteName(path)}: ${error.message}`
            : `can't open '${path}': ${error.message}`,
        ),
      );
    }
  }

  /** Goes past the input's first bytes; false if there are not so many. */
  async #skip(input: number): Promise<boolean> {
    const { skip, ibs, from } = this.#plan;
    const { sys } = this.#io;
    if (skip === 0) return true;
    let left = skip;
    try {
      const at = await sys.lseek(input, skip, 'current');
      const { size, mode } = await sys.fstat(input);
      if ((mode & 0o170000) !== 0o100000 || at <= size) return true;
    } catch (error) {
      if (!isErrno(error, 'ESPIPE')) throw error;
      while (left > 0) {
        const chunk = await sys.read(input, Math.min(ibs, left));
        if (chunk.length === 0) break;
        left -= chunk.length;
      }
      if (left === 0) return true;
    }
    await this.#io.fail(
      `${this.#gnu && from === undefined ? quoteName('standard input') : (from ?? 'standard input')}: cannot skip to specified offset`,
    );
    return true;
  }

  async #seek(output: number): Promise<void> {
    const { seek, conv } = this.#plan;
    const { sys } = this.#io;
    if (seek === 0) return;
    await sys.lseek(output, seek, 'current').catch((error: unknown) => {
      if (!isErrno(error, 'ESPIPE')) throw error;
    });
    if (!conv.has('notrunc')) await sys.ftruncate(output, seek).catch(() => {});
  }

  /** Reads block after block; gives whether reading failed. */
  async #copy(
    input: number,
    output: number,
    push: (block: Uint8Array | undefined) => Uint8Array,
  ): Promise<boolean> {
    const { ibs, count, conv, from } = this.#plan;
    for (;;) {
      const want = 'bytes' in count ? Math.min(ibs, count.bytes - this.#read.bytes) : ibs;
      if (want <= 0 || ('blocks' in count && this.#read.full + this.#read.partial >= count.blocks))
        return false;
      if (this.#asked || this.#interrupted) await this.#heed();
      let block: Uint8Array;
      try {
        block = await this.#block(input, want);
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (error.code === 'EINTR') continue;
        await this.#io.fail(`error reading ${quoteName(from ?? 'standard input')}: ${error.message}`);
        return true;
      }
      if (block.length === 0) return false;
      this.#read.bytes += block.length;
      if (block.length === ibs) this.#read.full++;
      else this.#read.partial++;
      const filled = conv.has('sync') && block.length < ibs ? padded(block, ibs, conv) : block;
      await this.#emit(output, push(filled));
    }
  }

  async #block(input: number, want: number): Promise<Uint8Array> {
    const { sys } = this.#io;
    const first = await sys.read(input, want);
    if (!this.#plan.iflag.has('fullblock') || first.length === want) return first;
    const block = new Uint8Array(want);
    let length = first.length;
    block.set(first);
    while (length < want) {
      const chunk = await sys.read(input, want - length);
      if (chunk.length === 0) break;
      block.set(chunk, length);
      length += chunk.length;
    }
    return block.subarray(0, length);
  }

  /** Writes what was converted: as it comes, or in blocks of the output's size. */
  async #emit(output: number, data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    if (this.#plan.oneSize && !this.#plan.conv.has('block') && !this.#plan.conv.has('unblock'))
      return this.#write(output, data);
    this.#pending.push(data);
    this.#pendingLength += data.length;
    while (this.#pendingLength >= this.#plan.obs) await this.#write(output, this.#take(this.#plan.obs));
  }

  #take(length: number): Uint8Array {
    const first = this.#pending[0]!;
    if (first.length === length) {
      this.#pending.shift();
      this.#pendingLength -= length;
      return first;
    }
    const block = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const chunk = this.#pending[0]!;
      const part = chunk.subarray(0, length - at);
      block.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#pending.shift();
      else this.#pending[0] = chunk.subarray(part.length);
    }
    this.#pendingLength -= length;
    return block;
  }

  async #write(output: number, block: Uint8Array): Promise<void> {
    const { sys } = this.#io;
    let at = 0;
    try {
      this.#hole = this.#plan.conv.has('sparse') && block.every((byte) => byte === 0);
      if (this.#hole) {
        await sys.lseek(output, block.length, 'current');
        at = block.length;
      }
      while (at < block.length) at += await sys.write(output, at === 0 ? block : block.subarray(at));
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new CannotWrite(error);
    } finally {
      this.#written.bytes += at;
      if (at === this.#plan.obs) this.#written.full++;
      else if (at > 0) this.#written.partial++;
    }
  }
}

class CannotWrite extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(errno.message);
    this.errno = errno;
  }
}

function flagBits(flags: ReadonlySet<string>): number {
  const bits: Record<string, number> = {
    append: O_APPEND,
    directory: O_DIRECTORY,
    nonblock: O_NONBLOCK,
    noatime: O_NOATIME,
    nofollow: O_NOFOLLOW,
  };
  let value = 0;
  for (const flag of flags) value |= bits[flag] ?? 0;
  return value;
}

/** A short block filled up with zeros, or among lines with blanks. */
function padded(block: Uint8Array, size: number, conv: ReadonlySet<string>): Uint8Array {
  const whole = new Uint8Array(size).fill(conv.has('block') || conv.has('unblock') ? 32 : 0);
  whole.set(block);
  return whole;
}

function transfer(bytes: number, seconds: number, gnu: boolean): string {
  const scaled = (value: number, base: number, units: string[]): string => {
    let at = 0;
    while (value >= base && at < units.length - 1) {
      value /= base;
      at++;
    }
    return `${at > 0 || value % 1 ? (value < 9.95 ? value.toFixed(1) : value.toFixed(0)) : value} ${units[at]}`;
  };
  const SI = ['B', 'kB', 'MB', 'GB', 'TB'];
  const IEC = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  if (!gnu)
    return `${bytes} bytes (${scaled(bytes, 1024, ['', 'KB', 'MB', 'GB'])
      .replace(' ', '')
      .replace(
        /^(\d+)$/,
        '$1B',
      )}) copied, ${seconds.toFixed(6)} seconds, ${scaled(bytes / seconds, 1024, ['B', 'KB', 'MB', 'GB']).replace(' ', '')}/s`;
  const sizes =
    bytes < 1000
      ? ''
      : bytes < 1024
        ? ` (${scaled(bytes, 1000, SI)})`
        : ` (${scaled(bytes, 1000, SI)}, ${scaled(bytes, 1024, IEC)})`;
  return `${bytes} byte${bytes === 1 ? '' : 's'}${sizes} copied, ${Number(seconds.toPrecision(6))} s, ${scaled(bytes / seconds, 1000, SI)}/s`;
}
