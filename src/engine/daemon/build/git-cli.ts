import { concat, decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { GoError } from '../../runtime/go-error.ts';
import { execProgram } from '../../userland/lib/spawn.ts';
import type { Engine } from '../engine.ts';

/** Gets what git says while it runs, stream 1 or 2. */
export type GitLog = (stream: number, bytes: Uint8Array) => void;

export interface GitPlace {
  gitDir?: string;
  workTree?: string;
}

/** Runs the host's git, which sees no settings but the repository's own; gives what it prints. Models BuildKit util/gitutil. Throws `GoError`. */
export async function runGit(
  { sys, process, reaper }: Engine,
  { gitDir, workTree }: GitPlace,
  log: GitLog,
  ...args: string[]
): Promise<string> {
  const argv = [
    'git',
    '-c',
    'protocol.file.allow=user',
    ...(workTree === undefined ? [] : ['--work-tree', workTree]),
    ...(gitDir === undefined ? [] : ['--git-dir', gitDir]),
    ...args,
  ];
  const env = new Map([
    ['PATH', process.env.get('PATH') ?? ''],
    ['GIT_TERMINAL_PROMPT', '0'],
    ['LC_ALL', 'C'],
    ['GIT_CONFIG_NOSYSTEM', '1'],
    ['HOME', '/dev/null'],
    ['GIT_CONFIG_GLOBAL', '/dev/null'],
  ]);
  const [out, outEnd] = await sys.pipe(true);
  const [err, errEnd] = await sys.pipe(true);
  let isMissing = false;
  const pid = await sys.fork(async (child) => {
    try {
      await child.sys.dup2(outEnd, 1);
      await child.sys.dup2(errEnd, 2);
      if (workTree !== undefined) await child.sys.chdir(workTree);
      return await execProgram(child, argv, env);
    } catch (error) {
      if (!isErrno(error)) throw error;
      isMissing = true;
      return 127;
    }
  });
  await sys.close(outEnd);
  await sys.close(errEnd);
  const drain = async (fd: number, stream: number): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for (let bytes = await sys.read(fd, 65536); bytes.length > 0; bytes = await sys.read(fd, 65536)) {
      chunks.push(bytes);
      log(stream, bytes);
    }
    await sys.close(fd);
    return concat(chunks);
  };
  const [said, complained] = await Promise.all([drain(out, 1), drain(err, 2)]);
  const status = await reaper.exit(pid);
  const told = `git stderr:\n${decode(complained)}`;
  if (isMissing) throw new GoError(`${told}: exec: "git": executable file not found in $PATH`);
  if (status.kind === 'exited' && status.code !== 0) throw new GoError(`${told}: exit status ${status.code}`);
  if (status.kind !== 'exited') throw new GoError(`${told}: signal: killed`);
  return decode(said);
}
