import { eachInput, Given, type Utility } from '../utility.ts';

/** strings(1) */
export const strings: Utility = {
  name: 'strings',
  usage: '[option(s)] [file(s)]',
  summary: 'Display printable strings in file(s).',
  options: {
    short: 'adfn:ot:e:s:wT:U:hvV0123456789',
    long: {
      all: 'a',
      data: 'd',
      'print-file-name': 'f',
      bytes: 'n:',
      radix: 't:',
      'include-all-whitespace': 'w',
      target: 'T:',
      encoding: 'e:',
      unicode: 'U:',
      'output-separator': 's:',
    },
    about: { help: 'h', version: 'V' },
    // Files are scanned whole unless -d asks for less.
    inert: ['a'],
    refused: ['d', 'e', 's', 'w', 'T', 'U', 'v'],
  },
  busybox: { options: { short: 'afon:t:', inert: ['a'] }, usage: '[-fo] [-t o|d|x] [-n LEN] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const digits = parsed.options
      .map(({ name }) => name)
      .filter((name) => /^\d$/.test(name))
      .join('');
    const least = Number(given.value('n') ?? (digits || 4));
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input, name) => {
        let run = '';
        let at = 0;
        const settle = () => {
          const base = { o: 8, d: 10, x: 16 }[given.value('t') as 'o'] ?? (given.has('o') ? 8 : 0);
          if (run.length >= least)
            io.stdout.write(
              `${given.has('f') ? `${name}: ` : ''}${base ? `${(at - run.length).toString(base).padStart(7)} ` : ''}${run}\n`,
            );
          run = '';
        };
        for (;;) {
          const chunk = await input.read();
          if (chunk.length === 0) break;
          for (const byte of chunk) {
            if ((byte >= 32 && byte < 127) || byte === 9) run += String.fromCharCode(byte);
            else settle();
            at++;
          }
          const pause = io.process.work(chunk.length / 100);
          if (pause) await pause;
        }
        settle();
      },
      (name, text) =>
        flavour === 'gnu' && text.startsWith('No such') ? `'${name}': No such file` : `${name}: ${text}`,
    );
  },
};
