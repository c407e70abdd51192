/** Paths as Go's path/filepath and go-archive's copy.go take them apart. */

/** filepath.Clean: the shortest text for the same path. */
export function clean(path: string): string {
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  const text = out.join('/');
  return rooted ? `/${text}` : text || '.';
}

/** filepath.Join */
export function join(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('/');
  return text === '' ? '' : clean(text);
}

/** filepath.Base: the last component; `.` for nothing, `/` for the root. */
export function baseName(path: string): string {
  if (path === '') return '.';
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? '/' : bare.slice(bare.lastIndexOf('/') + 1);
}

/** filepath.Dir */
export const directoryName = (path: string): string => clean(path.slice(0, path.lastIndexOf('/') + 1));

/** Whether a path says that it means a directory: it ends in `/` or `/.`. */
export const meansDirectory = (path: string): boolean => path.endsWith('/') || baseName(path) === '.';

/** A cleaned path with the `/` or `/.` that the original ended in. */
export function asDirectory(cleaned: string, original: string): string {
  let path = cleaned;
  if (baseName(path) !== '.' && baseName(original) === '.') path += path.endsWith('/') ? '.' : '/.';
  if (!path.endsWith('/') && original.endsWith('/')) path += '/';
  return path;
}

/** The directory of a path and the entry in it; a `.` at the end is an entry. */
export function splitEntry(path: string): [directory: string, entry: string] {
  let cleaned = clean(path);
  if (baseName(path) === '.') cleaned += cleaned === '/' ? '.' : '/.';
  return [directoryName(cleaned), baseName(cleaned)];
}
