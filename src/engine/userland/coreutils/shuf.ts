import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { Output } from '../lib/stdio.ts';
import { eachInput, Given, plainReport, quote, type Utility } from '../utility.ts';

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
      'random-source': 'random-source:',
      'zero-terminated': 'z',
    },
    refused: ['random-source'],
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
          for await (const line of input.lines(given.has('z') ? 0 : 10)) lines.push(line);
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
    const end = given.has('z') ? '\0' : '\n';
    const file = given.value('o');
    const out =
      file === undefined
        ? io.stdout
        : new Output(io.sys, await io.sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
    const most = Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    if (given.has('r')) {
      for (let i = 0; i < most && lines.length > 0; i++)
        await out.write(lines[await random(lines.length)] + end);
      await out.flush();
      return 0;
    }
    for (let i = 0; i < lines.length && i < most; i++) {
      const j = i + (await random(lines.length - i));
      [lines[i], lines[j]] = [lines[j]!, lines[i]!];
      await out.write(lines[i] + end);
    }
    await out.flush();
    return 0;
  },
};
