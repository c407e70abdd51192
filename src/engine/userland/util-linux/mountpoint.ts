import { isErrno } from '../../base/errno.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFMT, type Stat } from '../../vfs/inode.ts';
import { canonical, isLink } from '../files.ts';
import { readMounts } from '../mounts.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** mountpoint(1) */
export const mountpoint: Utility = {
  name: 'mountpoint',
  usage: '[-qd] <path> | -x <device>',
  summary: 'Check whether a directory or file is a mountpoint.',
  options: {
    short: 'qdxhV',
    long: { quiet: 'q', nofollow: 'nofollow', 'fs-devno': 'd', devno: 'x' },
    about: { help: 'h', version: 'V' },
  },
  busybox: { options: { short: 'qdxn' }, usage: '[-q] { [-dn] DIR | -x DEVICE }' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [path, ...more] = parsed.operands;
    if (path === undefined || more.length > 0) throw new Misuse('bad usage');
    if (given.has('nofollow') && given.has('x'))
      return io.fail('--devno and --nofollow are mutually exclusive');
    const isQuiet = given.has('q');
    const follow = !given.has('nofollow');
    let stat: Stat;
    try {
      stat = await (follow ? io.sys.stat(path) : io.sys.lstat(path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return isQuiet ? 1 : io.fail(`${path}: ${error.message}`);
    }
    if (given.has('x')) {
      if ((stat.mode & S_IFMT) !== S_IFBLK)
        return isQuiet ? NOT_A_MOUNTPOINT : io.fail(`${path}: not a block device`, NOT_A_MOUNTPOINT);
      io.stdout.write(`${major(stat.rdev)}:${minor(stat.rdev)}\n`);
      return 0;
    }
    const real = await canonical(io.sys, path, 'none');
    const found = isLink(stat)
      ? undefined
      : (await readMounts(io.sys)).findLast(({ target }) => target === real);
    if (given.has('n')) {
      // What is on no block device has no name but this.
      const device = found?.source.startsWith('/dev/') ? found.source : 'UNKNOWN';
      io.stdout.write(`${device} ${path}\n`);
    } else if (given.has('d') && found) io.stdout.write(`${found.device}\n`);
    else if (!isQuiet) io.stdout.write(`${path} is ${found ? '' : 'not '}a mountpoint\n`);
    if (found) return 0;
    return flavour === 'gnu' ? NOT_A_MOUNTPOINT : 1;
  },
};

const NOT_A_MOUNTPOINT = 32;
