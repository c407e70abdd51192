import { type Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { contentOf, type EntryType, entry, InvalidLayer, type LayerEntry } from '../../oci/layer/entry.ts';
import { gunzip, gzip, isGzip } from '../../oci/layer/gzip.ts';
import { readTar } from '../../oci/layer/tar-reader.ts';
import { writeTar } from '../../oci/layer/tar-writer.ts';
import { major, makedev, minor } from '../../vfs/device-number.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from '../../vfs/inode.ts';
import { makePath } from '../coreutils/mkdir.ts';
import { dirname, join, sortedNamesIn, statOf } from '../files.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { fnmatch } from '../lib/glob.ts';
import { modeString } from '../lib/mode-string.ts';
import { Input, readFile, type Stdio, writeAll } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';

/**
 * tar(1): create, list, extract; gzip compression. Simplified: archives are built in memory, in ustar with PAX headers; -r, -u and -A
 * and other compressions are refused.
 */
export const tar: Utility = {
  name: 'tar',
  usage: '[OPTION...] [FILE]...',
  summary: 'Save many files together into a single archive, or restore individual files from it.',
  misuse: 2,
  hint: (name) => `Try '${name} --help' or '${name} --usage' for more information.`,
  async run(io, { operands }, flavour) {
    const gnu = flavour === 'gnu';
    const args = [...operands];
    // The old form: letters without a dash, their arguments after them in order.
    if (args[0] !== undefined && !args[0].startsWith('-')) {
      const letters = args.shift()!;
      const values: string[] = [];
      for (const letter of letters) {
        values.push(`-${letter}`);
        if ('fCXTb'.includes(letter)) values.push(args.shift() ?? '');
      }
      args.unshift(...values);
    }
    const long = {
      create: 'c',
      list: 't',
      extract: 'x',
      get: 'x',
      file: 'f:',
      directory: 'C:',
      gzip: 'z',
      gunzip: 'z',
      verbose: 'v',
      'exclude-from': 'X:',
      'files-from': 'T:',
      exclude: 'exclude:',
      'strip-components': 'strip:',
      'to-stdout': 'O',
      'preserve-permissions': 'p',
      'same-owner': 'same',
      'no-same-owner': 'o',
      dereference: 'h',
      'keep-old-files': 'k',
      'numeric-owner': 'numeric',
      owner: 'owner:',
      group: 'group:',
      mtime: 'mtime:',
      sort: 'sort:',
      'absolute-names': 'P',
      auto: 'a',
      'auto-compress': 'a',
      bzip2: 'j',
      xz: 'J',
      append: 'r',
      update: 'u',
      help: 'help',
      overwrite: 'overwrite',
      'one-file-system': 'ofs',
      format: 'format:',
      sparse: 'S',
      wildcards: 'wild',
      transform: 'transform:',
    };
    let parsed: ReturnType<typeof getopt>;
    try {
      parsed = getopt(args, { short: 'ctxruAf:C:zvvX:T:OpohkPajJmSb:', long }, 'glibc');
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      await io.fail(error.message);
      await io.stderr.write(`${this.hint!(io.name)}\n`);
      return gnu ? 64 : 1;
    }
    const given = new Given(parsed);
    const action = given.last('c', 't', 'x', 'r', 'u', 'A');
    if (given.has('help')) {
      io.stdout.write(`Usage: ${io.name} ${this.usage}\n${this.summary}\n`);
      return 0;
    }
    if (action === undefined) {
      await io.fail("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
      await io.stderr.write(`${this.hint!(io.name)}\n`);
      return 2;
    }
    for (const [option, what] of [
      ['j', 'bzip2'],
      ['J', 'xz'],
      ['r', 'appending (-r)'],
      ['u', 'updating (-u)'],
      ['A', 'joining (-A)'],
      ['transform', '--transform'],
    ])
      if (given.has(option!)) return io.fail(`${what} is not simulated in Drydock`, 2);
    const job = new Tar(io, given, flavour, parsed.options);
    if (action === 'c') return job.create(parsed.operands);
    return job.read(parsed.operands, action === 'x');
  },
};

class Tar {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  readonly #exclude: string[];
  readonly #file: string | undefined;
  readonly #directory: string;
  readonly #verbose: number;
  readonly #hardLinks = new Map<string, string>();
  #status = 0;
  #warned = '';

  constructor(
    io: Stdio,
    given: Given,
    flavour: Flavour,
    options: readonly { name: string; value: string | undefined }[],
  ) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
    this.#exclude = given.values('exclude');
    this.#file = given.value('f') === '-' ? undefined : given.value('f');
    this.#directory = given.value('C') ?? '';
    this.#verbose = options.filter(({ name }) => name === 'v').length;
  }

  #at(path: string): string {
    return this.#directory === '' || path.startsWith('/') ? path : join(this.#directory, path);
  }

  /** The list goes to standard error when the archive takes standard output. */
  async #list(line: string): Promise<void> {
    const toError = this.#file === undefined && this.#given.has('c');
    if (toError) await this.#io.stderr.write(`${line}\n`);
    else await this.#io.stdout.write(`${line}\n`);
  }

  async #complain(text: string): Promise<void> {
    this.#status = this.#gnu ? 2 : 1;
    await this.#io.fail(text);
  }

  async #end(): Promise<number> {
    if (this.#status !== 0)
      await this.#io.fail(
        this.#gnu
          ? 'Exiting with failure status due to previous errors'
          : 'error exit delayed from previous errors',
      );
    return this.#status;
  }

  async create(operands: readonly string[]): Promise<number> {
    const { sys } = this.#io;
    const names = [...operands];
    for (const list of this.#given.values('T'))
      names.push(
        ...bytesToText(list === '-' ? await this.#io.stdin.readAll() : await readFile(sys, list))
          .split('\n')
          .filter(Boolean),
      );
    for (const list of this.#given.values('X'))
      this.#exclude.push(
        ...bytesToText(await readFile(sys, list))
          .split('\n')
          .filter(Boolean),
      );
    if (names.length === 0) {
      if (!this.#gnu) return this.#io.fail('empty archive');
      await this.#io.fail('Cowardly refusing to create an empty archive');
      await this.#io.stderr.write("Try 'tar --help' or 'tar --usage' for more information.\n");
      return 2;
    }
    if (this.#file === undefined && (await sys.isatty(1)))
      return this.#io.fail('Refusing to write archive contents to terminal (missing -f option?)', 2);
    const entries: LayerEntry[] = [];
    for (const name of names) await this.#add(name, entries);
    let bytes = writeTar(entries);
    // Records of 20 blocks, as tar writes them.
    const record = 10_240;
    const padded = new Uint8Array(Math.ceil(bytes.length / record) * record);
    padded.set(bytes);
    bytes = padded;
    if (this.#given.has('z') || (this.#given.has('a') && /\.(tar\.gz|tgz)$/.test(this.#file ?? '')))
      bytes = gzip(bytes);
    const pause = this.#io.process.work(bytes.length / 100);
    if (pause) await pause;
    if (this.#file === undefined) await this.#io.stdout.write(bytes);
    else {
      try {
        const fd = await sys.open(this.#file, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
        await writeAll(sys, fd, bytes);
        await sys.close(fd);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return this.#cannotOpen(error);
      }
    }
    return this.#end();
  }

  async #cannotOpen(error: Errno): Promise<number> {
    if (!this.#gnu) return this.#io.fail(`can't open '${this.#file}': ${error.message}`);
    await this.#io.fail(`${this.#file}: Cannot open: ${error.message}`);
    return this.#io.fail('Error is not recoverable: exiting now', 2);
  }

  async #add(name: string, entries: LayerEntry[]): Promise<void> {
    const { sys } = this.#io;
    const excluded = (pattern: string) =>
      fnmatch(pattern, name) ||
      fnmatch(pattern, name.slice(name.lastIndexOf('/') + 1)) ||
      fnmatch(`*/${pattern}`, name);
    if (this.#exclude.some(excluded)) return;
    let stat: Stat;
    try {
      stat = await (this.#given.has('h') ? sys.stat(this.#at(name)) : sys.lstat(this.#at(name)));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#complain(
        this.#gnu ? `${name}: Cannot stat: ${error.message}` : `${name}: ${error.message}`,
      );
    }
    if (this.#file !== undefined) {
      const self = await statOf(sys, this.#file);
      if (self && self.ino === stat.ino && self.dev === stat.dev) {
        await this.#io.fail(`${name}: file is the archive; not dumped`);
        return;
      }
    }
    const path = await this.#stripped(name);
    const type = stat.mode & S_IFMT;
    if (type === S_IFSOCK) {
      await this.#io.fail(`${name}: socket ignored`);
      return;
    }
    const kinds: Record<number, EntryType> = {
      [S_IFREG]: 'file',
      [S_IFDIR]: 'directory',
      [S_IFLNK]: 'symlink',
      [S_IFCHR]: 'character',
      [S_IFBLK]: 'block',
      [S_IFIFO]: 'fifo',
    };
    const kind = kinds[type]!;
    const common = {
      mode: stat.mode & 0o7777,
      uid:
        Number(this.#given.value('owner')?.replace(/^.*:/, '') ?? stat.uid) ||
        (this.#given.has('owner') ? 0 : stat.uid),
      gid:
        Number(this.#given.value('group')?.replace(/^.*:/, '') ?? stat.gid) ||
        (this.#given.has('group') ? 0 : stat.gid),
      mtime: Math.floor(stat.mtime / 1000) * 1000,
    };
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = stat.nlink > 1 && kind === 'file' ? this.#hardLinks.get(key) : undefined;
    if (this.#verbose > 0) await this.#list(kind === 'directory' ? `${name.replace(/\/+$/, '')}/` : name);
    if (earlier !== undefined) {
      entries.push(entry(path, 'hardlink', { ...common, linkname: earlier }));
      return;
    }
    if (kind === 'file') {
      this.#hardLinks.set(key, path);
      try {
        const bytes = await readFile(sys, this.#at(name));
        const holes = stat.blocks * 512 < stat.size && bytes.length > 65_536;
        const extents = holes ? nonZero(bytes) : bytes.length === 0 ? [] : [{ offset: 0, bytes }];
        entries.push(entry(path, 'file', { ...common, size: bytes.length, extents }));
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#complain(
          this.#gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
        );
      }
      return;
    }
    const linkname = kind === 'symlink' ? await sys.readlink(this.#at(name)) : '';
    entries.push(
      entry(path, kind, { ...common, linkname, devmajor: major(stat.rdev), devminor: minor(stat.rdev) }),
    );
    if (kind !== 'directory') return;
    let inside: string[];
    try {
      inside = await sortedNamesIn(sys, this.#at(name));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#complain(
        this.#gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
      );
    }
    for (const child of inside) await this.#add(join(name.replace(/\/+$/, '') || '/', child), entries);
  }

  /** Archives keep no leading slash. */
  async #stripped(name: string): Promise<string> {
    const prefix = /^(?:\.\.\/|\/)+/.exec(name)?.[0];
    if (prefix !== undefined && prefix !== this.#warned) {
      this.#warned = prefix;
      await this.#io.fail(
        this.#gnu
          ? `Removing leading \`${prefix.startsWith('/') ? '/' : prefix}' from member names`
          : `removing leading '${prefix.startsWith('/') ? '/' : prefix}' from member names`,
      );
    }
    // Names keep their `./`, as they were given.
    return name.replace(/^(?:\.\.\/|\/)+/, '').replace(/\/+$/, '');
  }

  async read(operands: readonly string[], extract: boolean): Promise<number> {
    const { sys } = this.#io;
    let bytes: Uint8Array;
    try {
      if (this.#file === undefined && (await sys.isatty(0)))
        return this.#io.fail('Refusing to read archive contents from terminal (missing -f option?)', 2);
      bytes = await (this.#file === undefined
        ? this.#io.stdin
        : new Input(sys, await sys.open(this.#file, 0))
      ).readAll();
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#cannotOpen(error);
    }
    try {
      if (isGzip(bytes)) bytes = gunzip(bytes);
      else if (this.#given.has('z') && this.#gnu) {
        await this.#io.stderr.write('\ngzip: stdin: not in gzip format\n');
        await this.#io.fail('Child returned status 1');
        return this.#io.fail('Error is not recoverable: exiting now', 2);
      }
      const wanted = new Set<string>();
      const clean = (name: string) => name.replace(/^\.\//, '').replace(/\/+$/, '');
      for (const found of readTar(bytes)) {
        const name = found.path;
        const match = operands.find(
          (operand) =>
            clean(operand) === clean(name) ||
            clean(name).startsWith(`${clean(operand)}/`) ||
            (this.#given.has('wild') && fnmatch(operand, name)),
        );
        if (operands.length > 0 && match === undefined) continue;
        if (match !== undefined) wanted.add(match);
        if (
          this.#exclude.some(
            (pattern) => fnmatch(pattern, name) || fnmatch(pattern, name.slice(name.lastIndexOf('/') + 1)),
          )
        )
          continue;
        if (extract) await this.#extract(found);
        else await this.#list(await this.#row(found, this.#verbose > 0));
        const pause = this.#io.process.work(20);
        if (pause) await pause;
      }
      for (const operand of operands)
        if (!wanted.has(operand))
          await this.#complain(
            this.#gnu ? `${operand}: Not found in archive` : `${operand}: not found in archive`,
          );
    } catch (error) {
      if (!(error instanceof InvalidLayer)) throw error;
      if (!this.#gnu) return this.#io.fail(/EOF/.test(error.message) ? 'short read' : 'invalid tar magic');
      if (/EOF/.test(error.message) && bytes.length >= 512) {
        await this.#io.fail('Unexpected EOF in archive');
        return this.#io.fail('Error is not recoverable: exiting now', 2);
      }
      await this.#complain('This does not look like a tar archive');
    }
    await this.#setTimes();
    return this.#end();
  }

  readonly #directories: { path: string; found: LayerEntry }[] = [];

  /** Directories get their mode and time last, when nothing more is written into them. */
  async #setTimes(): Promise<void> {
    for (const { path, found } of this.#directories.reverse()) {
      await this.#io.sys.chmod(path, found.mode).catch(() => {});
      await this.#io.sys.utimens(path, { mtime: found.mtime }).catch(() => {});
    }
  }

  async #row(found: LayerEntry, long: boolean): Promise<string> {
    const name = found.type === 'directory' ? `${found.path || '.'}/` : found.path;
    if (!long) return name;
    const accounts = await readAccounts(this.#io.sys);
    const type = {
      file: S_IFREG,
      hardlink: S_IFREG,
      directory: S_IFDIR,
      symlink: S_IFLNK,
      character: S_IFCHR,
      block: S_IFBLK,
      fifo: S_IFIFO,
    }[found.type];
    const mode = modeString(found.mode | type);
    const letter = found.type === 'hardlink' && this.#gnu ? `h${mode.slice(1)}` : mode;
    const owner = this.#given.has('numeric')
      ? `${found.uid}/${found.gid}`
      : `${accounts.userName(found.uid)}/${accounts.groupName(found.gid)}`;
    const size =
      found.type === 'character' || found.type === 'block'
        ? `${found.devmajor},${found.devminor}`
        : String(found.size);
    const date = strftime(this.#gnu ? '%Y-%m-%d %H:%M' : '%Y-%m-%d %H:%M:%S', found.mtime);
    const link =
      found.type === 'symlink'
        ? ` -> ${found.linkname}`
        : found.type === 'hardlink'
          ? this.#gnu
            ? ` link to ${found.linkname}`
            : ` -> ${found.linkname}`
          : '';
    const room = this.#gnu ? Math.max(0, 19 - owner.length - 1) : 10;
    return this.#gnu
      ? `${letter} ${owner} ${size.padStart(room)} ${date} ${name}${link}`
      : `${letter} ${owner} ${size.padStart(9)} ${date} ${name}${link}`;
  }

  async #extract(found: LayerEntry): Promise<void> {
    const { sys, stdout } = this.#io;
    const strip = Number(this.#given.value('strip') ?? 0);
    const parts = found.path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..') && !this.#given.has('P'))
      return this.#complain(`${found.path}: Member name contains '..'`);
    const name = parts.slice(strip).join('/');
    if (name === '' && strip > 0) return;
    if (this.#given.has('O')) {
      if (found.type === 'file') await stdout.write(contentOf(found));
      return;
    }
    if (this.#verbose > 0) await this.#list(await this.#row(found, this.#verbose > 1));
    const path = this.#at(name === '' ? '.' : name);
    try {
      if (parts.length > strip + 1) await makePath(this.#io, dirname(path));
      const there = await statOf(sys, path, false);
      if (found.type === 'directory') {
        if (!there) await sys.mkdir(path, found.mode | 0o700);
        this.#directories.push({ path, found });
      } else {
        if (there) {
          if (this.#given.has('k')) return await this.#complain(`${name}: Cannot open: File exists`);
          await sys.unlink(path);
        }
        await this.#make(found, path);
      }
      if (found.type === 'hardlink') return;
      if (sys.geteuid() === 0 && !this.#given.has('o')) await sys.lchown(path, found.uid, found.gid);
      if (found.type === 'symlink' || found.type === 'directory') return;
      const umask = await sys.umask(0);
      await sys.umask(umask);
      await sys.chmod(path, this.#given.has('p') || sys.geteuid() === 0 ? found.mode : found.mode & ~umask);
      if (!this.#given.has('m')) await sys.utimens(path, { mtime: found.mtime });
    } catch (error) {
      if (!isErrno(error)) throw error;
      const what = {
        file: 'open',
        directory: 'mkdir',
        symlink: 'create symlink to',
        hardlink: 'hard link to',
        character: 'mknod',
        block: 'mknod',
        fifo: 'mkfifo',
      }[found.type];
      const target = found.type === 'symlink' || found.type === 'hardlink' ? ` '${found.linkname}'` : '';
      await this.#complain(
        this.#gnu
          ? `${name}: Cannot ${what}${target}: ${error.message}`
          : `can't ${found.type === 'file' ? 'open' : `create ${found.type}`} '${name}': ${error.message}`,
      );
    }
  }

  async #make(found: LayerEntry, path: string): Promise<void> {
    const { sys } = this.#io;
    switch (found.type) {
      case 'symlink':
        return sys.symlink(found.linkname, path);
      case 'hardlink':
        return sys.link(this.#at(found.linkname), path);
      case 'character':
      case 'block':
        return sys.mknod(
          path,
          (found.type === 'block' ? S_IFBLK : S_IFCHR) | 0o600,
          makedev(found.devmajor, found.devminor),
        );
      case 'fifo':
        return sys.mknod(path, S_IFIFO | 0o600);
      case 'directory':
        return;
    }
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
    for (const { offset, bytes } of found.extents) {
      await sys.lseek(fd, offset, 'set');
      await writeAll(sys, fd, bytes);
    }
    await sys.ftruncate(fd, found.size);
    await sys.close(fd);
  }
}

/** The stretches of a sparse file that are not zero, by pages. */
function nonZero(bytes: Uint8Array): { offset: number; bytes: Uint8Array }[] {
  const PAGE = 65_536;
  const out: { offset: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    if (!page.some((byte) => byte !== 0)) continue;
    const last = out.at(-1);
    if (last && last.offset + last.bytes.length === at)
      last.bytes = bytes.subarray(last.offset, at + page.length);
    else out.push({ offset: at, bytes: page });
  }
  return out;
}
