import { Errno, isErrno } from '../../../base/errno.ts';
import { readAll, readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';
import { DIRECTORY } from '../interpreter/files.ts';
import { LIBRARY } from '../library/index.ts';
import { fromPython2 } from '../python2.ts';
import type { Functions, Running } from '../running.ts';

/** `3.14` of `3.14.0`. */
export const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Where the library of a version is. Its files are not on the disk: they come with the interpreter. */
export const libraryAt = (version: string): string => `/usr/local/lib/python${minor(version)}`;

/** A file of the library, by its whole path. */
export const libraryFile =
  (version: string) =>
  (path: string): string | typeof DIRECTORY | undefined => {
    const at = `${libraryAt(version)}/`;
    if (!path.startsWith(at)) return undefined;
    const name = path.slice(at.length);
    return LIBRARY.get(name) ?? (LIBRARY.has(`${name}/__init__.py`) ? DIRECTORY : undefined);
  };

/** What the program is, and its input. */
export function programFunctions(running: Running, executable: string): Functions {
  const { process, version, command } = running;
  const { sys } = process;
  const library = libraryFile(version);
  const old = version.startsWith('2.');
  const readable = (text: string): string => (old ? fromPython2(text) : text);
  /** Texts that a traceback may want a line of. */
  const sources = new Map<string, string>();
  const readText = async (path: string): Promise<string> => {
    try {
      return bytesToText(await readFile(sys, path));
    } catch (error) {
      const own = isErrno(error, 'ENOENT', 'ENOTDIR') ? library(path) : undefined;
      if (own === undefined || own === DIRECTORY) throw error;
      return own;
    }
  };
  const searchPath = async (): Promise<string[]> => {
    const at = libraryAt(version);
    const first =
      command.kind === 'file'
        ? [command.text.includes('/') ? command.text.replace(/\/[^/]*$/, '') || '/' : await sys.getcwd()]
        : [command.kind === 'module' ? await sys.getcwd() : ''];
    const given = (process.env.get('PYTHONPATH') ?? '').split(':').filter((part) => part !== '');
    return [...first, ...given, at, `${at}/site-packages`, '.frozen'];
  };
  return {
    command: async () =>
      JSON.stringify({
        kind: command.kind,
        text: command.kind === 'command' ? readable(command.text) : command.text,
        argv: command.argv,
        inspect: command.inspect || (process.env.get('PYTHONINSPECT') ?? '') !== '',
        path: await searchPath(),
      }),
    facts: () =>
      JSON.stringify({
        version,
        executable: `/usr/local/bin/${executable}`,
        build: 'main, Nov  4 2026, 03:18:22',
      }),
    old: () => Number(old),
    readable: (text) => readable(String(text)),
    banner: () => Number(!command.quiet),
    executable: () => `/usr/local/bin/${executable}`,
    async program(path) {
      const text = (await readText(String(path))).replace(/^\ufeff/, '');
      sources.set(String(path), text);
      return readable(text);
    },
    /** Python 2 named its program as it was typed. */
    absolute: async (name) => {
      const path = String(name);
      if (path.startsWith('/') || version.startsWith('2.')) return path;
      return `${(await sys.getcwd()).replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`;
    },
    async find_module(name) {
      const inner = String(name).replaceAll('.', '/');
      for (const directory of await searchPath()) {
        const base = directory === '' ? inner : `${directory}/${inner}`;
        for (const file of [`${base}/__main__.py`, `${base}.py`]) {
          const found = library(file) ?? (await sys.stat(file).catch(() => undefined));
          if (found !== undefined) return file;
        }
      }
      return undefined;
    },
    async source(path, number) {
      const name = String(path);
      if (!sources.has(name)) {
        if (name === '<string>') sources.set(name, command.text);
        else if (name.startsWith('<')) return undefined;
        else sources.set(name, await readText(name).catch(() => ''));
      }
      return sources.get(name)!.split('\n')[Number(number) - 1];
    },
    remember(name, text) {
      sources.set(String(name), String(text));
      return undefined;
    },
    async stdin() {
      const text = bytesToText(await readAll(sys, 0));
      sources.set('<stdin>', text);
      return readable(text);
    },
    /** A line with its end; nothing at the end of the input. */
    async readline() {
      await running.stdout.flush();
      return readLine(running);
    },
  };
}

/** Reads as the shell's `read` does, so that what follows the line is left for others. */
async function readLine(running: Running): Promise<string | undefined> {
  const { sys } = running.process;
  let line = '';
  for (;;) {
    const piece = await sys.readUntil(0, 4096, [10]);
    if (piece.length === 0) return line === '' ? undefined : line;
    line += bytesToText(piece);
    if (line.endsWith('\n')) return line;
    if (line.length > 1 << 20) throw new Errno('ENOMEM');
  }
}
