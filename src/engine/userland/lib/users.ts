import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from './stdio.ts';
import { bytesToText } from './text.ts';

/** /etc/passwd and /etc/group (passwd(5), group(5)). */
export interface User {
  name: string;
  uid: number;
  gid: number;
  gecos: string;
  home: string;
  shell: string;
}

export interface Group {
  name: string;
  gid: number;
  members: string[];
}

/** The account database as it is now. A missing file is an empty one. */
export async function readAccounts(sys: Syscalls): Promise<Accounts> {
  const [passwd, group] = [await fileText(sys, '/etc/passwd'), await fileText(sys, '/etc/group')];
  return new Accounts(parsePasswd(passwd), parseGroup(group));
}

export class Accounts {
  readonly users: readonly User[];
  readonly groups: readonly Group[];

  constructor(users: readonly User[], groups: readonly Group[]) {
    this.users = users;
    this.groups = groups;
  }

  user(nameOrId: string | number): User | undefined {
    return this.users.find((user) => (typeof nameOrId === 'number' ? user.uid : user.name) === nameOrId);
  }

  group(nameOrId: string | number): Group | undefined {
    return this.groups.find((group) => (typeof nameOrId === 'number' ? group.gid : group.name) === nameOrId);
  }

  /** The user's name, or the number when there is none: as `ls -l` and `ps` show it. */
  userName(uid: number): string {
    return this.user(uid)?.name ?? String(uid);
  }

  groupName(gid: number): string {
    return this.group(gid)?.name ?? String(gid);
  }

  /** The ids of the groups that list `name` as a member, its primary group first (initgroups(3)). */
  groupsOf(name: string, primary: number): number[] {
    const others = this.groups.filter((group) => group.members.includes(name)).map((group) => group.gid);
    return [...new Set([primary, ...others])];
  }
}

export function parsePasswd(text: string): User[] {
  return records(text, 7).map(([name, , uid, gid, gecos, home, shell]) => ({
    name: name!,
    uid: Number(uid),
    gid: Number(gid),
    gecos: gecos!,
    home: home!,
    shell: shell!,
  }));
}

export function parseGroup(text: string): Group[] {
  return records(text, 4).map(([name, , gid, members]) => ({
    name: name!,
    gid: Number(gid),
    members: members!.split(',').filter((member) => member !== ''),
  }));
}

function records(text: string, fields: number): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
    .filter((record) => record.length >= fields && /^\d+$/.test(record[2]!));
}

async function fileText(sys: Syscalls, path: string): Promise<string> {
  try {
    return bytesToText(await readFile(sys, path));
  } catch (error) {
    if (isErrno(error)) return '';
    throw error;
  }
}
