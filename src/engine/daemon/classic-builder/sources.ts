import { PatternMatcher } from '../../base/pattern-matcher.ts';
import { hasWildcards } from '../../builder/plan/copy.ts';
import { namesIn, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { fetchFile } from '../build/http-op.ts';
import type { Engine } from '../engine.ts';
import { sourceHash } from './source-hash.ts';

/** A file or a directory that COPY or ADD takes. */
export interface Source {
  root: string;
  /** Without a slash before it. */
  path: string;
  hash: string;
  /** What comes from elsewhere is not unpacked. */
  isFetched: boolean;
}

/** Where sources are looked for. */
export interface SourceRoot {
  root: string;
  /** The client's files rather than those of an image. */
  isContext: boolean;
}

export interface Asked {
  name: 'COPY' | 'ADD';
  sources: readonly string[];
  destination: string;
  /** A directory for what is fetched. */
  scratch: string;
}

/** What COPY and ADD take, in order. Models moby builder/dockerfile/copy.go. Throws `GoError`. */
export async function findSources(engine: Engine, where: SourceRoot, asked: Asked): Promise<Source[]> {
  const { name, destination } = asked;
  const found: Source[] = [];
  try {
    for (const source of asked.sources)
      found.push(
        ...(/^https?:\/\//.test(source)
          ? [await download(engine, asked, source)]
          : await inRoot(engine, where, source)),
      );
    if (found.length === 0) throw new GoError('no source files were specified');
  } catch (error) {
    throw new GoError(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (found.length > 1 && !destination.endsWith('/'))
    throw new GoError(
      `When using ${name} with more than one source file, the destination must be a directory and end with a /`,
    );
  return found;
}

async function inRoot(engine: Engine, where: SourceRoot, asked: string): Promise<Source[]> {
  const path = asked.replace(/^\//, '').replace(/^\.\//, '');
  if (!hasWildcards(path)) return [await one(engine, where, path)];
  const matching: Source[] = [];
  for (const name of await matches(engine, where.root, path)) matching.push(await one(engine, where, name));
  return matching;
}

async function one({ sys }: Engine, { root, isContext }: SourceRoot, asked: string): Promise<Source> {
  const path = asked
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  if ((await statOf(sys, await resolveInRoot(sys, root, `/${path}`))) === undefined) {
    const why = `stat ${asked}: file does not exist`;
    throw new GoError(
      isContext ? `file not found in build context or excluded by .dockerignore: ${why}` : why,
    );
  }
  return { root, path, hash: await sourceHash(sys, root, path), isFetched: false };
}

/** All below a root whose path a pattern matches, in order (filepath.Match). */
async function matches({ sys }: Engine, root: string, pattern: string): Promise<string[]> {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  let found = [''];
  for (const part of parts) {
    const matcher = new PatternMatcher([part]);
    const next: string[] = [];
    for (const directory of found) {
      const path = directory === '' ? root : `${root}/${directory}`;
      const stat = await statOf(sys, path, false);
      if (stat === undefined || (stat.mode & S_IFMT) !== S_IFDIR) continue;
      for (const name of (await namesIn(sys, path)).sort())
        if (matcher.matches(name)) next.push(directory === '' ? name : `${directory}/${name}`);
    }
    found = next;
  }
  return found;
}

async function download(engine: Engine, { name, destination, scratch }: Asked, url: string): Promise<Source> {
  if (name === 'COPY') throw new GoError("source can't be a URL for COPY");
  const path = url.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*$/, '');
  const named = path.split('/').at(-1) ?? '';
  if (named === '' && destination.endsWith('/'))
    throw new GoError(`cannot determine filename for source ${url}`);
  const filename = named || '__unnamed__';
  const root = `${scratch}/docker-remote${engine.below(2 ** 32)}`;
  await engine.sys.mkdir(root, 0o700);
  await fetchFile(engine, { kind: 'http', url, filename, checksum: '' }, root);
  return { root, path: filename, hash: await sourceHash(engine.sys, root, filename), isFetched: true };
}
