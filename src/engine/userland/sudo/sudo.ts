import { isErrno } from '../../base/errno.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { execFailureStatus, findProgram } from '../lib/spawn.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { readAccounts, type User } from '../lib/users.ts';

/** Where commands are looked for (sudoers' secure_path), and what of the caller's environment stays. */
const SECURE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const KEPT = ['TERM', 'LANG', 'COLORTERM', 'DISPLAY', 'PS1'];

const USAGE =
  'usage: sudo -h | -V\nusage: sudo [-n] -v\nusage: sudo [-nE] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n';

/**
 * sudo(8), narrowed: members of the group sudo, and root, may run anything as anybody without a password, as the installer of a
 * cloud machine sets it up. /etc/sudoers is not read.
 */
export const sudo = utility(async (io) => {
  const { sys } = io;
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, {
      short: '+AbBC:D:eEg:hHiklnp:PR:r:sSt:T:U:u:vV',
      long: {
        askpass: 'A',
        background: 'b',
        chdir: 'D:',
        edit: 'e',
        group: 'g:',
        list: 'l',
        'preserve-groups': 'P',
        prompt: 'p:',
        stdin: 'S',
        'set-home': 'H',
        user: 'u:',
        login: 'i',
        shell: 's',
        'non-interactive': 'n',
        help: 'h',
        version: 'V',
        validate: 'v',
        'preserve-env': 'E',
        'reset-timestamp': 'k',
      },
      // Nobody is asked for a password, and HOME is the other user's anyway.
      inert: ['A', 'B', 'H', 'n', 'p', 'S', 'E'],
      refused: ['b', 'C', 'D', 'e', 'g', 'l', 'P', 'R', 'r', 't', 'T', 'U'],
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`sudo: ${error.message}\n${USAGE}`);
    return 1;
  }
  const given = new Map(parsed.options.map(({ name, value }) => [name, value]));
  if (given.has('h')) return print(io, USAGE);
  if (given.has('V')) return print(io, 'Sudo version 1.9.13p3\n');
  if (sys.geteuid() !== 0)
    return io.fail(`${io.process.argv[0]} must be owned by uid 0 and have the setuid bit set`);

  const accounts = await readAccounts(sys);
  const caller = accounts.user(sys.getuid());
  const mayAnything = sys.getuid() === 0 || sys.getgroups().includes(accounts.group('sudo')?.gid ?? -1);
  if (!mayAnything) {
    await io.stderr.write(`${caller?.name ?? sys.getuid()} is not in the sudoers file.\n`);
    return 1;
  }
  if (given.has('v') || given.has('k')) return 0;
  const wanted = given.get('u') ?? 'root';
  const user = accounts.user(/^#\d+$/.test(wanted) ? Number(wanted.slice(1)) : wanted);
  if (!user) return io.fail(`unknown user ${wanted}`);

  const settings = parsed.operands.findIndex((operand) => !/^\w+=/.test(operand));
  const words = settings === -1 ? [] : parsed.operands.slice(settings);
  const shell = given.has('i') || given.has('s');
  if (words.length === 0 && !shell) {
    await io.stderr.write(USAGE);
    return 1;
  }
  const env = environment(io, user, caller, given.has('E'), given.has('i'));
  for (const setting of parsed.operands.slice(0, settings === -1 ? undefined : settings)) {
    const equals = setting.indexOf('=');
    env.set(setting.slice(0, equals), setting.slice(equals + 1));
  }
  const argv = shell
    ? [
        given.has('i') ? `-${user.shell.replace(/^.*\//, '')}` : user.shell,
        ...(words.length > 0 ? ['-c', words.join(' ')] : []),
      ]
    : words;
  let path: string;
  try {
    path = shell ? user.shell : await findProgram(sys, words[0]!, SECURE_PATH);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(
      `${words[0]}: ${error.code === 'ENOENT' && !words[0]!.includes('/') ? 'command not found' : error.message}`,
    );
  }
  await sys.setgroups(accounts.groupsOf(user.name, user.gid));
  await sys.setgid(user.gid);
  await sys.setuid(user.uid);
  if (given.has('i')) await sys.chdir(user.home).catch(() => sys.chdir('/'));
  try {
    return await sys.execve(path, argv, env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`unable to execute ${path}: ${error.message}`, execFailureStatus(error));
  }
});

async function print(io: Stdio, text: string): Promise<number> {
  await io.stdout.write(text);
  return 0;
}

/** env_reset: a small environment of the target user's, with who called in SUDO_*. */
function environment(
  io: Stdio,
  user: User,
  caller: User | undefined,
  keepAll: boolean,
  login: boolean,
): Map<string, string> {
  const env = new Map(keepAll && !login ? io.env : [...io.env].filter(([name]) => KEPT.includes(name)));
  for (const [name, value] of [
    ['HOME', user.home],
    ['LOGNAME', user.name],
    ['USER', user.name],
    ['SHELL', user.shell],
    ['PATH', SECURE_PATH],
    ['MAIL', `/var/mail/${user.name}`],
  ] as const)
    env.set(name, value);
  if (login) return env;
  env.set('SUDO_COMMAND', io.args.join(' '));
  env.set('SUDO_USER', caller?.name ?? '');
  env.set('SUDO_UID', String(io.sys.getuid()));
  env.set('SUDO_GID', String(io.sys.getgid()));
  return env;
}
