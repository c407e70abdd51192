import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeFile } from '../../runtime/files.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { NpmError } from './npm-error.ts';

/** package.json, as far as npm reads it here. */
export interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
  bin?: string | Record<string, string>;
  [field: string]: unknown;
}

/** The package.json of a directory. Throws `NpmError` in npm's words where it cannot be read. */
export async function readManifest(sys: Syscalls, directory: string): Promise<Manifest> {
  const found = await readJson(sys, `${directory}/package.json`);
  if (found === undefined) {
    const path = `${directory}/package.json`;
    throw new NpmError('ENOENT', 254, [
      'syscall open',
      `path ${path}`,
      'errno -2',
      `enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${path}'`,
      'enoent This is related to npm not being able to find a file.',
      'enoent',
    ]);
  }
  return found;
}

/** A file of JSON, undefined where there is none. */
export async function readJson(sys: Syscalls, path: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Manifest;
  } catch (error) {
    throw new NpmError('EJSONPARSE', 1, [
      `path ${path}`,
      `JSON.parse ${(error as Error).message}`,
      'JSON.parse Failed to parse JSON data.',
      'JSON.parse Note: package.json must be actual JSON, not just JavaScript.',
    ]);
  }
}

export const writeJson = (sys: Syscalls, path: string, value: unknown): Promise<void> =>
  writeFile(sys, path, textToBytes(`${JSON.stringify(value, undefined, 2)}\n`));

/** The commands of a package: [name, file in it]. */
export function binNames({ name, bin }: Manifest): [string, string][] {
  if (bin === undefined) return [];
  const all = typeof bin === 'string' ? { [(name ?? '').replace(/^.*\//, '')]: bin } : bin;
  return Object.entries(all).map(([command, file]) => [command, file.replace(/^\.\//, '')]);
}
