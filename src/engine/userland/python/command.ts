/** What `python` was asked to do (python(1)). */
export interface Command {
  kind: 'command' | 'module' | 'file' | 'stdin' | 'interactive' | 'version' | 'help';
  /** The text, module or file; for a misuse what is wrong. */
  text: string;
  /** `sys.argv`. */
  argv: string[];
  /** Go on at the prompt afterwards (-i). */
  inspect: boolean;
  unbuffered: boolean;
  quiet: boolean;
}

export class BadOption extends Error {}

/** Options without an argument, that change nothing here. */
const SWITCHES = 'bBdEIOPsSvxR';

/** Reads the arguments after the program's name. `terminal`: standard input is one. */
export function parseCommand(args: readonly string[], terminal: boolean): Command {
  const command: Command = {
    kind: 'stdin',
    text: '',
    argv: [''],
    inspect: false,
    unbuffered: false,
    quiet: false,
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === '-' || !word.startsWith('-')) {
      const rest = args.slice(i);
      if (word !== '-') return { ...command, kind: 'file', text: word, argv: rest };
      return { ...command, kind: terminal ? 'interactive' : 'stdin', argv: rest };
    }
    if (word === '--version') return { ...command, kind: 'version' };
    if (word === '--help') return { ...command, kind: 'help' };
    if (word.startsWith('--')) throw new BadOption(`unknown option ${word}`);
    for (let at = 1; at < word.length; at++) {
      const option = word[at]!;
      if (SWITCHES.includes(option)) continue;
      if (option === 'V') return { ...command, kind: 'version' };
      if (option === 'h' || option === '?') return { ...command, kind: 'help' };
      if (option === 'i') command.inspect = true;
      else if (option === 'u') command.unbuffered = true;
      else if (option === 'q') command.quiet = true;
      else if ('cmWX'.includes(option)) {
        const joined = word.slice(at + 1);
        const value = joined === '' ? args[++i] : joined;
        if (value === undefined) throw new BadOption(`Argument expected for the -${option} option`);
        const argv = [option === 'c' ? '-c' : '-m', ...args.slice(i + 1)];
        if (option === 'c') return { ...command, kind: 'command', text: `${value}\n`, argv };
        if (option === 'm') return { ...command, kind: 'module', text: value, argv };
        break;
      } else throw new BadOption(`Unknown option: -${option}`);
    }
  }
  return { ...command, kind: terminal ? 'interactive' : 'stdin' };
}
