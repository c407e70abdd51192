import { assignChecked } from '../parameters.ts';
import type { Shell } from '../shell.ts';
import { isName } from '../variables.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** What one call has found: the letter for the variable, OPTARG, and the status. */
interface Found {
  letter: string;
  argument: string | undefined;
  status: number;
}

/** `getopts` (POSIX XCU getopts). The position within a cluster of options is kept in the shell. */
export const getopts: BuiltinRun = async (shell, args) => {
  const { name: dialect } = shell.dialect;
  const [spec, name, ...rest] = args;
  if (spec === undefined || name === undefined) {
    if (dialect === 'bash') {
      await shell.error('getopts: usage: getopts optstring name [arg ...]\n');
      return 2;
    }
    const usage =
      dialect === 'dash' ? 'Usage: getopts optstring var [arg...]' : 'usage: getopts optstring var [arg]';
    return misuse(shell, 'getopts', usage);
  }
  const scan = new Scan(shell, spec, args.length > 2 ? rest : shell.positional);
  const { letter, argument, status } = await scan.next();
  // dash and BusyBox leave OPTARG empty where bash unsets it.
  if (argument !== undefined) shell.variables.set('OPTARG', argument);
  else if (dialect === 'bash' || (letter === '?' && status === 0)) shell.variables.unset('OPTARG');
  else if (status === 0) shell.variables.set('OPTARG', '');
  scan.store();
  if (!isName(name)) {
    await shell.warn(shell.dialect.badName(name), 'getopts');
    return shell.dialect.errorStatus;
  }
  await assignChecked(shell, name, letter);
  return status;
};

class Scan {
  readonly #shell: Shell;
  readonly #spec: string;
  readonly #words: readonly string[];
  readonly #silent: boolean;
  /** dash and BusyBox count an argument when they begin it, and begin anew when all are read. */
  readonly #early: boolean;
  /** The word under way, from 1, and where in it the next letter is; 0: at a new word. */
  #index: number;
  #offset: number;

  constructor(shell: Shell, spec: string, words: readonly string[]) {
    this.#shell = shell;
    this.#spec = spec;
    this.#words = words;
    this.#silent = spec.startsWith(':');
    this.#early = shell.dialect.name !== 'bash';
    this.#index = this.#early ? shell.getoptsIndex : Number(shell.variables.get('OPTIND') ?? '1') || 1;
    this.#offset = shell.getoptsOffset;
    // Past the end, dash and BusyBox begin again.
    if (this.#early && this.#index > words.length + 1) {
      this.#index = 1;
      this.#offset = 0;
    }
    if (this.#early && this.#offset > 0) this.#index--;
  }

  store(): void {
    const { variables } = this.#shell;
    const index = this.#early && this.#offset > 0 ? this.#index + 1 : this.#index;
    variables.set('OPTIND', String(index));
    this.#shell.getoptsIndex = index;
    this.#shell.getoptsOffset = this.#offset;
  }

  async next(): Promise<Found> {
    let word = this.#words[this.#index - 1];
    if (this.#offset > 0 && (word === undefined || this.#offset >= word.length)) this.#offset = 0;
    if (this.#offset === 0) {
      if (word === undefined) this.#index = Math.min(this.#index, this.#words.length + 1);
      if (word === undefined || !/^-./.test(word)) return this.#end();
      if (word === '--') {
        this.#index++;
        return this.#end();
      }
      this.#offset = 1;
    }
    word = this.#words[this.#index - 1]!;
    const letter = word[this.#offset++]!;
    const known = letter === ':' ? -1 : this.#spec.indexOf(letter, this.#silent ? 1 : 0);
    const rest = word.slice(this.#offset);
    if (rest === '' || this.#spec[known + 1] === ':') {
      this.#index++;
      this.#offset = 0;
    }
    if (known === -1) {
      if (rest !== '' && this.#offset === 0) {
        this.#index--;
        this.#offset = word.length - rest.length;
      }
      await this.#complain(`illegal option -- ${letter}`, `Illegal option -${letter}`);
      return { letter: '?', argument: this.#silent ? letter : undefined, status: 0 };
    }
    if (this.#spec[known + 1] !== ':') return { letter, argument: undefined, status: 0 };
    if (rest !== '') return { letter, argument: rest, status: 0 };
    const argument = this.#words[this.#index - 1];
    if (argument !== undefined) {
      this.#index++;
      return { letter, argument, status: 0 };
    }
    if (this.#silent) return { letter: ':', argument: letter, status: 0 };
    await this.#complain(`option requires an argument -- ${letter}`, `No arg for -${letter} option`);
    return { letter: '?', argument: undefined, status: 0 };
  }

  #end(): Found {
    return { letter: '?', argument: undefined, status: 1 };
  }

  async #complain(bash: string, posix: string): Promise<void> {
    const shell = this.#shell;
    if (this.#silent) return;
    if (shell.dialect.name !== 'dash' && shell.variables.get('OPTERR') === '0') return;
    await shell.error(`${shell.dialect.name === 'bash' ? `${shell.arg0}: ${bash}` : posix}\n`);
  }
}
