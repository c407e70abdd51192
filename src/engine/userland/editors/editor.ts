import { isErrno } from '../../base/errno.ts';
import { isDirectory, join, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import type { Utility } from '../utility.ts';

/**
 * vi, nano and code open files in the editor beside the terminal: they tell the page by an escape sequence of ours (OSC 5522: who asks,
 * the line, the file) and end at once. Simplified: there is no editing within the terminal.
 */
const USAGE = 'name a file to edit (Drydock opens it in the editor beside the terminal)';

interface Request {
  file: string;
  /** From 1; 0 where none is asked for. */
  line: number;
}

function editor(name: 'vi' | 'nano'): Utility {
  return {
    name,
    usage: '[+LINE] [FILE]',
    summary: 'Edit FILE: it opens in the editor beside the terminal.',
    busybox: { usage: '[-c CMD] [-R] [FILE]...' },
    async run(io, { operands }) {
      const file = operands.find((operand) => !/^[-+]/.test(operand));
      if (file === undefined) return io.fail(USAGE);
      const line = Number(operands.find((operand) => /^\+\d+/.test(operand))?.match(/\d+/)?.[0] ?? 0);
      const path = await absolute(io, file);
      if (isDirectory(await statOf(io.sys, path))) return io.fail(`${file} is a directory`);
      return open(io, [{ file, line }]);
    },
  };
}

/** Models what one types of Visual Studio Code's command: files, folders, and with -g a line. */
const codeEditor: Utility = {
  name: 'code',
  usage: '[-g] [FILE[:LINE[:COLUMN]]...]',
  summary: 'Open files in the editor beside the terminal, and folders in its tree.',
  options: {
    short: 'grn',
    long: { goto: 'g', 'reuse-window': 'r', 'new-window': 'n' },
    // There is one window.
    inert: ['r', 'n'],
  },
  async run(io, { options, operands }) {
    if (operands.length === 0) return io.fail(USAGE);
    const isGoto = options.some(({ name }) => name === 'g');
    return open(
      io,
      operands.map((operand) => {
        const [, file = operand, line = '0'] = (isGoto && /^(.+?):(\d+)(?::\d+)?$/.exec(operand)) || [];
        return { file, line: Number(line) };
      }),
    );
  },
};

async function open(io: Stdio, requests: readonly Request[]): Promise<number> {
  const { sys } = io;
  if (!(await sys.isatty(1))) return io.fail('standard output is not a terminal');
  // As programs tell that they are in a container; the editor beside the terminal is not in it.
  if ((await statOf(sys, '/.dockerenv')) !== undefined)
    return io.fail(
      'the editor beside the terminal sees the files of the machine, not those of a container (docker cp takes them out and back)',
    );
  for (const { file, line } of requests) {
    const path = await absolute(io, file);
    try {
      if (await statOf(sys, path)) await sys.access(path, 4);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`${file}: ${error.message}`);
    }
    io.stdout.write(
      `\x1b]5522;edit;${sys.geteuid()};${line};${path}\x07${path} is open in the editor beside the terminal.\n`,
    );
  }
  return 0;
}

async function absolute({ sys }: Stdio, file: string): Promise<string> {
  if (file.startsWith('/')) return file;
  const directory = await sys.getcwd();
  const name = file.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  return name === '.' || name === '' ? directory : join(directory, name);
}

export const vi: Utility = editor('vi');
export const nano: Utility = editor('nano');
export const code: Utility = codeEditor;
