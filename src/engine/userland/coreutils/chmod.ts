import { isErrno } from '../../base/errno.ts';
import { S_ISGID, S_ISUID } from '../../vfs/inode.ts';
import { isLink, statOf } from '../files.ts';
import { modeString, parseMode } from '../lib/mode-string.ts';
import { Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';
import { everywhere, sparesRoot } from './everywhere.ts';

/** chmod(1) */
export const chmod: Utility = {
  name: 'chmod',
  usage:
    '[OPTION]... MODE[,MODE]... FILE...\n  or:  chmod [OPTION]... OCTAL-MODE FILE...\n  or:  chmod [OPTION]... --reference=RFILE FILE...',
  summary: 'Change the mode of each FILE to MODE.',
  options: {
    short: 'RcfvrwxXstugoa,=',
    long: {
      changes: 'c',
      silent: 'f',
      quiet: 'f',
      verbose: 'v',
      recursive: 'R',
      reference: 'reference:',
      'preserve-root': 'preserve-root',
      'no-preserve-root': 'no-preserve-root',
    },
  },
  busybox: { options: { short: 'Rcvfrwxst' }, usage: '[-Rcvf] MODE[,MODE]... FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    // A mode such as `-x` looks like options.
    const dashed = parsed.options
      .filter(({ name }) => 'rwxXstugoa,='.includes(name))
      .map(({ name }) => name)
      .join('');
    const operands = [...parsed.operands];
    const reference = given.value('reference');
    const text = reference !== undefined ? '' : dashed === '' ? operands.shift() : `-${dashed}`;
    if (text === undefined) throw new Misuse('missing operand');
    if (operands.length === 0) throw new Misuse(`missing operand after ${quote(io, text)}`);
    const change = reference === undefined ? parseMode(text) : undefined;
    const copied = reference === undefined ? 0 : (await io.sys.stat(reference)).mode & 0o7777;
    if (reference === undefined && change === undefined)
      if (gnu) throw new Misuse(`invalid mode: ${quote(io, text)}`);
      else return io.fail(`invalid mode '${text}'`);
    const umask = await io.sys.umask(0);
    await io.sys.umask(umask);
    const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0');
    let status = 0;
    for (const operand of operands) {
      if (await sparesRoot(io, given, operand)) {
        status = 1;
        continue;
      }
      const fine = await everywhere(io, operand, { recursive: given.has('R') }, async (path) => {
        try {
          const link = await statOf(io.sys, path, false);
          if (isLink(link) && path !== operand) return true;
          const { mode } = await io.sys.stat(path);
          const directory = (mode & 0o170000) === 0o040000;
          let wanted = change ? change(mode, directory, umask) : copied;
          // GNU's keeps these bits of a directory unless they are spelled out.
          if (gnu && directory && /^[0-7]{1,4}$/.test(text)) wanted |= mode & (S_ISUID | S_ISGID);
          await io.sys.chmod(path, wanted);
          const changed = (mode & 0o7777) !== wanted;
          if (given.has('v') || (given.has('c') && changed))
            io.stdout.write(
              gnu
                ? changed
                  ? `mode of ${quote(io, path)} changed from ${octal(mode)} (${modeString(mode).slice(1)}) to ${octal(wanted)} (${modeString(wanted).slice(1)})\n`
                  : `mode of ${quote(io, path)} retained as ${octal(mode)} (${modeString(mode).slice(1)})\n`
                : `mode of '${path}' changed to ${octal(wanted)} (${modeString(wanted).slice(1)})\n`,
            );
          return true;
        } catch (error) {
          if (!isErrno(error)) throw error;
          if (!given.has('f'))
            await io.fail(
              !gnu
                ? `${path}: ${error.message}`
                : ['EPERM', 'EROFS'].includes(error.code)
                  ? `changing permissions of ${quoteName(path)}: ${error.message}`
                  : `cannot access ${quoteName(path)}: ${error.message}`,
            );
          return false;
        }
      });
      if (!fine) status = 1;
    }
    return status;
  },
};
