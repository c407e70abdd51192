import type { Tree } from './tree.ts';

/** A system user and the group of its name. */
export interface Account {
  name: string;
  uid: number;
  /** The user's own id by default. */
  gid?: number;
  comment?: string;
  home?: string;
  shell?: string;
  /** Whether the group names the user too, as BusyBox' adduser does it. */
  listed?: boolean;
}

/** The account files with one more user, as groupadd(8) and useradd(8) leave them. */
export function useradd(below: Readonly<Tree>, account: Account): Tree {
  const { name, uid, gid = uid, comment = '', home = `/home/${name}`, shell = '/bin/sh' } = account;
  const group = textOf(below, 'etc/group');
  const hasGroup = group.split('\n').some((line) => line.startsWith(`${name}:`));
  return {
    ...(hasGroup ? {} : { 'etc/group': `${group}${name}:x:${gid}:${account.listed === true ? name : ''}\n` }),
    'etc/passwd': `${textOf(below, 'etc/passwd')}${name}:x:${uid}:${gid}:${comment}:${home}:${shell}\n`,
    'etc/shadow': { text: `${textOf(below, 'etc/shadow')}${name}:!:20400::::::\n`, mode: 0o640, gid: 42 },
  };
}

function textOf(tree: Readonly<Tree>, path: string): string {
  const node = tree[path];
  if (typeof node === 'string') return node;
  if (node !== undefined && 'text' in node) return node.text;
  throw new RangeError(`${path} is no text`);
}
