import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { InvalidLayer } from '../../oci/layer/entry.ts';
import { isGzip, gunzip as unpack } from '../../oci/layer/gzip.ts';
import { S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { basename, isDirectory, join, namesIn, statOf } from '../files.ts';
import { Input, type Stdio, writeAll } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';
import { type Level, packMember, readOrigin } from './gzip-member.ts';

/** gzip(1), gunzip and zcat. Simplified: a file is read whole before it is packed. */
function gzipNamed(name: 'gzip' | 'gunzip' | 'zcat'): Utility {
  return {
    name,
    usage: '[OPTION]... [FILE]...',
    summary:
      name === 'gzip'
        ? 'Compress or uncompress FILEs (by default, compress FILES in-place).'
        : 'Uncompress FILEs.',
    options: {
      short: 'cdfhklLnNqrS:tvV123456789',
      long: {
        stdout: 'c',
        'to-stdout': 'c',
        decompress: 'd',
        uncompress: 'd',
        force: 'f',
        keep: 'k',
        list: 'l',
        license: 'L',
        'no-name': 'n',
        name: 'N',
        quiet: 'q',
        recursive: 'r',
        suffix: 'S:',
        test: 't',
        verbose: 'v',
        fast: '1',
        best: '9',
      },
      about: { help: 'h', version: 'V' },
      refused: ['L'],
    },
    busybox: {
      // Debian's and Alpine's are built with one level, keep no names and have nothing to say when all goes well.
      options: { short: 'cfkdtvqn123456789', inert: ['n', 'v', ...'123456789'] },
      usage: name === 'gzip' ? '[-cfkdt] [FILE]...' : name === 'gunzip' ? '[-cfkt] [FILE]...' : '[FILE]...',
    },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
      const level = parsed.options.findLast(({ name: letter }) => /^[1-9]$/.test(letter))?.name;
      const job: Job = {
        io,
        flavour,
        // GNU's gunzip and zcat are scripts about gzip, which speaks under its own name.
        name: flavour === 'gnu' ? 'gzip' : io.name,
        unpack: name !== 'gzip' || given.has('d', 't', 'l'),
        toStdout: name === 'zcat' || given.has('c'),
        test: given.has('t'),
        list: given.has('l'),
        keep: given.has('k'),
        force: given.has('f'),
        quiet: given.has('q'),
        verbose: flavour === 'gnu' && given.has('v') && !given.has('q'),
        titled: false,
        recursive: given.has('r'),
        level: flavour === 'gnu' && level !== undefined ? (Number(level) as Level) : 6,
        origin: flavour === 'gnu' ? given.last('n', 'N') : 'n',
        suffix: given.value('S') ?? '.gz',
      };
      let status = 0;
      for (const file of parsed.operands.length === 0 ? ['-'] : parsed.operands)
        status = Math.max(status, await one(job, file));
      return status;
    },
  };
}

interface Job {
  io: Stdio;
  flavour: Flavour;
  name: string;
  unpack: boolean;
  toStdout: boolean;
  test: boolean;
  list: boolean;
  keep: boolean;
  force: boolean;
  quiet: boolean;
  verbose: boolean;
  /** Whether -l has shown its headings. */
  titled: boolean;
  recursive: boolean;
  level: Level;
  /** `n` keeps and uses no name and time, `N` uses them when unpacking; otherwise they are kept and not used. */
  origin: string | undefined;
  suffix: string;
}

/** A complaint; GNU's `-q` keeps warnings, which are of status 2, to itself. */
async function say({ io, name, flavour, quiet }: Job, text: string, status: number): Promise<number> {
  await io.stdout.flush();
  if (!(quiet && status === 2 && flavour === 'gnu')) await io.stderr.write(`${name}: ${text}\n`);
  return status;
}

async function one(job: Job, file: string): Promise<number> {
  const { io, flavour } = job;
  const { sys } = io;
  const gnu = flavour === 'gnu';
  const stream = file === '-';
  if (stream && !job.unpack && !job.force && (await sys.isatty(1))) {
    if (!gnu) return say(job, 'compressed data not written to terminal', 1);
    await io.stderr.write(
      'gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n',
    );
    return 1;
  }
  const stat = stream ? undefined : await statOf(sys, file);
  if (!stream && !stat) {
    const tried = gnu && job.unpack && outputName(job, file) === undefined ? file + job.suffix : file;
    return say(job, `${tried}: No such file or directory`, 1);
  }
  if (isDirectory(stat)) {
    if (job.recursive) return below(job, file);
    return gnu
      ? say(job, `${file} is a directory -- ignored`, 2)
      : say(job, `can't remove file '${file}': Is a directory`, 1);
  }
  const target = outputName(job, file);
  if (!stream && !job.toStdout && !job.test && !job.list && target === undefined) {
    if (!gnu) return say(job, `${file}: unknown suffix - ignored`, 1);
    if (job.unpack) return say(job, `${file}: unknown suffix -- ignored`, 2);
    // The one warning that is no failure under -q.
    if (job.quiet) return 0;
    return say(job, `${file} already has ${job.suffix} suffix -- unchanged`, 2);
  }
  let content: Uint8Array;
  try {
    content = await (stream ? io.stdin : new Input(sys, await sys.open(file, 0))).readAll();
  } catch (error) {
    if (!isErrno(error)) throw error;
    return say(job, `${file}: ${error.message}`, 1);
  }
  const made = job.unpack ? await unpacked(job, file, content) : packed(job, file, content, stat);
  if (typeof made === 'number') return made;
  const pause = io.process.work(content.length / 20);
  if (pause) await pause;
  const sizes = job.unpack ? [content.length, made.length] : [made.length, content.length];
  const ratio = ratioOf(sizes[0]!, sizes[1]!);
  const origin = job.unpack ? readOrigin(content) : undefined;
  const named = job.origin === 'N' && origin?.name !== undefined ? besides(file, origin.name) : target;
  if (job.list) {
    const { crc, mtime } = origin!;
    const titles = '         compressed        uncompressed  ratio uncompressed_name\n';
    if (!job.titled && !job.quiet)
      io.stdout.write(job.verbose ? `method  crc     date  time  ${titles}` : titles);
    job.titled = true;
    const more = `defla ${crc.toString(16).padStart(8, '0')} ${strftime('%b %e %H:%M', mtime || stat!.mtime)} `;
    io.stdout.write(
      `${job.verbose ? more : ''}${String(content.length).padStart(19)} ${String(made.length).padStart(19)} ${ratio} ${named ?? file}\n`,
    );
    return 0;
  }
  if (job.test) {
    if (job.verbose) await io.stderr.write(`${file}:\t OK\n`);
    return 0;
  }
  if (stream || job.toStdout) {
    await io.stdout.write(made);
    if (job.verbose && !stream) await io.stderr.write(`${file}:\t${ratio}\n`);
    return 0;
  }
  const mtime = job.origin === 'N' && origin?.mtime ? origin.mtime : stat!.mtime;
  const status = await save(job, file, named!, made, { ...stat!, mtime });
  if (status === 0 && job.verbose)
    await io.stderr.write(`${file}:\t${ratio} -- ${job.keep ? 'created' : 'replaced with'} ${named}\n`);
  return status;
}

/** All files below a directory. */
async function below(job: Job, directory: string): Promise<number> {
  let status = 0;
  for (const name of await namesIn(job.io.sys, directory))
    status = Math.max(status, await one(job, join(directory, name)));
  return status;
}

function packed(job: Job, file: string, content: Uint8Array, stat: Stat | undefined): Uint8Array {
  const keeps = stat !== undefined && job.origin !== 'n';
  return packMember(content, job.level, {
    name: keeps ? basename(file) : undefined,
    mtime: keeps ? stat.mtime : 0,
  });
}

/** What was packed, or the status after a complaint. */
async function unpacked(job: Job, file: string, content: Uint8Array): Promise<Uint8Array | number> {
  const gnu = job.flavour === 'gnu';
  const shown = file === '-' ? 'stdin' : file;
  // gzip begins these on a new line, so that they stand out from the names that -v prints.
  const bad = (text: string) => say({ ...job, name: `\n${job.name}` }, `${shown}: ${text}`, 1);
  if (!isGzip(content)) {
    if (content.length < 2 && file === '-' && gnu) return bad('unexpected end of file');
    if (gnu) return bad('not in gzip format');
    return say(job, job.name === 'zcat' ? 'no gzip/bzip2/xz magic' : 'invalid magic', 1);
  }
  try {
    return unpack(content);
  } catch (error) {
    if (!(error instanceof InvalidLayer)) throw error;
    if (!gnu) return say(job, 'corrupted data', 1);
    return bad(
      /EOF/.test(error.message) ? 'unexpected end of file' : 'invalid compressed data--format violated',
    );
  }
}

function ratioOf(small: number, plain: number): string {
  return (plain === 0 ? '0.0%' : `${(((plain - small) / plain) * 100).toFixed(1)}%`).padStart(6);
}

/** Writes the result beside its source, and removes that unless it is to be kept. */
async function save(job: Job, file: string, target: string, made: Uint8Array, stat: Stat): Promise<number> {
  const { io } = job;
  const { sys } = io;
  if (await statOf(sys, target, false)) {
    if (!job.force) {
      if (job.flavour !== 'gnu') return say(job, `can't open '${target}': File exists`, 1);
      if (!(await sys.isatty(0))) return say(job, `${target} already exists;\tnot overwritten`, 2);
      await io.stderr.write(`gzip: ${target} already exists; do you wish to overwrite (y or n)? `);
      if (!/^[yY]/.test((await io.stdin.line()) ?? '')) {
        await io.stderr.write('\tnot overwritten\n');
        return 2;
      }
    }
    await sys.unlink(target);
  }
  try {
    const out = await sys.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_EXCL, 0o600);
    await writeAll(sys, out, made);
    await sys.close(out);
    if ((stat.mode & S_IFMT) === S_IFREG) await sys.chmod(target, stat.mode & 0o7777);
    if (job.flavour === 'gnu') {
      await sys.chown(target, stat.uid, stat.gid).catch(() => {});
      await sys.utimens(target, { atime: stat.atime, mtime: stat.mtime });
    }
    if (!job.keep) await sys.unlink(file);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return say(job, `${target}: ${error.message}`, 1);
  }
}

/** A name in the directory of a file. */
const besides = (file: string, name: string): string =>
  file.slice(0, file.lastIndexOf('/') + 1) + basename(name);

/** What the result is called; undefined when the name does not say. */
function outputName({ unpack: unpacking, suffix, flavour }: Job, file: string): string | undefined {
  if (!unpacking) return file.endsWith(suffix) && flavour === 'gnu' ? undefined : file + suffix;
  if (file.endsWith('.tgz') || file.endsWith('.taz')) return `${file.slice(0, -4)}.tar`;
  for (const end of [suffix, '.gz', '-gz', '.z', '_z', '.Z'])
    if (file.endsWith(end) && file.length > end.length) return file.slice(0, -end.length);
  return undefined;
}

export const gzip: Utility = gzipNamed('gzip');
export const gunzip: Utility = gzipNamed('gunzip');
export const zcat: Utility = gzipNamed('zcat');
