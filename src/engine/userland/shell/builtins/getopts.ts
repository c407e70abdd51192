import { assignChecked } from '../parameters.ts';
import { isName } from '../variables.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `getopts` (POSIX XCU getopts). The position within a cluster of options is kept in the shell. */
export const getopts: BuiltinRun = async (shell, args) => {
  const [spec, name, ...rest] = args;
  if (spec === undefined || name === undefined) {
    if (shell.dialect.name === 'bash') {
      await shell.error('getopts: usage: getopts optstring name [arg ...]\n');
      return 2;
    }
    return misuse(shell, 'getopts', 'Usage: getopts optstring var [arg...]');
  }
  const words = args.length > 2 ? rest : shell.positional;
  const silent = spec.startsWith(':');
  let index = Number(shell.variables.get('OPTIND') ?? '1') || 1;
  let offset = shell.getoptsOffset;
  const early = shell.dialect.name !== 'bash';
  if (early && offset > 0) index--;
  const finish = async (letter: string, argument: string | undefined, status: number): Promise<number> => {
    if (argument === undefined) shell.variables.unset('OPTARG');
    else shell.variables.set('OPTARG', argument);
    // dash and BusyBox count an argument when they begin it.
    shell.variables.set('OPTIND', String(early && offset > 0 ? index + 1 : index));
    shell.getoptsOffset = offset;
    if (!isName(name)) {
      await shell.warn(shell.dialect.badName(name), 'getopts');
      return shell.dialect.errorStatus;
    }
    await assignChecked(shell, name, letter);
    return status;
  };
  let word = words[index - 1];
  if (offset > 0 && (word === undefined || offset >= word.length)) offset = 0;
  if (offset === 0) {
    if (word === undefined || !/^-./.test(word)) return finish('?', undefined, 1);
    if (word === '--') {
      index++;
      return finish('?', undefined, 1);
    }
    offset = 1;
  }
  word = words[index - 1]!;
  const letter = word[offset++]!;
  const known = letter === ':' ? -1 : spec.indexOf(letter, silent ? 1 : 0);
  const advance = () => {
    if (offset >= word!.length) {
      index++;
      offset = 0;
    }
  };
  const complain = async (text: string) => {
    if (silent || shell.variables.get('OPTERR') === '0') return;
    if (shell.dialect.name === 'bash') await shell.error(`${shell.arg0}: ${text}\n`);
    else
      await shell.error(
        `${text[0]!.toUpperCase()}${text
          .slice(1)
          .replace(' --', shell.dialect.name === 'dash' || shell.dialect.name === 'ash' ? ' -' : ' --')
          .replace('- ', '-')}\n`,
      );
  };
  if (known === -1) {
    advance();
    await complain(`illegal option -- ${letter}`);
    return finish('?', silent ? letter : undefined, 0);
  }
  if (spec[known + 1] !== ':') {
    advance();
    return finish(letter, undefined, 0);
  }
  if (offset < word.length) {
    const argument = word.slice(offset);
    index++;
    offset = 0;
    return finish(letter, argument, 0);
  }
  index++;
  offset = 0;
  if (index - 1 < words.length) return finish(letter, words[index++ - 1]!, 0);
  if (silent) return finish(':', letter, 0);
  if (shell.dialect.name === 'bash') await complain(`option requires an argument -- ${letter}`);
  else await shell.error(`No arg for -${letter} option\n`);
  return finish('?', undefined, 0);
};
