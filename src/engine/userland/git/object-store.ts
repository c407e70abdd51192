import {
  decodeLoose,
  encodeLoose,
  GitError,
  type GitObject,
  type ObjectSource,
  objectId,
} from '../../git/objects.ts';
import { packName, readPack, writePackIndex } from '../../git/pack.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { fileNames } from '../lib/write-file.ts';
import { readBytes, writeBytes } from './disk.ts';

/** The objects of a repository: files of their own, and packs, each read whole when something in one is first wanted. */
export class ObjectStore implements ObjectSource {
  readonly #sys: Syscalls;
  readonly #directory: string;
  #packed: Map<string, GitObject> | undefined;

  constructor(sys: Syscalls, directory: string) {
    this.#sys = sys;
    this.#directory = directory;
  }

  #pathOf(id: string): string {
    return `${this.#directory}/${id.slice(0, 2)}/${id.slice(2)}`;
  }

  async find(id: string): Promise<GitObject | undefined> {
    const known = this.#packed?.get(id);
    if (known !== undefined) return known;
    const loose = await readBytes(this.#sys, this.#pathOf(id));
    if (loose !== undefined) return decodeLoose(loose);
    return (await this.#packs()).get(id);
  }

  async get(id: string): Promise<GitObject> {
    const found = await this.find(id);
    if (found === undefined) throw new GitError(`unable to read ${id}`);
    return found;
  }

  async has(id: string): Promise<boolean> {
    return (await this.find(id)) !== undefined;
  }

  /** Keeps an object; gives its id. */
  async write(object: GitObject): Promise<string> {
    const id = objectId(object);
    if (!(await this.has(id))) await writeBytes(this.#sys, this.#pathOf(id), encodeLoose(object), 0o444);
    return id;
  }

  /** Keeps a pack with its index; gives how many objects it has. */
  async keepPack(pack: Uint8Array): Promise<number> {
    const objects = await readPack(pack, (id) => this.get(id));
    if (objects.length === 0) return 0;
    const path = `${this.#directory}/pack/pack-${packName(pack)}`;
    await writeBytes(this.#sys, `${path}.pack`, pack, 0o444);
    await writeBytes(this.#sys, `${path}.idx`, writePackIndex(pack, objects), 0o444);
    const packed = await this.#packs();
    for (const { id, object } of objects) packed.set(id, object);
    return objects.length;
  }

  /** Keeps what is in a pack as files of their own: what a small fetch does. */
  async unpack(pack: Uint8Array): Promise<number> {
    const objects = await readPack(pack, (id) => this.get(id));
    for (const { object } of objects) await this.write(object);
    return objects.length;
  }

  /** The ids that begin so. */
  async matching(prefix: string): Promise<string[]> {
    const found = new Set([...(await this.#packs()).keys()].filter((id) => id.startsWith(prefix)));
    const first = prefix.slice(0, 2);
    for (const rest of await fileNames(this.#sys, `${this.#directory}/${first}`))
      if (`${first}${rest}`.startsWith(prefix)) found.add(`${first}${rest}`);
    return [...found];
  }

  async #packs(): Promise<Map<string, GitObject>> {
    if (this.#packed !== undefined) return this.#packed;
    const all = new Map<string, GitObject>();
    this.#packed = all;
    for (const name of await fileNames(this.#sys, `${this.#directory}/pack`)) {
      if (!name.endsWith('.pack')) continue;
      const bytes = await readBytes(this.#sys, `${this.#directory}/pack/${name}`);
      if (bytes === undefined) continue;
      for (const { id, object } of await readPack(bytes, (base) => this.get(base))) all.set(id, object);
    }
    return all;
  }
}
