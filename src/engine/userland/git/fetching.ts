import type { Stdio } from '../lib/stdio.ts';
import { writeBytes } from './disk.ts';
import type { Remote, RemoteRef } from './remote.ts';
import type { Repository } from './repository.ts';

/** What git says while objects come: the remote's words, and how many it has received. */
export interface ProgressLine {
  /** Undefined where nobody wants to see it. */
  told: ((text: string) => Promise<unknown>) | undefined;
  received(count: number, bytes: number): Promise<void>;
}

/** Progress goes to a terminal, unless it is asked for or not wanted. */
export async function progressOf(io: Stdio, wanted: 'auto' | 'always' | 'never'): Promise<ProgressLine> {
  const shown = wanted === 'always' || (wanted === 'auto' && (await io.sys.isatty(2).catch(() => false)));
  if (!shown) return { told: undefined, received: async () => undefined };
  const began = io.sys.clock_gettime('monotonic');
  return {
    told: async (text) => io.stderr.write(text.replace(/[^\n]*\n/g, (line) => `remote: ${line}`)),
    async received(count, bytes) {
      // What comes with the first read is there before a rate is taken.
      const seconds = (io.sys.clock_gettime('monotonic') - began) / 1000;
      const rate =
        bytes > FIRST_READ ? `, ${sizeOf(bytes)} | ${sizeOf(bytes / Math.max(seconds, 0.001))}/s` : '';
      await io.stderr.write(`Receiving objects: 100% (${count}/${count})${rate}, done.\n`);
    },
  };
}

const FIRST_READ = 4096;

function sizeOf(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  if (bytes >= 2 ** 20) return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  if (bytes >= 2 ** 10) return `${(bytes / 2 ** 10).toFixed(2)} KiB`;
  return `${Math.floor(bytes)} bytes`;
}

/** How much of a history is fetched, and how it is kept. */
export interface FetchOptions {
  depth: number | undefined;
  includeTags: boolean;
  /** As a pack, or as files of their own. */
  keep: 'pack' | 'loose';
  progress: ProgressLine;
}

/** Brings the commits that refs name, with what they need. Throws `Failure`. */
export async function fetchObjects(
  repository: Repository,
  remote: Remote,
  refs: readonly Pick<RemoteRef, 'id'>[],
  { depth, includeTags, keep, progress }: FetchOptions,
): Promise<void> {
  const { objects } = repository;
  const own = await repository.shallow();
  const wants: string[] = [];
  for (const { id } of refs)
    if (!wants.includes(id) && (depth !== undefined || !(await objects.has(id)))) wants.push(id);
  if (wants.length === 0) return;
  const haves = new Set((await repository.refs.list('refs/')).values());
  const { pack, shallow, unshallow } = await remote.fetch({
    wants,
    haves: [...haves],
    shallow: [...own],
    depth,
    includeTags,
    progress: progress.told,
  });
  const count = await (keep === 'pack' ? objects.keepPack(pack) : objects.unpack(pack));
  await progress.received(count, pack.length);
  for (const id of shallow) own.add(id);
  for (const id of unshallow) own.delete(id);
  const path = `${repository.gitDir}/shallow`;
  if (own.size > 0) await writeBytes(repository.sys, path, [...own].map((id) => `${id}\n`).join(''));
  else if (unshallow.length > 0) await repository.sys.unlink(path);
}

/** A URL as messages name a remote. */
export const shownUrl = (url: string): string => url.replace(/\/+$/, '').replace(/\.git$/, '');

/** What kind of ref it is, in one word before its short name. */
export function described(name: string): string {
  if (name.startsWith('refs/heads/')) return `branch '${name.slice(11)}' of `;
  if (name.startsWith('refs/tags/')) return `tag '${name.slice(10)}' of `;
  return name === 'HEAD' ? '' : `'${name}' of `;
}

export const shortRef = (name: string): string => name.replace(/^refs\/(?:heads|tags|remotes)\//, '');
