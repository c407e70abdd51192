import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { parseCount } from '../lib/count.ts';
import { Input, writeAll } from '../lib/stdio.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';

/** split(1) */
export const split: Utility = {
  name: 'split',
  usage: '[OPTION]... [FILE [PREFIX]]',
  summary: 'Output pieces of FILE to PREFIXaa, PREFIXab, ...',
  options: {
    short: 'a:b:C:del:n:t:ux0123456789',
    long: {
      'suffix-length': 'a:',
      bytes: 'b:',
      'line-bytes': 'C:',
      'elide-empty-files': 'e',
      filter: 'filter:',
      lines: 'l:',
      number: 'n:',
      'numeric-suffixes': 'd::',
      'hex-suffixes': 'x::',
      separator: 't:',
      unbuffered: 'u',
      'additional-suffix': 'more:',
      verbose: 'verbose',
    },
    refused: ['C', 'e', 'filter', 'n', 't'],
    // Only for what -n makes of a pipe.
    inert: ['u'],
  },
  busybox: { options: { short: 'l:b:a:' }, usage: '[OPTIONS] [INPUT [PREFIX]]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [file = '-', prefix = 'x'] = parsed.operands;
    const length = Number(given.value('a') ?? 2);
    const digits = parsed.options
      .map(({ name }) => name)
      .filter((name) => /^\d$/.test(name))
      .join('');
    const lines = parseCount(given.value('l') ?? (digits || '1000'));
    const bytes = given.value('b') === undefined ? undefined : parseCount(given.value('b')!);
    if (lines === undefined || lines <= 0 || (given.has('b') && !bytes))
      return io.fail(
        `invalid number of ${given.has('b') ? 'bytes' : 'lines'}: ${quote(io, given.value('b') ?? given.value('l') ?? '')}`,
      );
    let input: Input;
    try {
      input = file === '-' ? io.stdin : new Input(io.sys, await io.sys.open(file, 0));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(
        flavour === 'gnu'
          ? `cannot open ${quote(io, file)} for reading: ${error.message}`
          : `${file}: ${error.message}`,
      );
    }
    const base = given.has('x') ? 16 : given.has('d') ? 10 : 26;
    let part = Number.parseInt(given.value('x') ?? given.value('d') ?? '0', base === 26 ? 10 : base);
    const name = () => {
      let rest = part++;
      let suffix = '';
      for (let i = 0; i < length; i++) {
        const digit = rest % base;
        suffix = (base === 26 ? String.fromCharCode(97 + digit) : digit.toString(base)) + suffix;
        rest = Math.floor(rest / base);
      }
      if (rest > 0) throw new Misuse('output file suffixes exhausted');
      return prefix + suffix + (given.value('more') ?? '');
    };
    let out = -1;
    let left = 0;
    for (;;) {
      const piece =
        bytes === undefined ? await input.bytesUntil(10) : await input.read(left > 0 ? left : bytes);
      if (piece === undefined || piece.length === 0) break;
      if (left <= 0) {
        if (out !== -1) await io.sys.close(out);
        const path = name();
        if (given.has('verbose')) io.stdout.write(`creating file ${quote(io, path)}\n`);
        out = await io.sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
        left = bytes ?? lines;
      }
      await writeAll(io.sys, out, piece);
      left -= bytes === undefined ? 1 : piece.length;
    }
    return 0;
  },
};
