import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { Given, quoteName, type Utility } from '../utility.ts';

/** sync(1): everything is on its file system at once here, so that there is only to look whether the files are there. */
export const sync: Utility = {
  name: 'sync',
  usage: '[OPTION] [FILE]...',
  summary: 'Synchronize cached writes to persistent storage.',
  options: { short: 'df', long: { data: 'd', 'file-system': 'f' } },
  busybox: { options: { short: 'df' }, usage: '[-df] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    if (given.has('d') && given.has('f') && gnu)
      return io.fail('cannot specify both --data and --file-system');
    if (given.has('d') && parsed.operands.length === 0 && gnu)
      return io.fail('--data needs at least one argument');
    if (parsed.operands.length === 0) await io.sys.sync();
    let status = 0;
    for (const path of parsed.operands)
      try {
        await io.sys.close(await io.sys.open(path, O_RDONLY));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu
            ? `error opening ${quoteName(path)}: ${error.message}`
            : `can't open '${path}': ${error.message}`,
        );
      }
    return status;
  },
};
