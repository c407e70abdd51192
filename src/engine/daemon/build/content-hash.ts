import { PatternMatcher } from '../../base/pattern-matcher.ts';
import type { CopyAction } from '../../builder/plan/vertex.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, digester, digestOf } from '../../oci/digest.ts';
import { namesIn, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { resolveWildcards } from './wildcards.ts';

type Selection = Pick<
  CopyAction,
  'source' | 'followLinks' | 'wildcards' | 'contentsOnly' | 'include' | 'exclude' | 'required'
>;

/** The files that a copy would take, by all that counts of them. */
export interface Content {
  readonly digest: Digest;
  /** By their paths in the source: `MODE\0UID:GID\0CONTENT`. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What identifies the files that a copy would take: names, kinds, modes, owners and content, but no times. Models BuildKit
 * cache/contenthash. Throws `GoError` where the source is not there.
 */
export async function contentOf(sys: Syscalls, root: string, selection: Selection): Promise<Content> {
  const { source, wildcards, required } = selection;
  for (const path of required) if ((await find(sys, root, path, true)) === undefined) throw notFound(path);
  const paths = wildcards ? await resolveWildcards(sys, root, source) : [source];
  const lines: string[] = [];
  const files = new Map<string, string>();
  for (const path of paths) {
    const found = await find(sys, root, path, selection.followLinks);
    if (found === undefined) throw notFound(path);
    const walk = new Walk(sys, selection);
    // A directory whose content alone is taken may be called anything.
    const isDirectory = (found.stat.mode & S_IFMT) === S_IFDIR;
    const name = isDirectory && selection.contentsOnly ? '' : path.split('/').at(-1)!;
    lines.push(`${name}\n`);
    for (const { name: within, marks } of await walk.of(found.path, '', found.stat)) {
      lines.push(`${within}\0${marks}\n`);
      files.set(within === '' ? path : `${path === '/' ? '' : path}/${within}`, marks);
    }
  }
  return { digest: digestOf(lines.join('')), files };
}

const notFound = (path: string): GoError => new GoError(`"${path}": not found`);

async function find(sys: Syscalls, root: string, path: string, follow: boolean) {
  const parent = path.slice(0, path.lastIndexOf('/'));
  const at = follow
    ? await resolveInRoot(sys, root, path)
    : `${await resolveInRoot(sys, root, parent || '/')}/${path.split('/').at(-1)}`;
  const stat = await statOf(sys, at, false);
  return stat === undefined ? undefined : { path: at, stat };
}

function matcherOf(kind: string, patterns: readonly string[]): PatternMatcher | undefined {
  try {
    return patterns.length === 0 ? undefined : new PatternMatcher(patterns);
  } catch (error) {
    throw new GoError(`invalid ${kind}patterns: [${patterns.join(' ')}]: ${(error as Error).message}`);
  }
}

interface Walked {
  name: string;
  marks: string;
}

class Walk {
  readonly #sys: Syscalls;
  readonly #include: PatternMatcher | undefined;
  readonly #exclude: PatternMatcher | undefined;

  constructor(sys: Syscalls, { include, exclude }: Selection) {
    this.#sys = sys;
    this.#include = matcherOf('include', include);
    this.#exclude = matcherOf('exclude', exclude);
  }

  /** Each file by what counts of it, itself first. */
  async of(path: string, name: string, stat: Stat): Promise<Walked[]> {
    const isTaken =
      name === '' || ((this.#include?.matches(name) ?? true) && !(this.#exclude?.matches(name) ?? false));
    const isDirectory = (stat.mode & S_IFMT) === S_IFDIR;
    const files = isTaken ? [{ name, marks: await this.#marks(path, stat) }] : [];
    if (!isDirectory) return files;
    for (const child of (await namesIn(this.#sys, path)).sort()) {
      const at = `${path}/${child}`;
      files.push(...(await this.of(at, name === '' ? child : `${name}/${child}`, await this.#sys.lstat(at))));
    }
    return files;
  }

  async #marks(path: string, { mode, uid, gid, rdev }: Stat): Promise<string> {
    const kind = mode & S_IFMT;
    const content =
      kind === S_IFREG
        ? await this.#content(path)
        : kind === S_IFLNK
          ? await this.#sys.readlink(path)
          : String(rdev);
    return `${mode.toString(8)}\0${uid}:${gid}\0${content}`;
  }

  async #content(path: string): Promise<Digest> {
    const hash = digester();
    const fd = await this.#sys.open(path, O_RDONLY);
    try {
      for (;;) {
        const bytes = await this.#sys.read(fd, 1 << 20);
        if (bytes.length === 0) break;
        hash.update(bytes);
      }
    } finally {
      await this.#sys.close(fd);
    }
    return hash.digest();
  }
}
