import { isErrno } from '../../base/errno.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { type Flavour, Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';
import { everywhere, followOf, sparesRoot } from './everywhere.ts';

/** Owner and group of a specification; -1 leaves one as it is. A text says what is wrong. */
function parseOwner(
  io: Stdio,
  accounts: Accounts,
  spec: string,
  group: boolean,
  flavour: Flavour,
): [number, number] | string {
  const bad = (kind: string, text: string) =>
    flavour === 'gnu'
      ? `invalid ${kind}: ${quote(io, text)}`
      : `unknown ${kind} ${kind === 'user' && spec.includes(':') ? text.split(':')[0] : text}`;
  const groupId = (text: string) =>
    accounts.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  if (group) {
    const gid = groupId(spec);
    return gid === undefined ? bad('group', spec) : [-1, gid];
  }
  const match = /^([^:]*)(?:([:])(.*))?$/.exec(spec)!;
  const [, name = '', colon, groupName = ''] = match;
  let uid = -1;
  let gid = -1;
  if (name !== '') {
    const user = accounts.user(name) ?? (/^\d+$/.test(name) ? accounts.user(Number(name)) : undefined);
    if (!user && !/^\d+$/.test(name)) return bad('user', spec);
    uid = user?.uid ?? Number(name);
    if (colon && groupName === '') gid = user?.gid ?? -1;
  }
  if (groupName !== '') {
    const found = groupId(groupName);
    if (found === undefined) return bad('group', flavour === 'gnu' ? spec : groupName);
    gid = found;
  }
  return [uid, gid];
}

function owning(name: 'chown' | 'chgrp'): Utility {
  const group = name === 'chgrp';
  return {
    name,
    usage: `[OPTION]... ${group ? 'GROUP' : '[OWNER][:[GROUP]]'} FILE...\n  or:  ${name} [OPTION]... --reference=RFILE FILE...`,
    summary: group
      ? 'Change the group of each FILE to GROUP.'
      : 'Change the owner and/or group of each FILE to OWNER and/or GROUP.',
    options: {
      short: 'cfhRvHLP',
      long: {
        changes: 'c',
        silent: 'f',
        quiet: 'f',
        verbose: 'v',
        dereference: 'dereference',
        'no-dereference': 'h',
        recursive: 'R',
        reference: 'reference:',
        'preserve-root': 'preserve-root',
        'no-preserve-root': 'no-preserve-root',
        ...(group ? {} : { from: 'from:' }),
      },
    },
    busybox: {
      options: { short: 'RhLHPcvf' },
      usage: group ? '[-RhLHPcvf]... GROUP FILE...' : '[-RhLHPcvf]... USER[:[GRP]] FILE...',
    },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
      const gnu = flavour === 'gnu';
      const accounts = await readAccounts(io.sys);
      const operands = [...parsed.operands];
      const reference = given.value('reference');
      const recursive = given.has('R');
      const follow = recursive ? followOf(given) : 'never';
      const last = given.last('dereference', 'h');
      if (recursive && follow === 'never' && last === 'dereference')
        return io.fail('-R --dereference requires either -H or -L');
      const spec = reference === undefined ? operands.shift() : '';
      if (spec === undefined) throw new Misuse('missing operand');
      if (operands.length === 0) throw new Misuse(`missing operand after ${quote(io, spec)}`);
      const change = await changeOf(io, accounts, { spec, reference, group, flavour });
      if (typeof change === 'string') return io.fail(change);
      const only = given.has('from')
        ? parseOwner(io, accounts, given.value('from')!, false, flavour)
        : [-1, -1];
      if (typeof only === 'string') return io.fail(only);
      const { uid, gid } = change;
      // Without -H or -L it is the links themselves that change hands in a tree.
      const own = last === 'h' || (recursive && follow === 'never');
      let status = 0;
      for (const operand of operands) {
        if (await sparesRoot(io, given, operand)) {
          status = 1;
          continue;
        }
        const fine = await everywhere(io, operand, { recursive, follow }, async (path) => {
          try {
            const before = await (own ? io.sys.lstat(path) : io.sys.stat(path));
            if ((only[0] !== -1 && only[0] !== before.uid) || (only[1] !== -1 && only[1] !== before.gid))
              return true;
            await (own ? io.sys.lchown(path, uid, gid) : io.sys.chown(path, uid, gid));
            const changed = (uid !== -1 && uid !== before.uid) || (gid !== -1 && gid !== before.gid);
            if (given.has('v') || (given.has('c') && changed)) {
              const old = { user: accounts.userName(before.uid), group: accounts.groupName(before.gid) };
              io.stdout.write(
                gnu ? told(path, change, old, changed) : `changed ownership of '${path}' to ${uid}:${gid}\n`,
              );
            }
            return true;
          } catch (error) {
            if (!isErrno(error)) throw error;
            const missing = ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(error.code);
            if (!given.has('f'))
              await io.fail(
                !gnu
                  ? `${path}: ${error.message}`
                  : missing
                    ? `cannot access ${quoteName(path)}: ${error.message}`
                    : `changing ${uid === -1 ? 'group' : 'ownership'} of ${quoteName(path)}: ${error.message}`,
              );
            return false;
          }
        });
        if (!fine) status = 1;
      }
      return status;
    },
  };
}

/** Whom files are to belong to, and in which words that was said. -1 leaves the one or the other as it is. */
interface Change {
  uid: number;
  gid: number;
  user: string | undefined;
  group: string | undefined;
}

async function changeOf(
  io: Stdio,
  accounts: Accounts,
  asked: { spec: string; reference: string | undefined; group: boolean; flavour: Flavour },
): Promise<Change | string> {
  if (asked.reference !== undefined) {
    const { uid, gid } = await io.sys.stat(asked.reference);
    const group = accounts.groupName(gid);
    return asked.group
      ? { uid: -1, gid, user: undefined, group }
      : { uid, gid, user: accounts.userName(uid), group };
  }
  const ids = parseOwner(io, accounts, asked.spec, asked.group, asked.flavour);
  if (typeof ids === 'string') return ids;
  const [uid, gid] = ids;
  if (asked.group) return { uid, gid, user: undefined, group: asked.spec };
  const [user, group] = asked.spec.split(':');
  const named = group === '' && gid !== -1 ? accounts.groupName(gid) : group;
  return { uid, gid, user, group: named };
}

/** What GNU's -v and -c say of a file. */
function told(path: string, change: Change, old: { user: string; group: string }, changed: boolean): string {
  const what = change.user === undefined ? 'group' : 'ownership';
  const shown = (user: string | undefined, group: string | undefined) =>
    change.user === undefined ? group : change.group === undefined ? user : `${user}:${group}`;
  const before = shown(old.user, old.group);
  return changed
    ? `changed ${what} of ${quoteName(path)} from ${before} to ${shown(change.user, change.group)}\n`
    : `${what} of ${quoteName(path)} retained as ${before}\n`;
}

export const chown: Utility = owning('chown');
export const chgrp: Utility = owning('chgrp');
