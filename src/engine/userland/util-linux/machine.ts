import { isErrno } from '../../base/errno.ts';
import { O_WRONLY } from '../../kernel/fcntl.ts';
import { isDirectory, join, sortedNamesIn, statOf } from '../files.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** sysctl(8): the parameters below /proc/sys. */
export const sysctl: Utility = {
  name: 'sysctl',
  usage: '[options] [variable[=value] ...]',
  summary: 'Configure kernel parameters at runtime.',
  options: {
    short: 'abenNqwApXhV',
    long: { all: 'a', ignore: 'e', names: 'N', values: 'n', quiet: 'q', write: 'w', load: 'p::' },
  },
  busybox: { options: { short: '+neAapwq' }, usage: '[-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const show = async (key: string, path: string): Promise<number> => {
      try {
        const text = bytesToText(await readFile(io.sys, path)).replace(/\n$/, '');
        for (const line of text.split('\n'))
          io.stdout.write(given.has('N') ? `${key}\n` : given.has('n') ? `${line}\n` : `${key} = ${line}\n`);
        return 0;
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (given.has('e')) return 0;
        return io.fail(
          error.code === 'ENOENT'
            ? gnu
              ? `cannot stat ${path}: No such file or directory`
              : `error: '${key}' is an unknown key`
            : `permission denied on key '${key}'`,
        );
      }
    };
    const everything = async (path: string): Promise<void> => {
      for (const name of await sortedNamesIn(io.sys, path)) {
        const inner = join(path, name);
        if (isDirectory(await statOf(io.sys, inner))) await everything(inner);
        else await show(inner.slice('/proc/sys/'.length).replaceAll('/', '.'), inner);
      }
    };
    if (given.has('a', 'A', 'X')) {
      await everything('/proc/sys');
      return 0;
    }
    if (parsed.operands.length === 0) {
      if (!gnu) throw new Misuse('');
      await io.stderr.write('\nUsage:\n sysctl [options] [variable[=value] ...]\n\n');
      return 1;
    }
    let status = 0;
    for (const operand of parsed.operands) {
      const [key, value] = operand.split(/=(.*)/s) as [string, string | undefined];
      const path = `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
      if (value === undefined) {
        status ||= await show(key, path);
        continue;
      }
      try {
        const fd = await io.sys.open(path, O_WRONLY);
        await writeAll(io.sys, fd, textToBytes(`${value}\n`));
        await io.sys.close(fd);
        if (!given.has('q')) io.stdout.write(`${key} = ${value}\n`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          error.code === 'ENOENT'
            ? gnu
              ? `cannot stat ${path}: No such file or directory`
              : `error: '${key}' is an unknown key`
            : gnu
              ? `permission denied on key "${key}", ignoring`
              : `error setting key '${key}': ${error.message}`,
        );
      }
    }
    return status;
  },
};
