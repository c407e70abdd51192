import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { execProgram } from '../lib/spawn.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';

const usage = (version: string): string => `Usage: gosu user-spec command [args]
   eg: gosu tianon bash
       gosu nobody:root bash -c 'whoami && id'
       gosu 1000:1 id

gosu version: ${version}
gosu license: Apache-2.0 (full text at https://github.com/tianon/gosu)

`;

/** gosu: becomes another user and then another program, in the same process. What entry points step down from root with. */
export const gosu = (version: string): Program =>
  utility(async (io) => {
    const shown = `${version} (go1.24.6 on linux/amd64; gc)`;
    const [spec, ...argv] = io.args;
    if (spec === '--version' || spec === '-v') {
      io.stdout.write(`${shown}\n`);
      return 0;
    }
    if (spec === '--help' || spec === '-h') {
      io.stdout.write(usage(shown));
      return 0;
    }
    if (spec === undefined || argv.length === 0) {
      await io.stderr.write(usage(shown));
      return 1;
    }
    const failed = await become(io, spec);
    return failed === undefined
      ? execute(io, argv)
      : complain(io, `failed switching to "${spec}": ${failed}`);
  });

/** su-exec of Alpine: the same in BusyBox' manner. */
export const suExec = (): Program =>
  utility(async (io) => {
    const [spec, ...argv] = io.args;
    if (spec === undefined || argv.length === 0) {
      io.stdout.write('Usage: su-exec user-spec command [args]\n');
      return 0;
    }
    const failed = await become(io, spec);
    if (failed !== undefined) return io.fail(failed);
    try {
      return await execProgram(io.process, argv);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`${argv[0]}: ${error.message}`);
    }
  });

async function complain(io: Stdio, what: string): Promise<number> {
  await io.stderr.write(`error: ${what}\n`);
  return 1;
}

/** Takes on the ids that `USER[:GROUP]` names, with the groups of the user unless a group is named. Gives why it cannot. */
async function become(io: Stdio, spec: string): Promise<string | undefined> {
  const { sys } = io;
  const accounts = await readAccounts(sys);
  const [name = '', groupName] = spec.split(':');
  const user = lookUser(accounts, name);
  if (user === undefined) return `unable to find user ${name}: no matching entries in passwd file`;
  const gid = groupName === undefined ? user.gid : lookGroup(accounts, groupName);
  if (gid === undefined) return `unable to find group ${groupName}: no matching entries in group file`;
  try {
    await sys.setgroups(groupName === undefined && user.name ? accounts.groupsOf(user.name, gid) : [gid]);
    await sys.setgid(gid);
    await sys.setuid(user.uid);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.message.toLowerCase();
  }
  return undefined;
}

/** By name, or any number: one without an entry has group 0. */
function lookUser(accounts: Accounts, name: string): { name?: string; uid: number; gid: number } | undefined {
  const user = accounts.user(name);
  if (user !== undefined) return user;
  if (!/^\d+$/.test(name)) return undefined;
  return accounts.user(Number(name)) ?? { uid: Number(name), gid: 0 };
}

const lookGroup = (accounts: Accounts, name: string): number | undefined =>
  accounts.group(name)?.gid ?? (/^\d+$/.test(name) ? Number(name) : undefined);

async function execute(io: Stdio, argv: readonly string[]): Promise<number> {
  try {
    return await execProgram(io.process, argv);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT' && !argv[0]!.includes('/'))
      return complain(io, `exec: "${argv[0]}": executable file not found in $PATH`);
    return complain(io, `exec: "${argv[0]}": ${error.message.toLowerCase()}`);
  }
}
