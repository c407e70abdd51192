import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { parseCount } from '../lib/count.ts';
import { Input, writeAll } from '../lib/stdio.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** shuf(1): chance comes from /dev/urandom, the machine's own. */
export const shuf: Utility = {
  name: 'shuf',
  usage: '[OPTION]... [FILE]\n  or:  shuf -e [OPTION]... [ARG]...\n  or:  shuf -i LO-HI [OPTION]...',
  summary: 'Write a random permutation of the input lines to standard output.',
  options: {
    short: 'ei:n:o:rz',
    long: {
      echo: 'e',
      'input-range': 'i:',
      'head-count': 'n:',
      output: 'o:',
      repeat: 'r',
      'zero-terminated': 'z',
    },
  },
  busybox: { options: { short: 'ei:n:o:z' }, usage: '[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    let lines: string[] = [];
    const range = given.value('i');
    if (range !== undefined) {
      const match = /^(\d+)-(\d+)$/.exec(range);
      if (!match || Number(match[1]) > Number(match[2]))
        return io.fail(`invalid input range: ${quote(io, range)}`);
      for (let n = Number(match[1]); n <= Number(match[2]); n++) lines.push(String(n));
    } else if (given.has('e')) lines = [...parsed.operands];
    else {
      const status = await eachInput(
        io,
        parsed.operands.slice(0, 1),
        flavour,
        async (input) => {
          for await (const line of input.lines()) lines.push(line);
        },
        plainReport,
      );
      if (status) return status;
    }
    const fd = await io.sys.open('/dev/urandom', 0);
    const random = async (below: number) => {
      const bytes = await io.sys.read(fd, 4);
      return (bytes[0]! * 16777216 + bytes[1]! * 65536 + bytes[2]! * 256 + bytes[3]!) % below;
    };
    const most = Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    if (given.has('r')) {
      for (let i = 0; i < most && lines.length > 0; i++)
        await io.stdout.write(`${lines[await random(lines.length)]}\n`);
      return 0;
    }
    for (let i = 0; i < lines.length && i < most; i++) {
      const j = i + (await random(lines.length - i));
      [lines[i], lines[j]] = [lines[j]!, lines[i]!];
      await io.stdout.write(`${lines[i]}\n`);
    }
    return 0;
  },
};

/** split(1) */
export const split: Utility = {
  name: 'split',
  usage: '[OPTION]... [FILE [PREFIX]]',
  summary: 'Output pieces of FILE to PREFIXaa, PREFIXab, ...',
  options: {
    short: 'a:b:C:dl:n:x0123456789',
    long: {
      'suffix-length': 'a:',
      bytes: 'b:',
      lines: 'l:',
      'numeric-suffixes': 'd',
      'additional-suffix': 'more:',
      verbose: 'verbose',
    },
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
    let part = 0;
    const name = () => {
      let rest = part++;
      let suffix = '';
      const base = given.has('d') ? 10 : 26;
      for (let i = 0; i < length; i++) {
        suffix = (given.has('d') ? String(rest % 10) : String.fromCharCode(97 + (rest % 26))) + suffix;
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
