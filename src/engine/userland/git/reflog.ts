import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import { dirname } from '../files.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { makeDirectories, readText, writeBytes } from './disk.ts';
import { looseIdentity } from './identity.ts';
import type { Repository } from './repository.ts';

const NONE = '0'.repeat(40);

/** A ref that has moved. */
export interface Move {
  from: string | undefined;
  to: string;
  message: string;
  /** The branch that moved with HEAD; undefined where only HEAD did. */
  branch?: string | undefined;
}

/** Notes a move of HEAD in its log, and in the branch's (git-reflog(1)). Of a bare repository no log is kept. */
export async function noteMove(
  io: Stdio,
  repository: Repository,
  { from, to, message, branch }: Move,
): Promise<void> {
  const { sys, gitDir, workTree, config } = repository;
  if (workTree === undefined) return;
  const { name, email, time, zone } = await looseIdentity(io, config);
  const line = `${from ?? NONE} ${to} ${name} <${email}> ${time} ${zone}\t${message}\n`;
  for (const ref of ['HEAD', ...(branch === undefined ? [] : [branch])]) {
    const path = `${gitDir}/logs/${ref}`;
    await makeDirectories(sys, dirname(path));
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o666);
    try {
      await writeAll(sys, fd, textToBytes(line));
    } finally {
      await sys.close(fd);
    }
  }
}

/** Where HEAD was moved from and to last; undefined where it has not been moved. */
export async function lastCheckout({
  sys,
  gitDir,
}: Repository): Promise<{ from: string; to: string; id: string } | undefined> {
  const lines = ((await readText(sys, `${gitDir}/logs/HEAD`)) ?? '').split('\n');
  for (const line of lines.reverse()) {
    const [, id = '', from, to = ''] =
      /^\S+ (\S+) .*\tcheckout: moving from (\S+) to (\S+)$/.exec(line) ?? [];
    if (from !== undefined) return { from, to, id };
  }
  return undefined;
}

/** Forgets all moves. */
export async function expireAll({ sys, gitDir, refs }: Repository): Promise<void> {
  for (const ref of ['HEAD', ...(await refs.list('refs/')).keys()])
    if ((await readText(sys, `${gitDir}/logs/${ref}`)) !== undefined)
      await writeBytes(sys, `${gitDir}/logs/${ref}`, '');
}
