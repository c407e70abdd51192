import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { writeAll } from '../lib/stdio.ts';
import { attempt, choiceOf, Given, quoteName, type Utility } from '../utility.ts';

/** tee(1): passes each piece on as it comes. */
export const tee: Utility = {
  name: 'tee',
  usage: '[OPTION]... [FILE]...',
  summary: 'Copy standard input to each FILE, and also to standard output.',
  options: {
    short: 'aip',
    long: { append: 'a', 'ignore-interrupts': 'i', 'output-error': 'output-error::' },
  },
  busybox: { options: { short: 'ai' }, usage: '[-ai] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const last = given.last('p', 'output-error');
    const mode =
      last === undefined
        ? 'default'
        : choiceOf(
            io,
            (last === 'p' ? undefined : given.value('output-error')) ?? 'warn-nopipe',
            ['warn', 'warn-nopipe', 'exit', 'exit-nopipe'],
            '--output-error',
          );
    // Whoever asks how to go on after errors does not want to be killed by the first.
    if (mode !== 'default') await io.sys.sigaction('SIGPIPE', 'ignore');
    if (given.has('i')) await io.sys.sigaction('SIGINT', 'ignore');
    const outputs = [{ fd: 1, name: flavour === 'gnu' ? quoteName('standard output') : 'standard output' }];
    let status = 0;
    for (const name of parsed.operands) {
      const flags = O_WRONLY | O_CREAT | (given.has('a') ? O_APPEND : O_TRUNC);
      const opened = await attempt(
        io,
        async () => outputs.push({ fd: await io.sys.open(name, flags, 0o666), name }),
        (text) => `${name}: ${text}`,
      );
      if (!opened) status = 1;
    }
    for (;;) {
      const chunk = await io.stdin.read();
      if (chunk.length === 0) return status;
      for (const output of [...outputs]) {
        let broken = false;
        const written = await attempt(
          io,
          () =>
            writeAll(io.sys, output.fd, chunk).catch((error: unknown) => {
              broken = isErrno(error, 'EPIPE');
              throw error;
            }),
          (text) => (broken && mode.endsWith('nopipe') ? undefined : `${output.name}: ${text}`),
        );
        if (written) continue;
        if (!(broken && mode.endsWith('nopipe'))) {
          status = 1;
          if (mode.startsWith('exit')) return status;
        }
        outputs.splice(outputs.indexOf(output), 1);
      }
    }
  },
};
