import { fnmatch } from '../lib/glob.ts';
import { readText } from './disk.ts';
import type { Repository } from './repository.ts';

/** A line of `.gitignore`. */
interface Pattern {
  /** The directory of its file, with a slash at its end; empty for the root. */
  base: string;
  glob: string;
  isNegated: boolean;
  onlyDirectories: boolean;
  /** It has a slash, and so is about the whole path below its base. */
  isPath: boolean;
}

function readPatterns(text: string, base: string): Pattern[] {
  return text.split('\n').flatMap((line): Pattern[] => {
    const trimmed = line.replace(/(?<!\\)\s+$/, '');
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const isNegated = trimmed.startsWith('!');
    let glob = isNegated ? trimmed.slice(1) : trimmed.replace(/^\\([#!])/, '$1');
    const onlyDirectories = glob.endsWith('/');
    glob = glob.replace(/\/$/, '');
    const isPath = glob.includes('/');
    return [{ base, glob: glob.replace(/^\//, ''), isNegated, onlyDirectories, isPath }];
  });
}

function fits({ base, glob, onlyDirectories, isPath }: Pattern, path: string, isDirectory: boolean): boolean {
  if ((onlyDirectories && !isDirectory) || !path.startsWith(base)) return false;
  const rest = path.slice(base.length);
  return isPath ? fitsParts(glob.split('/'), rest.split('/')) : fnmatch(glob, rest.split('/').at(-1)!);
}

/** `**` stands for any number of directories, also none. */
function fitsParts([first, ...globs]: readonly string[], names: readonly string[]): boolean {
  if (first === undefined) return names.length === 0;
  if (first === '**') {
    if (globs.length === 0) return names.length > 0;
    return names.some((_, from) => fitsParts(globs, names.slice(from)));
  }
  return names.length > 0 && fnmatch(first, names[0]!) && fitsParts(globs, names.slice(1));
}

/** What is not to be kept (gitignore(5)): of the repository's own files and of `info/exclude`. */
export class Ignore {
  readonly #repository: Repository;
  readonly #known = new Map<string, Promise<Pattern[]>>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Whether a path is left out, itself or with a directory above it. */
  async matches(path: string, isDirectory: boolean): Promise<boolean> {
    const parts = path.split('/');
    for (let count = 1; count <= parts.length; count++) {
      const part = parts.slice(0, count).join('/');
      if (await this.#matchesItself(part, count < parts.length || isDirectory)) return true;
    }
    return false;
  }

  async #matchesItself(path: string, isDirectory: boolean): Promise<boolean> {
    const patterns = [...(await this.#at(undefined))];
    const above = path.split('/').slice(0, -1);
    for (let count = 0; count <= above.length; count++)
      patterns.push(
        ...(await this.#at(
          above
            .slice(0, count)
            .map((name) => `${name}/`)
            .join(''),
        )),
      );
    return patterns.findLast((one) => fits(one, path, isDirectory))?.isNegated === false;
  }

  /** The patterns of a directory's file; undefined for those of the repository alone. */
  #at(base: string | undefined): Promise<Pattern[]> {
    const { sys, gitDir } = this.#repository;
    const path = base === undefined ? `${gitDir}/info/exclude` : this.#repository.path(`${base}.gitignore`);
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const read = readText(sys, path).then((text) => readPatterns(text ?? '', base ?? ''));
    this.#known.set(path, read);
    return read;
  }
}
