import { LEFT_OUT, type LeftOut } from '../../api/build.ts';
import { unpack } from '../../archive/unpack.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { BadPattern, PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import { parseGitRef } from '../../builder/git-ref.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { namesIn, readText, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import { archiveStep, FILENAME } from './archive-step.ts';
import { type SentFiles, sameFile } from './cache.ts';
import { gitStep } from './git-step.ts';
import type { Progress } from './progress.ts';
import type { BuildNotes } from './record/notes.ts';

/** Where a build has its files from. */
export type ContextKind =
  /** A directory of the client, in two parts: `context`, and `dockerfile` with the Dockerfile and its ignore file. */
  | 'client'
  /** An archive that the client hands on. */
  | 'archive'
  /** A Git repository, an archive or a Dockerfile that is fetched. */
  | { url: string };

/** The files of a build, in a directory of the daemon's. */
export class BuildContext {
  readonly #engine: Engine;
  readonly #progress: Progress;
  readonly #directory: string;
  readonly #kind: ContextKind;
  readonly #sharedKey: string;
  /** The name of the one file there is: what a URL gave was a Dockerfile, and no archive. */
  onlyFile: string | undefined;
  /** The directories beside it, in the order in which they have come. */
  readonly #beside: readonly string[];
  readonly #seen = new Set<string>();
  /** Where the files are that can be taken. */
  #files: string;

  private constructor(
    engine: Engine,
    progress: Progress,
    directory: string,
    kind: ContextKind,
    sharedKey: string,
    beside: readonly string[],
  ) {
    this.#engine = engine;
    this.#progress = progress;
    this.#directory = directory;
    this.#kind = kind;
    this.#sharedKey = sharedKey;
    this.#beside = beside;
    this.#files = `${directory}/context`;
  }

  /** Takes in what is sent, or fetches it. */
  static async receive(
    engine: Engine,
    progress: Progress,
    {
      directory,
      kind,
      body,
      sharedKey,
      beside,
    }: {
      directory: string;
      kind: ContextKind;
      body: ByteReader;
      sharedKey: string;
      beside: readonly string[];
    },
  ): Promise<BuildContext> {
    const context = new BuildContext(engine, progress, directory, kind, sharedKey, beside);
    const repository = typeof kind === 'object' ? parseGitRef(kind.url) : undefined;
    if (typeof kind === 'object' && repository !== undefined) {
      const name = `[internal] load git source ${kind.url}`;
      context.#files = await gitStep(engine, progress, name, repository).catch((error: unknown) => {
        throw new GoError(`failed to read dockerfile: ${(error as Error).message}`);
      });
      return context;
    }
    if (kind === 'client') await context.#unpack(body, directory);
    else {
      const source = kind === 'archive' ? body : kind.url;
      const { files, isArchive } = await archiveStep(engine, progress, directory, source);
      context.#files = files;
      if (!isArchive) context.onlyFile = FILENAME;
    }
    return context;
  }

  /** Whoever sent them, they belong to root. */
  async #unpack(body: ByteReader, into: string): Promise<void> {
    const archive = new TarStream(await decompressed(body));
    await unpack(this.#engine.sys, into, archive, { owner: { uid: 0, gid: 0 } });
    await archive.rest();
  }

  get #isClient(): boolean {
    return this.#kind === 'client';
  }

  /** The Dockerfile's text. Throws `GoError`. */
  async dockerfile(name: string): Promise<string> {
    const root = this.#isClient ? `${this.#directory}/dockerfile` : this.#files;
    const read = async () => {
      const path = await resolveInRoot(this.#engine.sys, root, `/${name}`);
      return (await statOf(this.#engine.sys, path)) === undefined
        ? undefined
        : readText(this.#engine.sys, path);
    };
    const text = this.#isClient
      ? await this.#progress
          .step(`[internal] load build definition from ${name}`, async (step) => {
            const told = step.report('transferring dockerfile:');
            if ((await statOf(this.#engine.sys, root)) === undefined) {
              told(0, 0);
              throw new GoError('no local sources enabled');
            }
            const found = await read();
            told(found === undefined ? EMPTY : EMPTY + packetsOf(name, found.length), 0, true);
            this.#record('dockerfile', 'dockerfile', found?.length ?? 0);
            return found;
          })
          .catch((error: unknown) => {
            throw error instanceof GoError
              ? new GoError(`failed to read dockerfile: ${error.message}`)
              : error;
          })
      : await read();
    if (text === undefined)
      throw new GoError(`failed to read dockerfile: open ${name}: no such file or directory`);
    return text;
  }

  /** What of a client's directory was left out; undefined where none was sent. Throws `GoError` for a list that is none. */
  async leftOut(): Promise<LeftOut | undefined> {
    if (!this.#isClient) return undefined;
    const path = `${this.#directory}/${LEFT_OUT}`;
    if ((await statOf(this.#engine.sys, path)) === undefined) return { paths: [], more: 0 };
    return readLeftOut(await readText(this.#engine.sys, path));
  }

  /** What the ignore file leaves out; that of an archive has been left to whoever packed it. */
  async ignored(name: string): Promise<PatternMatcher | undefined> {
    if (!this.#isClient) return undefined;
    const { sys } = this.#engine;
    const inDockerfile = `${this.#directory}/dockerfile`;
    // One that belongs to the Dockerfile has come with it.
    if ((await statOf(sys, `${inDockerfile}/${name}.dockerignore`)) !== undefined) return undefined;
    const path = `${inDockerfile}/.dockerignore`;
    const text = await this.#progress.step('[internal] load .dockerignore', async (step) => {
      const found = (await statOf(sys, path)) === undefined ? undefined : await readText(sys, path);
      const size = found === undefined ? EMPTY : EMPTY + packetsOf('.dockerignore', found.length);
      step.report('transferring context:')(size, 0, true);
      this.#record('ignore file', 'context', found?.length ?? 0);
      return found ?? '';
    });
    try {
      const patterns = readIgnoreFile(text);
      return patterns.length === 0 ? undefined : new PatternMatcher(patterns);
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      throw new GoError(error.message);
    }
  }

  /**
   * Where the files are; told of as if only those at the paths had been sent, and only the names of those that an earlier build
   * from the same directory has brought already.
   */
  async load(paths: readonly string[], beside: string | undefined, notes: BuildNotes): Promise<string> {
    const root = beside === undefined ? this.#files : this.#placeOf('contexts', beside);
    const title =
      beside === undefined ? '[internal] load build context' : `[context ${beside}] load from client`;
    const part = beside ?? 'context';
    if (this.#isClient)
      await this.#progress.step(title, async (step) => {
        let size = EMPTY;
        const { buildCache } = this.#engine;
        const name = this.#nameOf(part);
        const before = buildCache.sent(name);
        const now: SentFiles = new Map();
        const { sys } = this.#engine;
        for (const path of new Set(paths))
          size += await this.#sizeOf(await resolveInRoot(sys, root, path), path, before, now);
        if (this.#sharedKey !== '') buildCache.keepSent(name, now);
        if (beside === undefined) notes.sent(before, now);
        step.report(`transferring ${part}:`)(size, 0, true);
        let kept = 0;
        for (const file of now.values()) kept += file.size;
        this.#record(part, part, kept);
      });
    return root;
  }

  /** Looks at the ignore file of a directory beside the context, which whoever sent that has kept to. */
  async lookAt(beside: string): Promise<void> {
    if (this.#seen.has(beside)) return;
    this.#seen.add(beside);
    const path = this.#placeOf('ignores', beside);
    await this.#progress.step(`[context ${beside}] load .dockerignore`, async (step) => {
      const stat = await statOf(this.#engine.sys, path);
      const size = stat === undefined ? EMPTY : EMPTY + packetsOf('.dockerignore', stat.size);
      step.report(`transferring ${beside}:`)(size, 0, true);
    });
  }

  #placeOf(kind: 'contexts' | 'ignores', beside: string): string {
    return `${this.#directory}/${kind}/${this.#beside.indexOf(beside)}`;
  }

  /** What the record of a part of the directory is known by. */
  #nameOf(part: string): string {
    return `${part} of ${this.#sharedKey}`;
  }

  /** What has come stays in the build cache: the next time only what changed is sent. */
  #record(part: string, source: string, size: number): void {
    const of = { type: 'source.local', description: `local source for ${source}`, size } as const;
    this.#engine.buildCache.source(this.#nameOf(part), of);
  }

  /** @param at where it is: links on the way are followed, those below it are not */
  async #sizeOf(at: string, path: string, before: SentFiles, now: SentFiles): Promise<number> {
    const { sys } = this.#engine;
    const stat = await statOf(sys, at, false);
    if (stat === undefined) return 0;
    if ((stat.mode & S_IFMT) !== S_IFDIR) {
      const file = { mode: stat.mode, size: stat.size, mtime: stat.mtime };
      now.set(path, file);
      return packetsOf(path, sameFile(before.get(path), file) ? 0 : file.size);
    }
    let size = packetsOf(path, 0);
    for (const name of await namesIn(sys, at))
      size += await this.#sizeOf(`${at}/${name}`, `${path}/${name}`, before, now);
    return size;
  }
}

function readLeftOut(text: string): LeftOut {
  try {
    const { paths, more } = JSON.parse(text) as Partial<LeftOut>;
    if (
      Number.isSafeInteger(more) &&
      paths?.every(({ path, pattern }) => typeof path === 'string' && typeof pattern === 'string')
    )
      return { paths, more: more! };
  } catch {
    // Told below.
  }
  throw new GoError(`${LEFT_OUT} of the context is no list of paths with their patterns`);
}

/** How long the messages are that carry nothing: the two ends of a transfer. */
const EMPTY = 2;

/** How long about the messages are that carry a file: its name and attributes, then what is in it (fsutil's wire). */
const packetsOf = (path: string, size: number): number => 23 + path.length + size;
