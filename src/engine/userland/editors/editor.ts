import { isErrno } from '../../base/errno.ts';
import { isDirectory, join, statOf } from '../files.ts';
import type { Utility } from '../utility.ts';

/**
 * vi and nano open the file in the editor beside the terminal: they tell the page by an escape sequence of ours (OSC 5522) and
 * end at once. Simplified: there is no editing within the terminal.
 */
function editor(name: 'vi' | 'nano'): Utility {
  return {
    name,
    usage: '[FILE]',
    summary: 'Edit FILE: it opens in the editor beside the terminal.',
    busybox: { usage: '[-c CMD] [-R] [FILE]...' },
    async run(io, { operands }) {
      const file = operands.find((operand) => !/^[-+]/.test(operand));
      if (file === undefined)
        return io.fail('name a file to edit (Drydock opens it in the editor beside the terminal)');
      if (!(await io.sys.isatty(1))) return io.fail('standard output is not a terminal');
      const path = file.startsWith('/') ? file : join(await io.sys.getcwd(), file.replace(/^\.\//, ''));
      const stat = await statOf(io.sys, path);
      if (isDirectory(stat)) return io.fail(`${file} is a directory`);
      try {
        if (stat) await io.sys.access(path, 4);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return io.fail(`${file}: ${error.message}`);
      }
      io.stdout.write(`\x1b]5522;edit;${path}\x07${path} is open in the editor beside the terminal.\n`);
      return 0;
    },
  };
}

export const vi: Utility = editor('vi');
export const nano: Utility = editor('nano');
