import { type Commit, readCommit, targetOfTag } from '../../git/commit.ts';
import { filesOfTree, type TreeFile } from '../../git/tree.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { canonical, dirname, isDirectory, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Config, configFiles, loadConfig, type Setting } from './config.ts';
import { readText } from './disk.ts';
import { fatal } from './fatal.ts';
import { Index } from './index-file.ts';
import { ObjectStore } from './object-store.ts';
import { Refs } from './refs.ts';

/** What stands before the command: `-C`, `-c`, `--git-dir`, `--work-tree`. */
export interface Globals {
  settings: readonly Setting[];
  gitDir: string | undefined;
  workTree: string | undefined;
}

/** A repository on this machine. */
export class Repository {
  readonly sys: Syscalls;
  /** `.git`, or the directory itself where it is bare. Absolute, as is the next. */
  readonly gitDir: string;
  readonly workTree: string | undefined;
  readonly config: Config;
  readonly objects: ObjectStore;
  readonly refs: Refs;

  constructor(sys: Syscalls, gitDir: string, workTree: string | undefined, config: Config) {
    this.sys = sys;
    this.gitDir = gitDir;
    this.workTree = workTree;
    this.config = config;
    this.objects = new ObjectStore(sys, `${gitDir}/objects`);
    this.refs = new Refs(sys, gitDir);
  }

  /** A repository at a place that is known. */
  static async at(
    io: Stdio,
    gitDir: string,
    workTree: string | undefined,
    globals: Globals,
  ): Promise<Repository> {
    const { system, global } = configFiles(io.env);
    const config = await loadConfig(io.sys, [system, global, `${gitDir}/config`], globals.settings);
    return new Repository(io.sys, gitDir, workTree, config);
  }

  /** The repository that the working directory is in. Throws `Failure`. */
  static async open(io: Stdio, globals: Globals): Promise<Repository> {
    const { sys } = io;
    const cwd = await sys.getcwd();
    const given = globals.gitDir ?? io.env.get('GIT_DIR');
    const workTree = globals.workTree ?? io.env.get('GIT_WORK_TREE');
    if (given !== undefined) {
      if (!(await isGitDir(sys, given))) throw fatal(`not a git repository: '${given}'`);
      const gitDir = await canonical(sys, given, 'any');
      const one = await Repository.at(io, gitDir, undefined, globals);
      const tree = workTree ?? (one.config.isTrue('core.bare') ? undefined : cwd);
      return Repository.at(io, gitDir, tree && (await canonical(sys, tree, 'any')), globals);
    }
    for (let at = cwd; ; at = dirname(at)) {
      if (await isGitDir(sys, `${at}/.git`)) {
        await refuseForeign(io, at, globals);
        return Repository.at(io, `${at === '/' ? '' : at}/.git`, workTree ?? at, globals);
      }
      if (await isGitDir(sys, at)) return Repository.at(io, at, workTree, globals);
      if (at === '/') throw fatal('not a git repository (or any of the parent directories): .git');
    }
  }

  /** Where files are checked out. Throws `Failure`. */
  get root(): string {
    if (this.workTree === undefined) throw fatal('this operation must be run in a work tree');
    return this.workTree;
  }

  path(file: string): string {
    return `${this.root === '/' ? '' : this.root}/${file}`;
  }

  /** The branch that is checked out, as a ref; undefined for a detached HEAD. */
  branch(): Promise<string | undefined> {
    return this.refs.symbolic('HEAD');
  }

  /** The commit that is checked out; undefined before the first. */
  head(): Promise<string | undefined> {
    return this.refs.read('HEAD');
  }

  async commit(id: string): Promise<Commit> {
    return readCommit((await this.objects.get(id)).body);
  }

  /** The commit that an id or an annotated tag stands for. */
  async peel(id: string): Promise<string> {
    const object = await this.objects.get(id);
    return object.type === 'tag' ? this.peel(targetOfTag(object.body)) : id;
  }

  /** The files of a commit; none without one. */
  async filesOf(commit: string | undefined): Promise<Map<string, TreeFile>> {
    if (commit === undefined) return new Map();
    const { tree } = await this.commit(await this.peel(commit));
    return new Map((await filesOfTree(this.objects, tree)).map((file) => [file.path, file]));
  }

  index(): Promise<Index> {
    return Index.read(this.sys, `${this.gitDir}/index`);
  }

  writeIndex(index: Index): Promise<void> {
    return index.write(this.sys, `${this.gitDir}/index`);
  }

  /** Commits whose parents were not fetched. */
  async shallow(): Promise<Set<string>> {
    const text = (await readText(this.sys, `${this.gitDir}/shallow`)) ?? '';
    return new Set(text.split('\n').filter((line) => line !== ''));
  }
}

/** Whether a directory is a repository. */
export async function isGitDir(sys: Syscalls, path: string): Promise<boolean> {
  if (!isDirectory(await statOf(sys, `${path}/objects`))) return false;
  if (!isDirectory(await statOf(sys, `${path}/refs`))) return false;
  return (await statOf(sys, `${path}/HEAD`)) !== undefined;
}

/** A repository of somebody else's may have settings that run programs. */
async function refuseForeign(io: Stdio, directory: string, { settings }: Globals): Promise<void> {
  const { sys } = io;
  const stat = await statOf(sys, `${directory}/.git`);
  const own = sys.geteuid();
  const sudo = own === 0 ? Number(io.env.get('SUDO_UID') ?? Number.NaN) : Number.NaN;
  if (stat === undefined || stat.uid === own || stat.uid === sudo) return;
  const { system, global } = configFiles(io.env);
  const safe = (await loadConfig(sys, [system, global], settings)).all('safe.directory');
  if (safe.includes('*') || safe.includes(directory)) return;
  throw fatal(
    `detected dubious ownership in repository at '${directory}'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ${directory}`,
  );
}
