import { DockerfileError } from './ast.ts';

/** The working directory after `WORKDIR path`. Models BuildKit util/system NormalizeWorkdir. */
export function joinWorkdir(current: string, path: string): string {
  if (path === '') throw new DockerfileError('cannot normalize nothing');
  return cleanPath(path.startsWith('/') ? path : `/${current}/${path}`);
}

/** An absolute path without `.`, `..` and doubled slashes (Go's path.Clean on `/…`). */
export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return `/${out.join('/')}`;
}
