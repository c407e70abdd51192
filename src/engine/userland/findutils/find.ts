import { type Errno, isErrno } from '../../base/errno.ts';
import type { Stat } from '../../vfs/inode.ts';
import { isDirectory, join, namesIn, statFollowed } from '../files.ts';
import { readAccounts } from '../lib/users.ts';
import { Misuse, quote, type Utility } from '../utility.ts';
import { flushBatch } from './find-actions.ts';
import { readExpression } from './find-expression.ts';
import { Fault, Quit, type Search, type Test, type Visit } from './find-search.ts';

/** find(1) */
export const find: Utility = {
  name: 'find',
  usage: '[-H] [-L] [-P] [path...] [expression]',
  summary: 'Search for files in a directory hierarchy.',
  busybox: { usage: '[-HL] [PATH]... [OPTIONS] [ACTIONS]' },
  async run(io, { operands }, flavour) {
    const args = [...operands];
    let follow: 'P' | 'H' | 'L' = 'P';
    while (/^-[HLP]$/.test(args[0] ?? '')) follow = args.shift()!.slice(1) as typeof follow;
    const paths: string[] = [];
    while (args.length > 0 && !/^(-.|[()!,]$)/.test(args[0]!)) paths.push(args.shift()!);
    const search: Search = {
      io,
      gnu: flavour === 'gnu',
      accounts: await readAccounts(io.sys),
      now: io.sys.clock_gettime('realtime'),
      status: 0,
      maxdepth: Number.POSITIVE_INFINITY,
      mindepth: 0,
      depthFirst: false,
      oneFileSystem: false,
      followLinks: false,
      acts: false,
      batches: [],
    };
    let test: Test;
    try {
      test = await readExpression(args, search);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (flavour === 'busybox' && error.message.startsWith('unrecognized'))
        throw new Misuse('', error.message);
      return io.fail(error.message);
    }
    const walk = new Walk(search, search.followLinks ? 'L' : follow, test);
    for (const path of paths.length === 0 ? ['.'] : paths) await walk.from(path);
    return walk.finish();
  },
};

/** The walk through the trees, each file put to the expression. */
interface Place {
  path: string;
  stat: Stat;
}

class Walk {
  readonly #search: Search;
  readonly #follow: 'P' | 'H' | 'L';
  readonly #test: Test;

  constructor(search: Search, follow: 'P' | 'H' | 'L', test: Test) {
    this.#search = search;
    this.#follow = follow;
    this.#test = test;
  }

  async from(start: string): Promise<void> {
    try {
      await this.#visit(start, start, [], undefined);
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
    }
  }

  /** `above` are the directories on the way, of which following links may lead to one again. */
  async #visit(
    path: string,
    start: string,
    above: readonly Place[],
    device: number | undefined,
  ): Promise<void> {
    const { sys } = this.#search.io;
    const depth = above.length;
    const follow = this.#follow === 'L' || (this.#follow === 'H' && depth === 0);
    let stat: Stat;
    try {
      stat = await (follow ? statFollowed(sys, path) : sys.lstat(path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#complain(path, error);
      return;
    }
    const loop = above.find((place) => place.stat.ino === stat.ino && place.stat.dev === stat.dev);
    if (loop !== undefined && isDirectory(stat)) {
      this.#search.status = await this.#search.io.fail(
        this.#search.gnu
          ? `File system loop detected; ${quote(this.#search.io, path)} is part of the same file system loop as ${quote(this.#search.io, loop.path)}.`
          : `${path}: Too many levels of symbolic links`,
      );
      return;
    }
    const visit: Visit = { path, start, depth, stat, pruned: false };
    const test = async () => {
      if (depth >= this.#search.mindepth) await this.#test(visit);
    };
    if (!this.#search.depthFirst) await test();
    const otherFileSystem = this.#search.oneFileSystem && device !== undefined && stat.dev !== device;
    if (isDirectory(stat) && !visit.pruned && depth < this.#search.maxdepth && !otherFileSystem) {
      let names: string[] = [];
      try {
        names = await namesIn(sys, path);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#complain(path, error);
      }
      const way = [...above, { path, stat }];
      for (const name of names) await this.#visit(join(path, name), start, way, device ?? stat.dev);
    }
    if (this.#search.depthFirst) await test();
  }

  async #complain(path: string, error: Errno): Promise<void> {
    this.#search.status = await this.#search.io.fail(
      `${this.#search.gnu ? quote(this.#search.io, path) : path}: ${error.message}`,
    );
  }

  async finish(): Promise<number> {
    for (const batch of this.#search.batches) await flushBatch(batch, this.#search);
    return this.#search.status;
  }
}
