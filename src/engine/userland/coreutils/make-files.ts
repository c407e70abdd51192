import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO } from '../../vfs/inode.ts';
import { basename, dirname, isDirectory, join, statOf } from '../files.ts';
import { parseCount } from '../lib/count.ts';
import { parseMode } from '../lib/mode-string.ts';
import { Input, type Stdio, writeAll } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import { type Flavour, Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';
import { pour } from './copy.ts';
import { makePath } from './mkdir.ts';

/** Random letters for names; /dev/urandom is the machine's source of chance. */
async function randomLetters(io: Stdio, count: number): Promise<string> {
  const fd = await io.sys.open('/dev/urandom', 0);
  const bytes = await io.sys.read(fd, count);
  await io.sys.close(fd);
  return [...bytes]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[byte % 62])
    .join('');
}

export const mktemp: Utility = {
  name: 'mktemp',
  usage: '[OPTION]... [TEMPLATE]',
  summary: 'Create a temporary file or directory, safely, and print its name.',
  options: {
    short: 'dp:qtuV',
    long: { directory: 'd', 'dry-run': 'u', quiet: 'q', suffix: 'suffix:', tmpdir: 'tmpdir::' },
  },
  busybox: { options: { short: 'dqtp:u' }, usage: '[-dt] [-p DIR] [TEMPLATE]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [template = 'tmp.XXXXXXXXXX', extra] = parsed.operands;
    if (extra !== undefined) throw new Misuse('too many templates');
    const suffix = given.value('suffix') ?? '';
    const match = /X+(?=[^X]*$)/.exec(template);
    const least = flavour === 'gnu' ? 3 : 6;
    if (!match || match[0].length < least) {
      return io.fail(
        flavour === 'gnu' ? `too few X's in template ${quote(io, template)}` : '(null): Invalid argument',
      );
    }
    const directory =
      given.has('p', 't', 'tmpdir') || parsed.operands.length === 0
        ? (given.value('p') ?? given.value('tmpdir') ?? (io.env.get('TMPDIR') || '/tmp'))
        : '';
    for (;;) {
      const name =
        template.slice(0, match.index) +
        (await randomLetters(io, match[0].length)) +
        template.slice(match.index + match[0].length) +
        suffix;
      const path = directory === '' ? name : join(directory, name);
      try {
        if (given.has('u')) {
          if (await statOf(io.sys, path, false)) continue;
        } else if (given.has('d')) await io.sys.mkdir(path, 0o700);
        else await io.sys.close(await io.sys.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
        io.stdout.write(`${path}\n`);
        return 0;
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (error.code === 'EEXIST') continue;
        if (given.has('q')) return 1;
        const shown = directory === '' ? template : join(directory, template);
        return io.fail(
          flavour === 'gnu'
            ? `failed to create ${given.has('d') ? 'directory' : 'file'} via template ${quote(io, shown)}: ${error.message}`
            : `(null): ${error.message}`,
        );
      }
    }
  },
};

async function makeNode(
  io: Stdio,
  given: Given,
  path: string,
  type: number,
  rdev: number,
  report: (text: string) => string,
): Promise<number> {
  const text = given.value('m');
  const change = text === undefined ? undefined : parseMode(text);
  if (text !== undefined && !change) return io.fail('invalid mode');
  try {
    await io.sys.mknod(path, type | 0o666, rdev);
    if (change) await io.sys.chmod(path, change(0o666, false, 0));
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(report(error.message));
  }
}

export const mkfifo: Utility = {
  name: 'mkfifo',
  usage: '[OPTION]... NAME...',
  summary: 'Create named pipes (FIFOs) with the given NAMEs.',
  options: { short: 'm:Z', long: { mode: 'm:' } },
  busybox: { options: { short: 'm:' }, usage: '[-m MODE] NAME' },
  async run(io, parsed, flavour) {
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    let status = 0;
    for (const path of parsed.operands)
      status ||= await makeNode(io, new Given(parsed), path, S_IFIFO, 0, (text) =>
        flavour === 'gnu' ? `cannot create fifo ${quoteName(path)}: ${text}` : `${path}: ${text}`,
      );
    return status;
  },
};

export const mknod: Utility = {
  name: 'mknod',
  usage: '[OPTION]... NAME TYPE [MAJOR MINOR]',
  summary: 'Create the special file NAME of the given TYPE.',
  options: { short: 'm:Z', long: { mode: 'm:' } },
  busybox: { options: { short: 'm:' }, usage: '[-m MODE] NAME TYPE [MAJOR MINOR]' },
  async run(io, parsed) {
    const [path, type, major, minor] = parsed.operands;
    if (path === undefined) throw new Misuse('missing operand');
    if (type === undefined) throw new Misuse(`missing operand after ${quote(io, path)}`);
    const kind = { p: S_IFIFO, b: S_IFBLK, c: S_IFCHR, u: S_IFCHR }[type];
    if (kind === undefined) throw new Misuse(`invalid device type ${quote(io, type)}`);
    if (kind === S_IFIFO && major !== undefined)
      throw new Misuse('Fifos do not have major and minor device numbers.');
    if (kind !== S_IFIFO && minor === undefined)
      throw new Misuse(
        `missing operand after ${quote(io, parsed.operands.at(-1)!)}\nSpecial files require major and minor device numbers.`,
      );
    const rdev = kind === S_IFIFO ? 0 : makedev(Number(major), Number(minor));
    return makeNode(io, new Given(parsed), path, kind, rdev, (text) => `${path}: ${text}`);
  },
};

export const truncate: Utility = {
  name: 'truncate',
  usage: 'OPTION... FILE...',
  summary: 'Shrink or extend the size of each FILE to the specified size.',
  options: { short: 'cor:s:', long: { 'no-create': 'c', reference: 'r:', size: 's:' } },
  busybox: { options: { short: 'cs:' }, usage: '[-c] -s SIZE FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const [text, reference] = [given.value('s'), given.value('r')];
    if (text === undefined && reference === undefined)
      throw new Misuse(`you must specify either ${quote(io, '--size')} or ${quote(io, '--reference')}`);
    if (parsed.operands.length === 0) throw new Misuse('missing file operand');
    const operator = /^[-+<>/%]/.exec(text ?? '')?.[0] ?? '';
    const amount =
      text === undefined ? (await io.sys.stat(reference!)).size : parseCount(text.slice(operator.length));
    if (amount === undefined)
      return io.fail(gnu ? `Invalid number: ${quote(io, text!)}` : `invalid number '${text}'`);
    let status = 0;
    for (const path of parsed.operands) {
      try {
        if (given.has('c') && !(await statOf(io.sys, path))) continue;
        const fd = await io.sys.open(path, O_WRONLY | O_CREAT, 0o666);
        const { size } = await io.sys.fstat(fd);
        const wanted = {
          '': amount,
          '+': size + amount,
          '-': Math.max(0, size - amount),
          '<': Math.min(size, amount),
          '>': Math.max(size, amount),
          '/': size - (size % amount),
          '%': Math.ceil(size / amount) * amount,
        }[operator]!;
        await io.sys.ftruncate(fd, wanted);
        await io.sys.close(fd);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu ? `cannot open ${quoteName(path)} for writing: ${error.message}` : `${path}: ${error.message}`,
        );
      }
    }
    return status;
  },
};

/** install(1): copies with mode and owner, or makes directories. */
export const install: Utility = {
  name: 'install',
  usage:
    '[OPTION]... [-T] SOURCE DEST\n  or:  install [OPTION]... SOURCE... DIRECTORY\n  or:  install [OPTION]... -d DIRECTORY...',
  summary: 'Copy files and set attributes.',
  options: {
    short: 'bcCdDg:m:o:pst:TvS:',
    long: {
      directory: 'd',
      group: 'g:',
      mode: 'm:',
      owner: 'o:',
      'preserve-timestamps': 'p',
      strip: 's',
      'target-directory': 't:',
      'no-target-directory': 'T',
      verbose: 'v',
    },
  },
  busybox: {
    options: { short: 'cdDpsg:m:o:t:v' },
    usage: '[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const operands = [...parsed.operands];
    const mode = parseMode(given.value('m') ?? '755');
    if (!mode) return io.fail(`invalid mode ${quote(io, given.value('m')!)}`);
    const ids = await owners(io, given, flavour);
    if (typeof ids === 'string') return io.fail(ids);
    const dress = async (path: string) => {
      await io.sys.chmod(path, mode(0o755, false, 0));
      if (ids[0] !== -1 || ids[1] !== -1) await io.sys.chown(path, ids[0], ids[1]);
    };
    if (operands.length === 0) throw new Misuse('missing file operand');
    let status = 0;
    if (given.has('d')) {
      for (const path of operands) {
        await makePath(io, path);
        await dress(path);
      }
      return 0;
    }
    const target = given.value('t') ?? operands.pop()!;
    if (operands.length === 0)
      throw new Misuse(`missing destination file operand after ${quoteName(target)}`);
    if (given.has('D')) await makePath(io, given.has('t') ? target : dirname(target)).catch(() => {});
    const into = isDirectory(await statOf(io.sys, target));
    for (const from of operands) {
      const to = into ? join(target, basename(from)) : target;
      try {
        const stat = await io.sys.stat(from);
        if (isDirectory(stat)) {
          status = await io.fail(`omitting directory ${quoteName(from)}`);
          continue;
        }
        await io.sys.unlink(to).catch(() => {});
        const source = await io.sys.open(from, 0);
        const out = await io.sys.open(to, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
        await pour(io, source, out, stat);
        await io.sys.close(source);
        await io.sys.close(out);
        await dress(to);
        if (given.has('p')) await io.sys.utimens(to, { atime: stat.atime, mtime: stat.mtime });
        if (given.has('v')) io.stdout.write(`'${from}' -> '${to}'\n`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          (await statOf(io.sys, from))
            ? `cannot create regular file ${quoteName(to)}: ${error.message}`
            : `cannot stat ${quoteName(from)}: ${error.message}`,
        );
      }
    }
    return status;
  },
};

async function owners(io: Stdio, given: Given, flavour: Flavour): Promise<[number, number] | string> {
  const accounts = await readAccounts(io.sys);
  const [user, group] = [given.value('o'), given.value('g')];
  const uid = user === undefined ? -1 : (accounts.user(user)?.uid ?? Number(user));
  const gid = group === undefined ? -1 : (accounts.group(group)?.gid ?? Number(group));
  if (Number.isNaN(uid))
    return flavour === 'gnu' ? `invalid user ${quote(io, user!)}` : `unknown user ${user}`;
  if (Number.isNaN(gid))
    return flavour === 'gnu' ? `invalid group ${quote(io, group!)}` : `unknown group ${group}`;
  return [uid, gid];
}

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
    const gnu = flavour === 'gnu';
    const values = new Map<string, string>();
    const known = new Set([
      'if',
      'of',
      'bs',
      'ibs',
      'obs',
      'cbs',
      'count',
      'skip',
      'seek',
      'iseek',
      'oseek',
      'conv',
      'iflag',
      'oflag',
      'status',
    ]);
    for (const operand of operands) {
      const equals = operand.indexOf('=');
      const name = operand.slice(0, equals);
      if (equals === -1 || !known.has(name)) throw new Misuse(`unrecognized operand ${quote(io, operand)}`);
      values.set(name, operand.slice(equals + 1));
    }
    const numbers: Record<string, number> = {};
    for (const name of ['bs', 'ibs', 'obs', 'count', 'skip', 'seek', 'iseek', 'oseek']) {
      const text = values.get(name);
      if (text === undefined) continue;
      const parts = text.split('x').map((part) => parseCount(part.replace(/c$/, '').replace(/w$/, '')));
      if (text === '' || parts.some((part) => part === undefined))
        return io.fail(gnu ? `invalid number: ${quote(io, text)}` : `invalid number '${text}'`);
      numbers[name] = parts.reduce<number>((product, part) => product * part!, 1);
    }
    const bs = numbers['bs'];
    const ibs = bs ?? numbers['ibs'] ?? 512;
    const obs = bs ?? numbers['obs'] ?? 512;
    if (ibs === 0)
      return io.fail(gnu ? `invalid number: ${quote(io, '0')}` : 'number 0 is not in 1..2147483647 range');
    const conv = new Set((values.get('conv') ?? '').split(','));
    const [from, to] = [values.get('if'), values.get('of')];
    const open = async (path: string, flags: number): Promise<number | undefined> => {
      try {
        return await io.sys.open(path, flags, 0o666);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await io.fail(
          gnu
            ? `failed to open ${quoteName(path)}: ${error.message}`
            : `can't open '${path}': ${error.message}`,
        );
        return undefined;
      }
    };
    const input = from === undefined ? 0 : await open(from, 0);
    if (input === undefined) return 1;
    const output =
      to === undefined
        ? 1
        : await open(
            to,
            O_WRONLY | O_CREAT | (conv.has('notrunc') || (numbers['seek'] ?? 0) > 0 ? 0 : O_TRUNC),
          );
    if (output === undefined) return 1;
    const start = io.sys.clock_gettime('monotonic');
    const bytesFlag = (name: string, flag: string) => (values.get(name) ?? '').split(',').includes(flag);
    // The buffers are one block each, or the same for both, and count as memory.
    await io.sys.brk(bs === undefined && ibs !== obs ? ibs + obs : ibs);
    const skip = (numbers['skip'] ?? numbers['iseek'] ?? 0) * (bytesFlag('iflag', 'skip_bytes') ? 1 : ibs);
    const seek = (numbers['seek'] ?? numbers['oseek'] ?? 0) * (bytesFlag('oflag', 'seek_bytes') ? 1 : obs);
    const reader = new Input(io.sys, input);
    if (skip > 0)
      await io.sys.lseek(input, skip, 'current').catch(async (error: unknown) => {
        if (!isErrno(error)) throw error;
        await reader.readExactly(skip);
      });
    if (seek > 0) {
      await io.sys.lseek(output, seek, 'set');
      if (!conv.has('notrunc')) await io.sys.ftruncate(output, seek).catch(() => {});
    }
    const limitBytes = bytesFlag('iflag', 'count_bytes') ? numbers['count'] : undefined;
    const limit =
      limitBytes === undefined ? (numbers['count'] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const full = bytesFlag('iflag', 'fullblock');
    const counts = { full: 0, partial: 0, outFull: 0, outPartial: 0, bytes: 0 };
    let failure = '';
    try {
      while (counts.full + counts.partial < limit) {
        const want = limitBytes === undefined ? ibs : Math.min(ibs, limitBytes - counts.bytes);
        if (want <= 0) break;
        let block = full ? await reader.readExactly(want) : await io.sys.read(input, want);
        if (block.length === 0) break;
        if (block.length === ibs) counts.full++;
        else {
          counts.partial++;
          if (conv.has('sync')) {
            const filled = new Uint8Array(ibs);
            filled.set(block);
            block = filled;
          }
        }
        if (conv.has('ucase') || conv.has('lcase'))
          block = block.map((byte) =>
            conv.has('ucase') && byte >= 97 && byte <= 122
              ? byte - 32
              : conv.has('lcase') && byte >= 65 && byte <= 90
                ? byte + 32
                : byte,
          );
        if (conv.has('sparse') && block.every((byte) => byte === 0))
          await io.sys.lseek(output, block.length, 'current');
        else await writeAll(io.sys, output, block);
        counts.bytes += block.length;
        if (bs !== undefined || ibs === obs) {
          if (block.length === obs) counts.outFull++;
          else counts.outPartial++;
        }
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
      failure = gnu
        ? `error writing ${quoteName(to ?? 'standard output')}: ${error.message}`
        : `error writing '${to ?? 'standard output'}': ${error.message}`;
    }
    if (!(bs !== undefined || ibs === obs)) {
      counts.outFull = Math.floor(counts.bytes / obs);
      counts.outPartial = counts.bytes % obs > 0 ? 1 : 0;
    }
    if (failure) await io.fail(failure);
    const level = values.get('status');
    if (level !== 'none') {
      await io.stderr.write(
        `${counts.full}+${counts.partial} records in\n${counts.outFull}+${counts.outPartial} records out\n`,
      );
      if (level !== 'noxfer')
        await io.stderr.write(
          `${transfer(counts.bytes, Math.max(1e-6, (io.sys.clock_gettime('monotonic') - start) / 1000), gnu)}\n`,
        );
    }
    return failure ? 1 : 0;
  },
};

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
