import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFDIR, S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** What a specifier stands for, and how its source is to be read. */
export interface Resolved {
  /** The file, links followed; for a module of Node's own its name. */
  path: string;
  format: 'builtin' | 'commonjs' | 'module' | 'json';
}

/** A module that is not there, in Node's words. */
export class ModuleNotFound extends Error {
  readonly code: 'MODULE_NOT_FOUND' | 'ERR_MODULE_NOT_FOUND' | 'ERR_PACKAGE_PATH_NOT_EXPORTED';

  constructor(code: ModuleNotFound['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Conditions = 'require' | 'import';
type Exports = string | null | readonly Exports[] | { readonly [key: string]: Exports };

interface Package {
  directory: string;
  main?: string;
  type?: string;
  exports?: Exports;
  name?: string;
}

const parent = (path: string): string => path.replace(/\/[^/]*$/, '') || '/';

/** A path without `.`, `..` and doubled slashes. */
function normal(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/**
 * How Node finds modules (Node's documentation, "Modules: CommonJS modules", "Modules: Packages"): its own by name, files by path with
 * their extensions where `require` asks, packages in the node_modules of every directory upwards, with `exports` and `main`.
 */
export class ModuleResolver {
  readonly #sys: Syscalls;
  readonly #realpath: (path: string) => Promise<string>;
  readonly #builtin: (name: string) => boolean;

  constructor(
    sys: Syscalls,
    realpath: (path: string) => Promise<string>,
    builtin: (name: string) => boolean,
  ) {
    this.#sys = sys;
    this.#realpath = realpath;
    this.#builtin = builtin;
  }

  /** Rejects with `ModuleNotFound`. `from` is the file that asks. */
  async resolve(from: string, specifier: string, how: Conditions): Promise<Resolved> {
    const bare = specifier.replace(/^node:/, '');
    if (this.#builtin(bare)) return { path: bare, format: 'builtin' };
    const name = specifier.startsWith('file://')
      ? decodeURIComponent(specifier.slice('file://'.length))
      : specifier;
    const found = await this.#find(from, name, how);
    if (found === undefined) {
      throw how === 'require'
        ? new ModuleNotFound('MODULE_NOT_FOUND', `Cannot find module '${specifier}'`)
        : new ModuleNotFound('ERR_MODULE_NOT_FOUND', this.#missingImport(from, name));
    }
    const path = await this.#realpath(found);
    return { path, format: await this.#format(path) };
  }

  #missingImport(from: string, name: string): string {
    const isPath = /^(\.{0,2}\/)/.test(name);
    return isPath
      ? `Cannot find module '${normal(name.startsWith('/') ? name : `${parent(from)}/${name}`)}' imported from ${from}`
      : `Cannot find package '${name}' imported from ${from}`;
  }

  async #find(from: string, name: string, how: Conditions): Promise<string | undefined> {
    if (/^(\.{1,2}(\/|$)|\/)/.test(name)) {
      const path = normal(name.startsWith('/') ? name : `${parent(from)}/${name}`);
      // An import names its file in full.
      return how === 'import' ? this.#file(path) : this.#fileOrDirectory(path, name.endsWith('/'));
    }
    const [, packageName = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
    for (let directory = parent(from); ; directory = parent(directory)) {
      if (!directory.endsWith('/node_modules')) {
        const found = await this.#inPackage(
          normal(`${directory}/node_modules/${packageName}`),
          `.${rest}`,
          how,
        );
        if (found !== undefined) return found;
      }
      if (directory === '/') return undefined;
    }
  }

  async #inPackage(directory: string, subpath: string, how: Conditions): Promise<string | undefined> {
    const manifest = await this.#package(directory);
    if (manifest?.exports != null) {
      const target = exported(manifest.exports, subpath, how);
      if (target === undefined)
        throw new ModuleNotFound(
          'ERR_PACKAGE_PATH_NOT_EXPORTED',
          subpath === '.'
            ? `No "exports" main defined in ${directory}/package.json`
            : `Package subpath '${subpath}' is not defined by "exports" in ${directory}/package.json`,
        );
      return this.#file(normal(`${directory}/${target}`));
    }
    if (subpath === '.') return this.#directory(directory);
    return this.#fileOrDirectory(normal(`${directory}/${subpath}`));
  }

  async #fileOrDirectory(path: string, directoryOnly = false): Promise<string | undefined> {
    if (!directoryOnly) {
      for (const extension of ['', '.js', '.json']) {
        const found = await this.#file(path + extension);
        if (found !== undefined) return found;
      }
    }
    return this.#directory(path);
  }

  async #directory(path: string): Promise<string | undefined> {
    if (((await this.#mode(path)) & S_IFMT) !== S_IFDIR) return undefined;
    const main = (await this.#package(path))?.main;
    for (const candidate of main === undefined ? [] : ['', '.js', '.json', '/index.js']) {
      const found = await this.#file(normal(`${path}/${main}`) + candidate);
      if (found !== undefined) return found;
    }
    return (await this.#file(`${path}/index.js`)) ?? this.#file(`${path}/index.json`);
  }

  async #file(path: string): Promise<string | undefined> {
    return ((await this.#mode(path)) & S_IFMT) === S_IFREG ? path : undefined;
  }

  async #mode(path: string): Promise<number> {
    try {
      return (await this.#sys.stat(path)).mode;
    } catch (error) {
      if (isErrno(error)) return 0;
      throw error;
    }
  }

  async #package(directory: string): Promise<Package | undefined> {
    const path = `${directory}/package.json`;
    if ((await this.#file(path)) === undefined) return undefined;
    try {
      return { ...(JSON.parse(bytesToText(await readFile(this.#sys, path))) as Package), directory };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new ModuleNotFound('MODULE_NOT_FOUND', `Invalid package config ${path}.`);
    }
  }

  async #format(path: string): Promise<Resolved['format']> {
    if (path.endsWith('.json')) return 'json';
    if (path.endsWith('.mjs')) return 'module';
    if (path.endsWith('.cjs')) return 'commonjs';
    for (let directory = parent(path); ; directory = parent(directory)) {
      const manifest = await this.#package(directory);
      if (manifest) return manifest.type === 'module' ? 'module' : 'commonjs';
      if (directory === '/' || directory.endsWith('/node_modules')) return 'commonjs';
    }
  }
}

/** What `exports` of a package gives for a subpath such as `.` or `./lib/x`; undefined where it gives nothing. */
function exported(exports: Exports, subpath: string, how: Conditions): string | undefined {
  const hasPaths =
    typeof exports === 'object' &&
    exports !== null &&
    !Array.isArray(exports) &&
    Object.keys(exports).some((key) => key.startsWith('.'));
  if (!hasPaths) return subpath === '.' ? target(exports, how, '') : undefined;
  const paths = exports as Record<string, Exports>;
  if (Object.hasOwn(paths, subpath)) return target(paths[subpath]!, how, '');
  for (const [pattern, value] of Object.entries(paths)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    return target(value, how, subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

function target(value: Exports, how: Conditions, star: string): string | undefined {
  if (typeof value === 'string') return value.replaceAll('*', star);
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    for (const one of value) {
      const found = target(one, how, star);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [condition, next] of Object.entries(value as Record<string, Exports>)) {
    if (!['node', 'default', 'node-addons', how].includes(condition)) continue;
    const found = target(next, how, star);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that a CommonJS module exports as far as its text tells (what cjs-module-lexer reads): what an import can name. */
export function exportedNames(source: string): string[] {
  const names = new Set<string>();
  // Node's own modules here say theirs.
  for (const [, list] of source.matchAll(/^\/\/ exports: (.*)$/gm))
    for (const name of list!.split(' ')) names.add(name);
  for (const [, name] of source.matchAll(/(?:^|[^.\w])(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=[^=]/g))
    names.add(name!);
  for (const [, list] of source.matchAll(/(?:^|[^.\w])module\.exports\s*=\s*\{([^}]*)\}/g))
    for (const [, name] of list!.matchAll(/(?:^|,)\s*(?:\/\/[^\n]*\n\s*)*([A-Za-z_$][\w$]*)\s*(?=[,:]|$)/g))
      names.add(name!);
  for (const [, name] of source.matchAll(
    /Object\.defineProperty\(\s*(?:module\.)?exports\s*,\s*['"]([A-Za-z_$][\w$]*)['"]/g,
  ))
    names.add(name!);
  names.delete('default');
  names.delete('__esModule');
  return [...names];
}
