import { unpack } from '../../archive/unpack.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { readText, removeAll, statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { runGit } from '../build/git-cli.ts';
import { fetchFile } from '../build/http-op.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter, systemError } from '../error.ts';
import { withTemporary } from '../temporary.ts';

/** Takes in the files of a build. Models moby builder/remotecontext/detect.go. @param remote a URL to fetch them from, or empty */
export async function receiveContext(
  engine: Engine,
  root: string,
  { body, remote }: { body: ByteReader; remote: string },
): Promise<void> {
  const { sys } = engine;
  await sys.mkdir(root, 0o700);
  if (remote === '') return unpackAll(engine, root, body);
  if (!/^https?:\/\//.test(remote) || /\.git(?:#.+)?$/.test(remote)) return clone(engine, root, remote);
  const filename = 'Dockerfile';
  const fetched = `${root}.fetched`;
  await sys.mkdir(fetched, 0o700);
  await fetchFile(engine, { kind: 'http', url: remote, filename, checksum: '' }, fetched);
  const fd = await sys.open(`${fetched}/${filename}`, O_RDONLY);
  try {
    await unpackAll(engine, root, fdStream(sys, fd));
  } catch {
    // What is no archive is a Dockerfile.
    await sys.rename(`${fetched}/${filename}`, `${root}/${filename}`);
  } finally {
    await sys.close(fd);
  }
}

/** Models moby builder/remotecontext/git. */
async function clone(engine: Engine, root: string, remote: string): Promise<void> {
  const [address = '', fragment = ''] = (
    /^(?:git@|\w+:\/\/)/.test(remote) ? remote : `https://${remote}`
  ).split('#');
  const [named = '', ...below] = fragment.split(':');
  const ref = named || 'master';
  if (ref.startsWith('-')) throw systemError(`invalid refspec: ${ref}`);
  const { sys } = engine;
  await withTemporary(engine, 'docker-build-git', async (workTree) => {
    const git = (what: string, ...args: string[]) =>
      runGit(engine, { gitDir: `${workTree}/.git`, workTree }, () => undefined, ...args).catch(
        (error: Error) => {
          throw systemError(`${what}: ${error.message.replace(/^git stderr:\n/, '')}`);
        },
      );
    await git(`failed to init repo at ${workTree}`, 'init', '-q');
    await git(`failed add origin repo at ${address}`, 'remote', 'add', 'origin', address);
    await git('error fetching', 'fetch', '--depth', '1', 'origin', '--', ref);
    const what = `error checking out ${ref}`;
    await git(what, 'checkout', ref).catch((error: unknown) =>
      git(what, 'checkout', 'FETCH_HEAD').catch(() => Promise.reject(error)),
    );
    const part = await resolveInRoot(sys, workTree, `/${below.join(':')}`);
    const stat = await statOf(sys, part);
    if (stat === undefined) throw systemError(`stat ${part}: no such file or directory`);
    if ((stat.mode & S_IFMT) !== S_IFDIR)
      throw systemError(`error setting git context, not a directory: ${part}`);
    await sys.rmdir(root);
    await sys.rename(part, root);
  });
}

async function unpackAll({ sys }: Engine, root: string, body: ByteReader): Promise<void> {
  const archive = new TarStream(await decompressed(body));
  await unpack(sys, root, archive);
  await archive.rest();
}

/** The Dockerfile's text. It goes from the context where `.dockerignore` names it, and so does that. Throws as the daemon answers. */
export async function takeDockerfile(engine: Engine, root: string, name: string): Promise<string> {
  const { sys } = engine;
  const find = async (asked: string) => {
    const path = await resolveInRoot(sys, root, `/${asked}`);
    return (await statOf(sys, path)) === undefined ? undefined : path;
  };
  const path = (await find(name)) ?? (name === 'Dockerfile' ? await find('dockerfile') : undefined);
  if (path === undefined) throw systemError(`Cannot locate specified Dockerfile: ${name}`);
  const text = await readText(sys, path);
  if (text === '') throw invalidParameter(`the Dockerfile (${name}) cannot be empty`);
  const ignoreFile = await find('.dockerignore');
  if (ignoreFile === undefined) return text;
  const patterns = readIgnoreFile(await readText(sys, ignoreFile));
  if (patterns.length === 0) return text;
  const matcher = new PatternMatcher(patterns);
  if (matcher.matches('.dockerignore')) await removeAll(sys, ignoreFile);
  if (matcher.matches(path.slice(root.length + 1))) await removeAll(sys, path);
  return text;
}
