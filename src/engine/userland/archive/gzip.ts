import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { InvalidLayer } from '../../oci/layer/entry.ts';
import { isGzip, gzip as pack, gunzip as unpack } from '../../oci/layer/gzip.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { isDirectory, statOf } from '../files.ts';
import { Input, type Stdio, writeAll } from '../lib/stdio.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';

/** gzip(1), gunzip and zcat. Simplified: a file is read whole before it is packed; the header keeps no name and no time. */
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
    },
    busybox: {
      options: { short: 'cfkdtvn123456789' },
      usage: name === 'gzip' ? '[-cfkdt] [FILE]...' : name === 'gunzip' ? '[-cfkt] [FILE]...' : '[FILE]...',
    },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
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
        verbose: given.has('v'),
        suffix: given.value('S') ?? '.gz',
      };
      let status = 0;
      if (job.list) io.stdout.write('         compressed        uncompressed  ratio uncompressed_name\n');
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
  verbose: boolean;
  suffix: string;
}

async function say({ io, name }: Job, text: string, status: number): Promise<number> {
  await io.stdout.flush();
  await io.stderr.write(`${name}: ${text}\n`);
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
  const target = outputName(job, file);
  const stat = stream ? undefined : await statOf(sys, file);
  if (!stream && !stat) return say(job, `${file}: No such file or directory`, 1);
  if (isDirectory(stat))
    return say(job, gnu ? `${file} is a directory -- ignored` : `${file}: Is a directory`, gnu ? 2 : 1);
  if (!stream && !job.toStdout && !job.test && !job.list && target === undefined)
    return say(
      job,
      gnu
        ? job.unpack
          ? `${file}: unknown suffix -- ignored`
          : `${file} already has ${job.suffix} suffix -- unchanged`
        : `${file}: unknown suffix - ignored`,
      gnu ? 2 : 1,
    );
  let content: Uint8Array;
  try {
    content = await (stream ? io.stdin : new Input(sys, await sys.open(file, 0))).readAll();
  } catch (error) {
    if (!isErrno(error)) throw error;
    return say(job, `${file}: ${error.message}`, 1);
  }
  let made: Uint8Array;
  if (job.unpack) {
    if (!isGzip(content)) {
      if (content.length === 0 && stream && gnu) return say(job, 'stdin: unexpected end of file', 1);
      return say(
        job,
        gnu
          ? `${stream ? 'stdin' : file}: not in gzip format`
          : job.name === 'zcat'
            ? 'no gzip/bzip2/xz magic'
            : 'invalid magic',
        1,
      );
    }
    try {
      made = unpack(content);
    } catch (error) {
      if (!(error instanceof InvalidLayer)) throw error;
      return say(
        job,
        gnu
          ? `${stream ? 'stdin' : file}: ${/EOF/.test(error.message) ? 'unexpected end of file' : 'invalid compressed data--format violated'}`
          : 'corrupted data',
        1,
      );
    }
  } else made = pack(content);
  const pause = io.process.work(content.length / 20);
  if (pause) await pause;
  const ratio = () => {
    const [packed, plain] = job.unpack ? [content.length, made.length] : [made.length, content.length];
    return plain === 0 ? '0.0%' : `${(((plain - packed) / plain) * 100).toFixed(1)}%`;
  };
  if (job.list) {
    io.stdout.write(
      `${String(content.length).padStart(19)} ${String(made.length).padStart(19)} ${ratio().padStart(6)} ${target ?? file}\n`,
    );
    return 0;
  }
  if (job.test) return 0;
  if (stream || job.toStdout) {
    await io.stdout.write(made);
    return 0;
  }
  if (await statOf(sys, target!, false)) {
    if (!job.force) {
      if (!gnu) return say(job, `can't open '${target}': File exists`, 1);
      if (!(await sys.isatty(0))) return say(job, `${target} already exists;\tnot overwritten`, 2);
      await io.stderr.write(`gzip: ${target} already exists; do you wish to overwrite (y or n)? `);
      if (!/^[yY]/.test((await io.stdin.line()) ?? '')) {
        await io.stderr.write('\tnot overwritten\n');
        return 2;
      }
    }
    await sys.unlink(target!);
  }
  try {
    const out = await sys.open(target!, O_WRONLY | O_CREAT | O_TRUNC | O_EXCL, 0o600);
    await writeAll(sys, out, made);
    await sys.close(out);
    if ((stat!.mode & S_IFMT) === S_IFREG) await sys.chmod(target!, stat!.mode & 0o7777);
    await sys.chown(target!, stat!.uid, stat!.gid).catch(() => {});
    await sys.utimens(target!, { atime: stat!.atime, mtime: stat!.mtime });
    if (!job.keep) await sys.unlink(file);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return say(job, `${target}: ${error.message}`, 1);
  }
  if (job.verbose)
    await io.stderr.write(
      `${file}:\t${ratio().padStart(5)} -- ${job.keep ? 'created' : 'replaced with'} ${target}\n`,
    );
  return 0;
}

/** What the result is called; undefined when the name does not say. */
function outputName({ unpack: unpacking, suffix }: Job, file: string): string | undefined {
  if (!unpacking) return file.endsWith(suffix) ? undefined : file + suffix;
  if (file.endsWith('.tgz') || file.endsWith('.taz')) return `${file.slice(0, -4)}.tar`;
  for (const end of [suffix, '.gz', '-gz', '.z', '_z', '.Z'])
    if (file.endsWith(end) && file.length > end.length) return file.slice(0, -end.length);
  return undefined;
}

export const gzip: Utility = gzipNamed('gzip');
export const gunzip: Utility = gzipNamed('gunzip');
export const zcat: Utility = gzipNamed('zcat');
