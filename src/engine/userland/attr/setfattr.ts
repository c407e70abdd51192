import { isErrno } from '../../base/errno.ts';
import { Given, type Utility } from '../utility.ts';
import { readValue } from './values.ts';

const USAGE = `Usage: setfattr {-n name} [-v value] [-h] file...
       setfattr {-x name} [-h] file...
`;

/** setfattr(1): sets and removes extended attributes. */
export const setfattr: Utility = {
  name: 'setfattr',
  usage: '{-n name} [-v value] [-h] file...',
  summary: 'Set extended attributes.',
  misuse: 2,
  hint: () => `${USAGE}Try \`setfattr --help' for more information.`,
  options: {
    short: 'n:x:v:h',
    long: { name: 'n:', remove: 'x:', value: 'v:', 'no-dereference': 'h' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const [name, removed] = [given.value('n'), given.value('x')];
    const value = readValue(given.value('v') ?? '');
    if (value === undefined) return io.fail('bad input encoding');
    const isClear = (name === undefined) !== (removed === undefined);
    if (!isClear || parsed.operands.length === 0) {
      await io.stderr.write(`${USAGE}Try \`setfattr --help' for more information.\n`);
      return 2;
    }
    let status = 0;
    const follow = !given.has('h');
    for (const path of parsed.operands) {
      try {
        if (removed !== undefined) await io.sys.removexattr(path, removed, follow);
        else await io.sys.setxattr(path, name!, value, follow);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(`${path}: ${error.code === 'ENODATA' ? 'No such attribute' : error.message}`);
      }
    }
    return status;
  },
};
