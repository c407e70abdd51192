import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** Where unit files are looked for, the administrator's before the packages' (systemd.unit(5)). */
const DIRECTORIES = ['/etc/systemd/system', '/usr/lib/systemd/system'];

/** A unit: its name with its type (`docker.service`), and what its file says (systemd.syntax(7)). */
export class Unit {
  readonly name: string;
  /** Values by section and key (`Service.Restart`), in the order of the file. */
  readonly #settings = new Map<string, string[]>();

  constructor(name: string, text: string) {
    this.name = name;
    let section = '';
    for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
      const [, heading, key, value = ''] =
        /^\s*(?:\[(.+)\]|([^#;=\s][^=]*?)\s*=\s*(.*?))\s*$/.exec(line) ?? [];
      if (heading !== undefined) section = heading;
      else if (key !== undefined) {
        const at = `${section}.${key}`;
        // An empty value forgets what was said before.
        this.#settings.set(at, value === '' ? [] : [...(this.#settings.get(at) ?? []), value]);
      }
    }
  }

  /** What a key was set to last. */
  get(section: string, key: string): string | undefined {
    return this.#settings.get(`${section}.${key}`)?.at(-1);
  }

  /** The words of all values of a key. */
  words(section: string, key: string): string[] {
    return (this.#settings.get(`${section}.${key}`) ?? []).flatMap((value) => value.split(/\s+/));
  }

  /** A time span (systemd.time(7)) in ms; a bare number is seconds. */
  span(section: string, key: string, standard: number): number {
    const [, number, scale = 's'] = /^(\d+(?:\.\d+)?) ?(ms|s|min)?$/.exec(this.get(section, key) ?? '') ?? [];
    return number === undefined ? standard : Number(number) * SCALES[scale as keyof typeof SCALES];
  }
}

const SCALES = { ms: 1, s: 1000, min: 60_000 } as const;

/** The units that a target wants, in order of name: the links that enabling them has made in its `.wants` directories. */
export async function unitsWantedBy(sys: Syscalls, target: string): Promise<Unit[]> {
  const names = new Set<string>();
  for (const directory of DIRECTORIES)
    for (const name of await list(sys, `${directory}/${target}.wants`)) names.add(name);
  const units: Unit[] = [];
  for (const name of [...names].sort()) {
    const text = await firstText(
      sys,
      DIRECTORIES.map((directory) => `${directory}/${name}`),
    );
    if (text !== undefined) units.push(new Unit(name, text));
  }
  return units;
}

async function list(sys: Syscalls, path: string): Promise<string[]> {
  try {
    const fd = await sys.open(path, 0);
    const names = (await sys.getdents(fd)).map(({ name }) => name);
    await sys.close(fd);
    return names.filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

async function firstText(sys: Syscalls, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      return bytesToText(await readFile(sys, path));
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return undefined;
}
