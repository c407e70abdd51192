import { join } from '../files.ts';
import { getopt, OptionError, type OptionTable, type ParsedOptions } from '../lib/getopt.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { parseScript, ScriptError, type Substitution } from '../sed/script.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';
import { Creation, isSort } from './tar-create.ts';
import { type Member, Tar } from './tar-job.ts';
import { OPTIONS, TAKES_ARGUMENT } from './tar-options.ts';
import { Reading } from './tar-read.ts';

/**
 * tar(1): create, append, list, extract; gzip compression. Simplified: archives are written in ustar with PAX headers, whatever the
 * format asked for.
 */
export const tar: Utility = {
  name: 'tar',
  usage: '[OPTION...] [FILE]...',
  summary: 'Save many files together into a single archive, or restore individual files from it.',
  misuse: 2,
  hint: (name) => `Try '${name} --help' or '${name} --usage' for more information.`,
  async run(io, { operands }, flavour) {
    const gnu = flavour === 'gnu';
    const misuse = async (text: string, status = 2) => {
      await io.fail(text);
      await io.stderr.write(`${this.hint!(io.name)}\n`);
      return status;
    };
    let asked: ReturnType<typeof readArguments>;
    try {
      asked = readArguments(withDashes(operands), OPTIONS[flavour]);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      if (!gnu) throw new Misuse('', error.message);
      return misuse(error.message, 64);
    }
    const given = new Given({ options: asked.options, operands: [] });
    if (given.has('help', 'version')) {
      io.stdout.write(`Usage: ${io.name} ${this.usage}\n${this.summary}\n`);
      return 0;
    }
    const blocks = given.value('b');
    if (blocks !== undefined && !/^0*[1-9]\d*$/.test(blocks))
      return misuse(`${blocks}: Invalid blocking factor`);
    const record = given.value('record-size');
    if (record !== undefined && Number(record) % 512 !== 0)
      return misuse('Record size must be a multiple of 512.');
    const format = given.value('H');
    if (format !== undefined && !['gnu', 'pax', 'posix', 'ustar'].includes(format)) {
      if (format === 'v7' || format === 'oldgnu') throw new NotSimulated(`the format ${format}`);
      return misuse(`${format}: Invalid archive format`);
    }
    const action = given.last('c', 't', 'x', 'r');
    if (action === undefined) {
      if (!gnu) throw new Misuse('');
      return misuse("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
    }
    let transformations: Substitution[];
    try {
      transformations = given
        .values('transform')
        .flatMap((text) => parseScript(text, false).flatMap(({ substitution }) => substitution ?? []));
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return misuse('Invalid transform expression');
    }
    const job = new Tar(io, flavour, {
      given,
      directory: asked.directory,
      verbose: asked.options.filter(({ name }) => name === 'v').length,
      transformations,
    });
    await job.readExcluded();
    if (action === 't' || action === 'x')
      return new Reading(job).read(
        asked.members.map(({ name }) => name),
        action === 'x',
      );
    const sort = given.value('sort') ?? 'none';
    if (!isSort(sort)) throw new Misuse(`invalid argument ${quote(io, sort)} for ${quote(io, '--sort')}`);
    const creation = await Creation.prepare(job, sort);
    return typeof creation === 'number' ? creation : creation.create(asked.members, action === 'r');
  },
};

/** Options and members in the order given, for -C holds for the members after it. */
function readArguments(args: readonly string[], table: OptionTable) {
  const options: ParsedOptions['options'] = [];
  const members: Member[] = [];
  let directory = '';
  const enter = (parsed: ParsedOptions) => {
    options.push(...parsed.options);
    for (const { name, value } of parsed.options)
      if (name === 'C') directory = value!.startsWith('/') ? value! : join(directory, value!);
  };
  const inOrder = { ...table, short: `+${table.short}` };
  for (let rest = args; rest.length > 0; ) {
    const parsed = getopt(rest, inOrder);
    enter(parsed);
    const [name] = parsed.operands;
    if (name === undefined) break;
    members.push({ name, directory });
    rest = parsed.operands.slice(1);
    if (rest[0] !== undefined && args[args.length - rest.length - 2] === '--') {
      members.push(...rest.map((each) => ({ name: each, directory })));
      break;
    }
  }
  return { options, members, directory };
}

/** The old form: letters without a dash in front, their arguments after them in order. */
function withDashes(words: readonly string[]): string[] {
  const [letters, ...rest] = words;
  if (letters === undefined || letters.startsWith('-')) return [...words];
  const dashed: string[] = [];
  for (const letter of letters) {
    dashed.push(`-${letter}`);
    if (TAKES_ARGUMENT.test(letter)) dashed.push(rest.shift() ?? '');
  }
  return [...dashed, ...rest];
}
