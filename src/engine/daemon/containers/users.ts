import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { invalidParameter } from '../error.ts';

export interface ProcessUser {
  uid: number;
  gid: number;
  additionalGids: number[];
}

const MAX_ID = 2147483647;

/** Who `-u` means, by the container's own /etc/passwd and /etc/group. Models moby/sys/user GetExecUserPath. */
export async function resolveUser(
  sys: Syscalls,
  root: string,
  text: string,
  groupAdd: readonly string[] = [],
): Promise<ProcessUser> {
  const read = async (path: string) =>
    (await readText(sys, await resolveInRoot(sys, root, path)).catch(() => ''))
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':'));
  const passwd = await read('/etc/passwd');
  const groups = await read('/etc/group');
  const [, userText = '', groupText = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];

  const entry = passwd.find(([name, , uid]) =>
    userText === '' ? uid === '0' : name === userText || uid === userText,
  );
  let uid = 0;
  let gid = 0;
  if (entry) {
    uid = Number(entry[2]);
    gid = Number(entry[3]);
  } else if (userText !== '') {
    if (!/^-?\d+$/.test(userText))
      throw invalidParameter(`unable to find user ${userText}: no matching entries in passwd file`);
    uid = checkId(Number(userText));
  }
  const additional: number[] = [];
  if (groupText !== '') gid = groupId(groups, groupText, 'unable to find group');
  else if (entry)
    for (const group of groups)
      if ((group[3] ?? '').split(',').includes(entry[0]!)) additional.push(Number(group[2]));
  for (const group of groupAdd) additional.push(groupId(groups, group, 'unable to find group'));
  return { uid, gid, additionalGids: [...new Set([gid, ...additional])] };
}

function groupId(groups: readonly string[][], text: string, complaint: string): number {
  const found = groups.find(([name, , id]) => name === text || id === text);
  if (found) return Number(found[2]);
  if (!/^-?\d+$/.test(text))
    throw invalidParameter(`${complaint} ${text}: no matching entries in group file`);
  return checkId(Number(text));
}

function checkId(id: number): number {
  if (id < 0 || id > MAX_ID) throw invalidParameter('uids and gids must be in range 0-2147483647');
  return id;
}
