import { encode } from '../../../base/bytes.ts';
import { instant } from '../../../base/calendar.ts';
import { type Signature, writeCommit, writeTag } from '../../../git/commit.ts';
import { GitError, type GitObject, type ObjectSource, objectId } from '../../../git/objects.ts';
import { MODE, treeOfFiles } from '../../../git/tree.ts';

/** The texts of all repositories' files by path: `koa-demos/package.json`. */
export type RepositoryFiles = ReadonlyMap<string, string>;

/** A commit as one would tell of it. */
export interface Change {
  branch: string;
  /** The branch that this one begins at, where this is its first commit. */
  from?: string;
  author: string;
  /** Year, month, day, hour; in UTC. */
  at: readonly [year: number, month: number, day: number, hour: number];
  message: string;
  /** Files that are new or other than before: the path in the repository, and where their text is below the folder. */
  files?: Readonly<Record<string, string>>;
  gone?: readonly string[];
  /** An annotated tag that this commit gets, and what it says. */
  tag?: readonly [name: string, message: string];
}

/** A repository of the host: our own files and a short history. */
export interface Repository {
  /** OWNER/NAME */
  path: string;
  description: string;
  /** The folder of its files, below `files/`. */
  folder: string;
  /** Which of its branches HEAD names. */
  head: string;
  changes: readonly Change[];
}

/** What a repository's server has: objects by id, and what names them. */
export class Stored implements ObjectSource {
  readonly head: string;
  /** In order. */
  readonly refs = new Map<string, string>();
  /** The commit that an annotated tag stands for. */
  readonly peeled = new Map<string, string>();
  readonly #objects = new Map<string, GitObject>();

  constructor(head: string) {
    this.head = `refs/heads/${head}`;
  }

  add(object: GitObject): string {
    const id = objectId(object);
    this.#objects.set(id, object);
    return id;
  }

  has(id: string): boolean {
    return this.#objects.has(id);
  }

  async get(id: string): Promise<GitObject> {
    const found = this.#objects.get(id);
    if (found === undefined) throw new GitError(`not our ref ${id}`);
    return found;
  }
}

/** Makes a repository's objects of what is told of it. */
export async function storeOf(repository: Repository, texts: RepositoryFiles): Promise<Stored> {
  const stored = new Stored(repository.head);
  const heads = new Map<string, { id: string; files: Map<string, string> }>();
  const tags: [string, string][] = [];
  for (const {
    branch,
    from = branch,
    author,
    at,
    message,
    files = {},
    gone = [],
    tag,
  } of repository.changes) {
    const before = heads.get(branch) ?? heads.get(from);
    const now = new Map(before?.files);
    for (const path of gone) now.delete(path);
    for (const [path, name] of Object.entries(files)) {
      const text = texts.get(`${repository.folder}/${name}`);
      if (text === undefined) throw new Error(`${repository.folder}/${name}: no such file`);
      now.set(path, stored.add({ type: 'blob', body: encode(text) }));
    }
    const [year, month, day, hour] = at;
    const who = signatureOf(author, instant(year, month, day, hour) / 1000);
    const tree = await treeOfFiles(
      [...now].map(([path, id]) => ({
        path,
        id,
        mode: path.endsWith('.sh') ? MODE.executable : MODE.file,
      })),
      (_, one) => stored.add(one),
    );
    const parents = before === undefined ? [] : [before.id];
    const id = stored.add(
      writeCommit({ tree, parents, author: who, committer: who, message: `${message}\n` }),
    );
    heads.set(branch, { id, files: now });
    if (tag === undefined) continue;
    const [name, says] = tag;
    const tagId = stored.add(
      writeTag({ object: id, type: 'commit', name, tagger: who, message: `${says}\n` }),
    );
    tags.push([`refs/tags/${name}`, tagId]);
    stored.peeled.set(tagId, id);
  }
  const branches = [...heads].map(([name, { id }]): [string, string] => [`refs/heads/${name}`, id]);
  for (const [name, id] of [...branches, ...tags].sort(([a], [b]) => (a < b ? -1 : 1)))
    stored.refs.set(name, id);
  return stored;
}

/** `NAME <EMAIL>` */
function signatureOf(author: string, time: number): Signature {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
  return { name, email, time, zone: '+0000' };
}
