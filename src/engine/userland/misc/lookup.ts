import { X_OK } from '../../kernel/fcntl.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { SANE } from '../../vfs/tty/attributes.ts';
import { statOf } from '../files.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** which(1) */
export const which: Utility = {
  name: 'which',
  usage: '[-as] args',
  summary: 'Locate a command.',
  hint: (name) => `Usage: /usr/bin/${name} [-as] args`,
  misuse: 2,
  options: { short: 'as' },
  busybox: { options: { short: 'a' }, usage: '[-a] COMMAND...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) {
      if (flavour === 'busybox') throw new Misuse('');
      return 1;
    }
    let status = 0;
    for (const name of parsed.operands) {
      const directories = name.includes('/')
        ? ['']
        : (io.env.get('PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(':');
      let found = false;
      for (const directory of directories) {
        const path = name.includes('/') ? name : `${directory || '.'}/${name}`;
        const stat = await statOf(io.sys, path);
        if (!stat || (stat.mode & S_IFMT) !== S_IFREG) continue;
        if (
          !(await io.sys.access(path, X_OK).then(
            () => true,
            () => false,
          ))
        )
          continue;
        found = true;
        if (!given.has('s')) io.stdout.write(`${path}\n`);
        if (!given.has('a')) break;
      }
      if (!found) status = 1;
    }
    return status;
  },
};

/** clear(1) and reset(1): escape sequences for a terminal of the xterm kind. */
export const clear: Utility = {
  name: 'clear',
  usage: '[options]',
  summary: 'Clear the terminal screen.',
  // Every terminal here is of the same kind.
  options: { short: 'T:Vx', about: { version: 'V' }, inert: ['T'] },
  busybox: { options: {}, usage: '' },
  async run(io, parsed, flavour) {
    io.stdout.write(
      flavour === 'busybox' ? '\x1b[H\x1b[J' : `\x1b[H\x1b[2J${new Given(parsed).has('x') ? '' : '\x1b[3J'}`,
    );
    return 0;
  },
};

export const reset: Utility = {
  name: 'reset',
  usage: '[options] [terminal]',
  summary: 'Reset the terminal.',
  async run(io) {
    if (await io.sys.isatty(1)) {
      await io.sys.ioctl(1, { request: 'TCSETS', attributes: { ...SANE } });
      io.stdout.write('\x1bc\x1b[H\x1b[J');
    }
    return 0;
  },
};
