import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from '../../kernel/fcntl.ts';
import { isDirectory, statOf } from '../files.ts';
import { parseMode } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';

/** mkdir(1) */
export const mkdir: Utility = {
  name: 'mkdir',
  usage: '[OPTION]... DIRECTORY...',
  summary: 'Create the DIRECTORY(ies), if they do not already exist.',
  // There is no SELinux here, and without it -Z is passed over in silence.
  options: { short: 'm:pvZ', long: { mode: 'm:', parents: 'p', verbose: 'v' }, inert: ['Z'] },
  busybox: {
    options: { short: 'm:pv', long: { mode: 'm:', parents: 'p', verbose: 'v' } },
    usage: '[-m MODE] [-p] DIRECTORY...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    const text = given.value('m');
    const change = text === undefined ? undefined : parseMode(text);
    if (text !== undefined && change === undefined)
      return io.fail(flavour === 'gnu' ? `invalid mode ${quote(io, text)}` : `invalid mode '${text}'`);
    let status = 0;
    for (const path of parsed.operands) {
      let at = path;
      try {
        if (given.has('p'))
          await makePath(io, path, { verbose: given.has('v'), begin: (part) => (at = part) });
        else {
          await io.sys.mkdir(path, 0o777);
          if (given.has('v')) io.stdout.write(`mkdir: created directory ${quote(io, path)}\n`);
        }
        if (change) await io.sys.chmod(path, change(0o777, true, 0));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          flavour === 'gnu'
            ? `cannot create directory ${quote(io, at)}: ${error.message}`
            : `can't create directory '${at}': ${error.message}`,
        );
      }
    }
    return status;
  },
};

/** Makes a directory and what is missing above it. `begin` is told each directory before it is made. */
export async function makePath(
  io: Stdio,
  path: string,
  options: { verbose?: boolean; begin?: (path: string) => void } = {},
): Promise<void> {
  if (path.length >= PATH_MAX / 3) return makeFar(io, path, options);
  let at = path.startsWith('/') ? '/' : '';
  const parts = path.split('/').filter((part) => part !== '');
  for (const part of parts) {
    at = at === '' || at === '/' ? at + part : `${at}/${part}`;
    options.begin?.(at);
    try {
      await io.sys.mkdir(at, 0o777);
      if (options.verbose) io.stdout.write(`${io.name}: created directory ${quote(io, at)}\n`);
    } catch (error) {
      const stat = isErrno(error) ? await statOf(io.sys, at) : undefined;
      if (!isDirectory(stat)) throw error;
    }
  }
}

/** The way is longer than a path may be: goes it, a directory at a time, and comes back. */
async function makeFar(
  io: Stdio,
  path: string,
  options: { verbose?: boolean; begin?: (path: string) => void },
): Promise<void> {
  const { sys } = io;
  const back = await sys.open('.', O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  let shown = '';
  try {
    if (path.startsWith('/')) await sys.chdir('/');
    for (const part of path.split('/').filter(Boolean)) {
      shown = shown === '' && !path.startsWith('/') ? part : `${shown}/${part}`;
      options.begin?.(shown);
      await makePath(io, part);
      await sys.chdir(part);
      if (options.verbose) io.stdout.write(`${io.name}: created directory ${quote(io, shown)}\n`);
    }
  } finally {
    await sys.fchdir(back);
    await sys.close(back);
  }
}

const PATH_MAX = 4096;
