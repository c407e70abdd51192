import { shellStatus, waitFor } from '../lib/spawn.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { become } from './steps.ts';

/** setsid(1) */
export const setsid: Utility = {
  name: 'setsid',
  usage: '[options] <program> [arguments ...]',
  summary: 'Run a program in a new session.',
  options: { short: '+cfw', long: { ctty: 'c', fork: 'f', wait: 'w' } },
  busybox: { options: { short: '+c' }, usage: '[-c] PROG ARGS' },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('no command specified');
    const enter = async ({ sys }: Stdio) => {
      await sys.setsid();
      if (given.has('c')) await sys.ioctl(0, { request: 'TIOCSCTTY' });
    };
    // A group's leader cannot begin a session: a child does.
    if (given.has('f') || (await io.sys.getpgid()) === io.sys.getpid()) {
      const pid = await io.sys.fork(
        utility(async (child) => {
          await enter(child);
          return become(child, parsed.operands);
        }),
      );
      return given.has('w') ? shellStatus(await waitFor(io.sys, pid)) : 0;
    }
    await enter(io);
    return become(io, parsed.operands);
  },
};
