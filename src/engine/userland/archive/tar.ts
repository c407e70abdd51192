import { getopt, OptionError } from '../lib/getopt.ts';
import { Given, type Utility } from '../utility.ts';
import { Creation } from './tar-create.ts';
import { Tar } from './tar-job.ts';
import { Reading } from './tar-read.ts';

/**
 * tar(1): create, list, extract; gzip compression. Simplified: archives are built in memory, in ustar with PAX headers; -r, -u and -A
 * and other compressions are refused.
 */
export const tar: Utility = {
  name: 'tar',
  usage: '[OPTION...] [FILE]...',
  summary: 'Save many files together into a single archive, or restore individual files from it.',
  misuse: 2,
  hint: (name) => `Try '${name} --help' or '${name} --usage' for more information.`,
  async run(io, { operands }, flavour) {
    const gnu = flavour === 'gnu';
    const args = [...operands];
    // The old form: letters without a dash, their arguments after them in order.
    if (args[0] !== undefined && !args[0].startsWith('-')) {
      const letters = args.shift()!;
      const values: string[] = [];
      for (const letter of letters) {
        values.push(`-${letter}`);
        if ('fCXTb'.includes(letter)) values.push(args.shift() ?? '');
      }
      args.unshift(...values);
    }
    const long = {
      create: 'c',
      list: 't',
      extract: 'x',
      get: 'x',
      file: 'f:',
      directory: 'C:',
      gzip: 'z',
      gunzip: 'z',
      verbose: 'v',
      'exclude-from': 'X:',
      'files-from': 'T:',
      exclude: 'exclude:',
      'strip-components': 'strip:',
      'to-stdout': 'O',
      'preserve-permissions': 'p',
      'same-owner': 'same',
      'no-same-owner': 'o',
      dereference: 'h',
      'keep-old-files': 'k',
      'numeric-owner': 'numeric',
      owner: 'owner:',
      group: 'group:',
      mtime: 'mtime:',
      sort: 'sort:',
      'absolute-names': 'P',
      auto: 'a',
      'auto-compress': 'a',
      bzip2: 'j',
      xz: 'J',
      append: 'r',
      update: 'u',
      help: 'help',
      overwrite: 'overwrite',
      'one-file-system': 'ofs',
      format: 'format:',
      sparse: 'S',
      wildcards: 'wild',
      transform: 'transform:',
    };
    let parsed: ReturnType<typeof getopt>;
    try {
      parsed = getopt(args, { short: 'ctxruAf:C:zvvX:T:OpohkPajJmSb:', long }, 'glibc');
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      await io.fail(error.message);
      await io.stderr.write(`${this.hint!(io.name)}\n`);
      return gnu ? 64 : 1;
    }
    const given = new Given(parsed);
    const action = given.last('c', 't', 'x', 'r', 'u', 'A');
    if (given.has('help')) {
      io.stdout.write(`Usage: ${io.name} ${this.usage}\n${this.summary}\n`);
      return 0;
    }
    if (action === undefined) {
      await io.fail("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
      await io.stderr.write(`${this.hint!(io.name)}\n`);
      return 2;
    }
    for (const [option, what] of [
      ['j', 'bzip2'],
      ['J', 'xz'],
      ['r', 'appending (-r)'],
      ['u', 'updating (-u)'],
      ['A', 'joining (-A)'],
      ['transform', '--transform'],
    ])
      if (given.has(option!)) return io.fail(`${what} is not simulated in Drydock`, 2);
    const job = new Tar(io, given, flavour, parsed.options);
    if (action === 'c') return new Creation(job).create(parsed.operands);
    return new Reading(job).read(parsed.operands, action === 'x');
  },
};
