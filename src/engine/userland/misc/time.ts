import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { run } from '../lib/spawn.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** time, BusyBox' applet: how long a program took. */
export const time: Utility = {
  name: 'time',
  usage: '[-vpa] [-o FILE] PROG ARGS',
  summary: 'Run PROG, display resource usage when it exits',
  options: { short: '+vpao:f:', refused: ['v', 'f'] },
  async run(io, parsed) {
    const given = new Given(parsed);
    const { operands } = parsed;
    if (operands.length === 0) throw new Misuse('');
    const file = given.value('o');
    const flags = O_WRONLY | O_CREAT | (given.has('a') ? O_APPEND : O_TRUNC);
    const fd = file === undefined ? 2 : await io.sys.open(file, flags, 0o666);
    const start = io.sys.clock_gettime('monotonic');
    const before = await io.sys.times();
    const status = await run(io.process, operands);
    const after = await io.sys.times();
    const posix = given.has('p');
    const show = (ms: number) => {
      const seconds = ((posix ? ms : ms % 60_000) / 1000).toFixed(2);
      return posix ? ` ${seconds}` : `\t${Math.floor(ms / 60_000)}m ${seconds}s`;
    };
    const real = show(io.sys.clock_gettime('monotonic') - start);
    const user = show(after.childUser - before.childUser);
    const system = show(after.childSystem - before.childSystem);
    await writeAll(io.sys, fd, textToBytes(`real${real}\nuser${user}\nsys${system}\n`));
    return status;
  },
};
