import { isObjectId } from '../../git/objects.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { isDirectory, statOf } from '../files.ts';
import { fileNames } from '../lib/write-file.ts';
import { readText, remove, writeBytes } from './disk.ts';

/** The names of a repository's commits: a file each below `refs`, or lines of `packed-refs` (gitrepository-layout(5)). */
export class Refs {
  readonly #sys: Syscalls;
  readonly #directory: string;

  constructor(sys: Syscalls, directory: string) {
    this.#sys = sys;
    this.#directory = directory;
  }

  /** The ref that one stands for; undefined where it has an id of its own. */
  async symbolic(name: string): Promise<string | undefined> {
    const text = await readText(this.#sys, `${this.#directory}/${name}`);
    return /^ref: (.*)$/m.exec(text ?? '')?.[1];
  }

  async read(name: string): Promise<string | undefined> {
    const target = await this.symbolic(name);
    if (target !== undefined) return this.read(target);
    // FETCH_HEAD says more behind the id.
    const text = (await readText(this.#sys, `${this.#directory}/${name}`))?.split(/\s/)[0];
    return text !== undefined && isObjectId(text) ? text : (await this.#packed()).get(name);
  }

  async write(name: string, id: string): Promise<void> {
    await writeBytes(this.#sys, `${this.#directory}/${name}`, `${id}\n`);
  }

  async writeSymbolic(name: string, target: string): Promise<void> {
    await writeBytes(this.#sys, `${this.#directory}/${name}`, `ref: ${target}\n`);
  }

  async delete(name: string): Promise<void> {
    await remove(this.#sys, `${this.#directory}/${name}`);
    const packed = await this.#packed();
    if (packed.delete(name)) await this.pack(packed);
  }

  /** Writes refs into one file, as a clone does. */
  async pack(refs: ReadonlyMap<string, string>): Promise<void> {
    const lines = [...refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => `${id} ${name}\n`);
    await writeBytes(
      this.#sys,
      `${this.#directory}/packed-refs`,
      `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`,
    );
  }

  /** All refs below a name, in order. */
  async list(prefix: string): Promise<Map<string, string>> {
    const found = new Map([...(await this.#packed())].filter(([name]) => name.startsWith(prefix)));
    const visit = async (name: string): Promise<void> => {
      const stat = await statOf(this.#sys, `${this.#directory}/${name}`);
      if (isDirectory(stat))
        for (const below of await fileNames(this.#sys, `${this.#directory}/${name}`))
          await visit(`${name}/${below}`);
      else if (stat !== undefined) {
        const id = await this.read(name);
        if (id !== undefined) found.set(name, id);
      }
    };
    await visit(prefix.replace(/\/$/, ''));
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async #packed(): Promise<Map<string, string>> {
    const text = (await readText(this.#sys, `${this.#directory}/packed-refs`)) ?? '';
    return new Map(
      text
        .split('\n')
        .flatMap((line): [string, string][] =>
          /^[0-9a-f]{40} /.test(line) ? [[line.slice(41), line.slice(0, 40)]] : [],
        ),
    );
  }
}
