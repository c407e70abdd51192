import { concat, decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { execProgram, waitFor } from '../../userland/lib/spawn.ts';
import { removeTree } from '../../userland/lib/write-file.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { statOf } from './build-context.ts';

/** Whether the classic builder's client takes a URL for a Git repository (docker/cli urlutil.IsGitURL). */
export const isGitUrl = (url: string): boolean =>
  /^(?:git:\/\/|github\.com\/|git@)/.test(url) || /^https?:\/\/.*\.git(?:#.+)?$/.test(url);

/** Clones a repository into a directory of its own, for `body`. Models docker/cli build/internal/git. Throws `CliError`. */
export async function clonedContext(
  cli: Cli,
  url: string,
): Promise<{ directory: string; remove(): Promise<void> }> {
  const [address = '', fragment = ''] = (/^(?:git@|\w+:\/\/)/.test(url) ? url : `https://${url}`).split('#');
  const [named = '', ...below] = fragment.split(':');
  const ref = named || 'master';
  const subdir = below.join(':');
  if (ref.startsWith('-')) throw failure(`invalid refspec: ${ref}`);
  const root = `/tmp/docker-build-git${Math.floor(new DataView(cli.sys.getrandom(4).slice().buffer).getUint32(0))}`;
  await cli.sys.mkdir(root, 0o700);
  const remove = () => removeTree(cli.sys, root);
  const git = async (what: string, ...args: string[]) => {
    const { said, code } = await runIn(cli, root, ['git', '-c', 'protocol.file.allow=never', ...args]);
    if (code !== 0) throw failure(`${what}: ${said}: exit status ${code}`);
  };
  try {
    await git(`failed to init repo at ${root}`, 'init');
    await git(`failed add origin repo at ${address}`, 'remote', 'add', 'origin', address);
    await git('error fetching', 'fetch', '--depth', '1', 'origin', '--', ref);
    const what = `error checking out ${ref}`;
    await git(what, 'checkout', ref).catch((error: unknown) =>
      git(what, 'checkout', 'FETCH_HEAD').catch(() => Promise.reject(error)),
    );
    const directory = subdir === '' ? root : `${root}/${subdir.replace(/^\/+/, '')}`;
    const stat = await statOf(cli, directory);
    if (stat === undefined) throw failure(`stat ${directory}: no such file or directory`);
    if ((stat.mode & S_IFMT) !== S_IFDIR)
      throw failure(`error setting git context, not a directory: ${directory}`);
    return { directory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const failure = (why: string): CliError =>
  new CliError(`unable to prepare context: unable to 'git clone' to temporary context directory: ${why}`);

/** Runs a program to its end; gives what it says on both streams. */
async function runIn(
  { sys }: Cli,
  cwd: string,
  argv: readonly string[],
): Promise<{ said: string; code: number }> {
  const [out, end] = await sys.pipe(true);
  let isMissing = false;
  const pid = await sys.fork(async (child) => {
    try {
      await child.sys.dup2(end, 1);
      await child.sys.dup2(end, 2);
      await child.sys.chdir(cwd);
      return await execProgram(child, argv, new Map([...child.env, ['GIT_PROTOCOL_FROM_USER', '0']]));
    } catch (error) {
      if (!isErrno(error)) throw error;
      isMissing = true;
      return 127;
    }
  });
  await sys.close(end);
  const chunks: Uint8Array[] = [];
  for (let bytes = await sys.read(out, 65536); bytes.length > 0; bytes = await sys.read(out, 65536))
    chunks.push(bytes);
  await sys.close(out);
  const status = await waitFor(sys, pid);
  if (isMissing)
    throw new CliError(
      `unable to prepare context: unable to find 'git': exec: "git": executable file not found in $PATH`,
    );
  return { said: decode(concat(chunks)), code: status.kind === 'exited' ? status.code : 1 };
}
