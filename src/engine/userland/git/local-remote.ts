import { GitError } from '../../git/objects.ts';
import { writePack } from '../../git/pack.ts';
import { reachable } from '../../git/reachable.ts';
import type { Stdio } from '../lib/stdio.ts';
import { fatal } from './fatal.ts';
import type { FetchAnswer, FetchRequest, Remote, RemoteRef } from './remote.ts';
import { type Globals, isGitDir, Repository } from './repository.ts';

/** A repository in a directory of this machine: what git-upload-pack, run beside it, would show of it. */
export class LocalRemote implements Remote {
  readonly #repository: Repository;

  private constructor(repository: Repository) {
    this.#repository = repository;
  }

  static async open(io: Stdio, url: string, globals: Globals): Promise<LocalRemote> {
    const path = url.replace(/^file:\/\//, '').replace(/(.)\/+$/, '$1');
    for (const at of [`${path}/.git`, path, `${path}.git`])
      if (await isGitDir(io.sys, at))
        return new LocalRemote(await Repository.at(io, at, undefined, { ...globals, settings: [] }));
    throw fatal(
      `'${path}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
    );
  }

  async refs(prefixes: readonly string[]): Promise<RemoteRef[]> {
    const { refs } = this.#repository;
    const all: RemoteRef[] = [];
    const head = await refs.read('HEAD');
    if (head !== undefined)
      all.push({ name: 'HEAD', id: head, peeled: undefined, target: await refs.symbolic('HEAD') });
    for (const [name, id] of await refs.list('refs/')) {
      const commit = await this.#repository.peel(id);
      all.push({ name, id, peeled: commit === id ? undefined : commit, target: undefined });
    }
    return prefixes.length === 0
      ? all
      : all.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
  }

  async fetch({ wants, haves, shallow, depth, includeTags }: FetchRequest): Promise<FetchAnswer> {
    const { objects } = this.#repository;
    const known: string[] = [];
    if (depth === undefined) for (const id of haves) if (await objects.has(id)) known.push(id);
    const found = await reachable(objects, { ids: wants, known, depth }).catch((error: unknown) => {
      if (!(error instanceof GitError)) throw error;
      throw fatal(`remote error: upload-pack: not our ref ${wants.join(' ')}`);
    });
    if (includeTags)
      for (const { id, peeled } of await this.refs(['refs/tags/']))
        if (peeled !== undefined && found.objects.has(peeled)) found.objects.set(id, await objects.get(id));
    const own = await this.#repository.shallow();
    const cut = [...own].filter((id) => found.objects.has(id));
    const now = [...found.shallow, ...cut];
    return {
      pack: writePack([...found.objects.values()]),
      shallow: now,
      unshallow: shallow.filter((id) => found.objects.has(id) && !now.includes(id)),
    };
  }
}
