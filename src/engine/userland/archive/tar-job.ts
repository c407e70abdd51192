import type { Errno } from '../../base/errno.ts';
import { join } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Substitution } from '../sed/script.ts';
import { substitute } from '../sed/substitute.ts';
import type { Flavour, Given } from '../utility.ts';

/** What the command line asks for. */
export interface TarAsked {
  given: Given;
  directory: string;
  /** How often -v was given. */
  verbose: number;
  transformations: Substitution[];
}

/** What --exclude-vcs leaves out (tar's vcs_file_table). */
const VERSION_CONTROL = [
  'CVS',
  '.cvsignore',
  'RCS',
  'SCCS',
  '.git',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  '.arch-ids',
  '{arch}',
  '=RELEASE-ID',
  '=meta-update',
  '=update',
  '.svn',
  '.bzr',
  '.bzrignore',
  '.bzrtags',
  '.hg',
  '.hgignore',
  '.hgtags',
  '_darcs',
];

/** A member named on the command line or in a list, and the directory (-C) that its name starts from. */
export interface Member {
  name: string;
  directory: string;
}

/** One run of tar: its options, and how it tells what went wrong. */
export class Tar {
  readonly io: Stdio;
  readonly given: Given;
  readonly gnu: boolean;
  readonly exclude: string[];
  readonly file: string | undefined;
  /** Where extracted files go: all -C together. */
  readonly directory: string;
  readonly verbose: number;
  /** Archives are filled up to a multiple of so many bytes (`-b`, in blocks of 512). */
  readonly record: number;
  status = 0;
  readonly #transformations: Substitution[];

  constructor(io: Stdio, flavour: Flavour, { given, directory, verbose, transformations }: TarAsked) {
    this.io = io;
    this.given = given;
    this.gnu = flavour === 'gnu';
    this.exclude = given.values('exclude');
    if (given.has('exclude-vcs')) this.exclude.push(...VERSION_CONTROL);
    if (given.has('exclude-backups')) this.exclude.push('.#*', '*~', '#*#');
    this.file = given.value('f') === '-' ? undefined : given.value('f');
    this.directory = directory;
    this.record = Number(given.value('record-size') ?? Number(given.value('b') ?? 20) * 512);
    this.verbose = verbose;
    this.#transformations = transformations;
  }

  /** The patterns of -X, which wait in files. */
  async readExcluded(): Promise<void> {
    for (const list of this.given.values('X'))
      this.exclude.push(
        ...bytesToText(await readFile(this.io.sys, list))
          .split('\n')
          .filter(Boolean),
      );
  }

  isExcluded(name: string): boolean {
    return this.exclude.some(
      (pattern) =>
        fnmatch(pattern, name) ||
        fnmatch(pattern, name.slice(name.lastIndexOf('/') + 1)) ||
        fnmatch(`*/${pattern}`, name),
    );
  }

  /** A path as -C has it. */
  at(path: string): string {
    return this.directory === '' || path.startsWith('/') ? path : join(this.directory, path);
  }

  /** A member's name as --transform changes it. */
  transformed(name: string): string {
    let changed = name;
    for (const one of this.#transformations) changed = substitute(changed, one.regex!, one) ?? changed;
    return changed;
  }

  /** The list goes to standard error when the archive takes standard output. */
  async list(line: string): Promise<void> {
    const toError = this.file === undefined && this.given.has('c', 'r');
    if (toError) await this.io.stderr.write(`${line}\n`);
    else await this.io.stdout.write(`${line}\n`);
  }

  /** Reports what makes the run fail; it goes on. */
  async complain(text: string): Promise<void> {
    this.status = this.gnu ? 2 : 1;
    await this.io.fail(text);
  }

  async end(): Promise<number> {
    if (this.status !== 0)
      await this.io.fail(
        this.gnu
          ? 'Exiting with failure status due to previous errors'
          : 'error exit delayed from previous errors',
      );
    return this.status;
  }

  async cannotWrite(error: Errno): Promise<number> {
    if (!this.gnu) return this.io.fail(`write error: ${error.message}`);
    await this.io.fail(`${this.file}: Cannot write: ${error.message}`);
    return this.io.fail('Error is not recoverable: exiting now', 2);
  }

  async cannotOpen(error: Errno): Promise<number> {
    if (!this.gnu) return this.io.fail(`can't open '${this.file}': ${error.message}`);
    await this.io.fail(`${this.file}: Cannot open: ${error.message}`);
    return this.io.fail('Error is not recoverable: exiting now', 2);
  }
}
