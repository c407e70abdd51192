import { isErrno } from '../../base/errno.ts';
import { execFailureStatus, execProgram } from '../lib/spawn.ts';
import { readAccounts } from '../lib/users.ts';
import { Given, type Utility } from '../utility.ts';

/** su(1). Simplified: there are no passwords; only root may become another without one, and nobody has one to give. */
export const su: Utility = {
  name: 'su',
  usage: '[options] [-] [<user> [<argument>...]]',
  summary: 'Change the effective user ID and group ID to that of <user>.',
  options: {
    short: '+c:fg:G:hlmpPs:TVw:',
    long: {
      command: 'c:',
      fast: 'f',
      group: 'g:',
      login: 'l',
      'preserve-environment': 'p',
      'session-command': 'session-command:',
      pty: 'P',
      'no-pty': 'T',
      shell: 's:',
      'supp-group': 'G:',
      'whitelist-environment': 'w:',
    },
    about: { help: 'h', version: 'V' },
    refused: ['P'],
    // A terminal of its own is never made.
    inert: ['T'],
  },
  busybox: {
    options: { short: '+lmpc:s:' },
    usage: '[-lmp] [-s SH] [-] [USER [FILE ARGS | -c CMD [ARG0 ARGS]]]',
  },
  async run(io, parsed, flavour) {
    const options = [...parsed.options];
    let operands = [...parsed.operands];
    // Options may follow the name: `su - user -c command`.
    const login = operands[0] === '-' || options.some(({ name }) => name === 'l');
    if (operands[0] === '-') operands.shift();
    const name = operands.shift() ?? 'root';
    if (operands[0] === '-') operands.shift();
    while (operands[0] === '-c' || operands[0] === '-s') {
      options.push({ name: operands[0].slice(1), value: operands[1] });
      operands = operands.slice(2);
    }
    const given = new Given({ options, operands });
    const accounts = await readAccounts(io.sys);
    const user = accounts.user(name);
    if (!user)
      return io.fail(
        flavour === 'gnu'
          ? `user ${name} does not exist or the user entry does not contain all the required fields`
          : `unknown user ${name}`,
      );
    if (io.sys.getuid() !== 0) {
      await io.stderr.write('Password: \n');
      return io.fail(flavour === 'gnu' ? 'Authentication failure' : 'incorrect password');
    }
    const shell = given.value('s') ?? (user.shell || '/bin/sh');
    const environment = new Map(login ? [['TERM', io.env.get('TERM') ?? 'linux']] : io.env);
    for (const kept of given.value('w')?.split(',') ?? [])
      if (io.env.has(kept)) environment.set(kept, io.env.get(kept)!);
    if (login || !given.has('m', 'p')) {
      environment.set('HOME', user.home).set('SHELL', shell);
      if (login || user.uid !== 0) environment.set('USER', user.name).set('LOGNAME', user.name);
    }
    if (login)
      environment.set(
        'PATH',
        user.uid === 0
          ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
          : '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games',
      );
    try {
      const primary = given.has('g') ? accounts.group(given.value('g')!) : undefined;
      const more = given.values('G').map((group) => accounts.group(group));
      const missing =
        given.has('g') && !primary ? given.value('g') : given.values('G')[more.indexOf(undefined)];
      if (missing !== undefined) return io.fail(`group ${missing} does not exist`);
      const gid = primary?.gid ?? more[0]?.gid ?? user.gid;
      await io.sys.setgroups(
        more.length > 0 ? more.map((group) => group!.gid) : accounts.groupsOf(user.name, gid),
      );
      await io.sys.setgid(gid);
      await io.sys.setuid(user.uid);
      if (login)
        await io.sys
          .chdir(user.home)
          .catch(() =>
            io.stderr.write(
              `${io.name}: warning: cannot change directory to ${user.home}: No such file or directory\n`,
            ),
          );
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`cannot set groups: ${error.message}`);
    }
    const base = shell.replace(/^.*\//, '');
    const command = given.value('c', 'session-command');
    const fast = given.has('f') ? ['-f'] : [];
    const argv = [
      login ? `-${base}` : base,
      ...fast,
      ...(command === undefined ? [] : ['-c', command]),
      ...operands,
    ];
    try {
      return await io.sys.execve(shell, argv, environment);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'ENOEXEC') return execProgram(io.process, argv, environment);
      await io.fail(
        flavour === 'gnu'
          ? `failed to execute ${shell}: ${error.message}`
          : `can't execute '${shell}': ${error.message}`,
      );
      return execFailureStatus(error);
    }
  },
};
