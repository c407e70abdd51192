import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';

/** Whom `--chown` and USER mean by the files of a root; undefined where nothing is said. Models BuildKit file/user_linux.go. */
export async function chownOf(
  sys: Syscalls,
  root: string,
  text: string,
): Promise<{ uid: number; gid: number } | undefined> {
  if (text === '') return undefined;
  // `root` is nobody's to define (BuildKit client/llb, parseUID).
  const [user = '', group] = text.split(':').map((name) => (name === 'root' ? '0' : name));
  let uid = 0;
  let gid = 0;
  if (/^\d+$/.test(user)) {
    uid = Number(user);
    gid = uid;
  } else if (user !== '') {
    const entry = (await rows(sys, root, '/etc/passwd')).find(([name]) => name === user);
    // Whom nobody knows is root.
    uid = Number(entry?.[2] ?? 0);
    gid = Number(entry?.[3] ?? 0);
  }
  if (group === undefined || group === '') return { uid, gid };
  if (/^\d+$/.test(group)) return { uid, gid: Number(group) };
  const entry = (await rows(sys, root, '/etc/group')).find(([name]) => name === group);
  // A group that nobody knows leaves the user's own.
  return { uid, gid: Number(entry?.[2] ?? gid) };
}

async function rows(sys: Syscalls, root: string, path: string): Promise<string[][]> {
  const text = await readText(sys, await resolveInRoot(sys, root, path)).catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
}
