import { arrayText } from '../declaration.ts';
import { refreshOptionVariables } from '../option-variables.ts';
import { posixQuote, quoteForReuse } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { printFunction } from '../syntax/print.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `set` and `shift`. */

/** Short options of `set` and their long names. */
export const SET_LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  b: 'notify',
  C: 'noclobber',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
};
const BASH_LETTERS: Readonly<Record<string, string>> = {
  B: 'braceexpand',
  E: 'errtrace',
  H: 'histexpand',
  k: 'keyword',
  P: 'physical',
  p: 'privileged',
  t: 'onecmd',
  T: 'functrace',
};
const DASH_NAMES =
  'errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset privileged nolog debug'.split(
    ' ',
  );
const ASH_NAMES =
  'errexit noglob ignoreeof monitor noexec xtrace verbose noclobber allexport notify nounset errtrace vi pipefail'.split(
    ' ',
  );
const BASH_NAMES =
  'allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof interactive-comments keyword monitor noclobber noexec noglob nolog notify nounset onecmd physical pipefail posix privileged verbose vi xtrace'.split(
    ' ',
  );

export const optionNames = (shell: Shell): readonly string[] =>
  ({ bash: BASH_NAMES, dash: DASH_NAMES, ash: ASH_NAMES })[shell.dialect.name];

const FURTHER: Readonly<Record<'bash' | 'dash' | 'ash', Readonly<Record<string, string>>>> = {
  bash: BASH_LETTERS,
  dash: { I: 'ignoreeof', E: 'emacs', V: 'vi', p: 'privileged' },
  ash: { I: 'ignoreeof', E: 'errtrace', V: 'vi' },
};

export const letterOption = (shell: Shell, letter: string): string | undefined =>
  SET_LETTERS[letter] ?? FURTHER[shell.dialect.name][letter];

const USAGE = 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]';

export const set: BuiltinRun = async (shell, args) => {
  if (args.length === 0) return shell.print(allVariables(shell), 'set');
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      setPositional(shell, args.slice(i + 1));
      return 0;
    }
    if (arg === '-') {
      shell.options.delete('xtrace');
      shell.options.delete('verbose');
      if (i + 1 < args.length) setPositional(shell, args.slice(i + 1));
      return 0;
    }
    // dash and BusyBox pass over a `+` alone.
    if (arg === '+' && !shell.dialect.bashSyntax) continue;
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[i + 1];
        if (name === undefined || (shell.dialect.bashSyntax && /^[-+]/.test(name))) {
          await shell.print(listOptions(shell, on), 'set');
          continue;
        }
        i++;
        if (!optionNames(shell).includes(name)) return badOption(shell, name, on);
        await setOption(shell, name, on);
        continue;
      }
      const name = letterOption(shell, letter);
      if (name === undefined) {
        const words = shell.dialect.illegalOption(letter);
        await shell.warn(
          on || shell.dialect.name === 'dash' ? words : words.replace(/-(?=\S(:|$))/, '+'),
          'set',
        );
        if (shell.dialect.name === 'bash') await shell.error(`set: usage: ${USAGE}\n`);
        throw new BuiltinMisuse(2);
      }
      await setOption(shell, name, on);
    }
  }
  if (i < args.length) setPositional(shell, args.slice(i));
  return 0;
};

/** New parameters: dash and BusyBox have `getopts` begin with them. */
function setPositional(shell: Shell, words: readonly string[]): void {
  shell.positional = [...words];
  if (shell.dialect.bashSyntax) return;
  shell.getoptsIndex = 1;
  shell.getoptsOffset = 0;
}

async function badOption(shell: Shell, name: string, on: boolean): Promise<number> {
  const words = shell.dialect.illegalOption(`o ${name}`).replace(/-o/, on ? '-o' : '+o');
  if (shell.dialect.name === 'dash') return misuse(shell, 'set', words);
  await shell.warn(shell.dialect.name === 'bash' ? `${name}: invalid option name` : words, 'set');
  return shell.dialect.name === 'bash' ? 2 : 1;
}

export async function setOption(shell: Shell, name: string, on: boolean): Promise<void> {
  // dash and BusyBox want a terminal of their own for job control.
  if (name === 'monitor' && on && !shell.dialect.bashSyntax && shell.terminal === undefined) {
    await shell.warn("can't access tty; job control turned off", 'set');
    return;
  }
  if (on) shell.options.add(name);
  else shell.options.delete(name);
  if (name === 'interactive-comments') {
    if (on) shell.shopt.add('interactive_comments');
    else shell.shopt.delete('interactive_comments');
  }
  refreshOptionVariables(shell);
}

/** Whether an option of `set -o` is on: one of them is a shopt too. */
const isOn = (shell: Shell, name: string): boolean =>
  name === 'interactive-comments' ? shell.shopt.has('interactive_comments') : shell.option(name);

function listOptions(shell: Shell, table: boolean): string {
  const bash = shell.dialect.name === 'bash';
  const header = table && shell.dialect.name === 'dash' ? 'Current option settings\n' : '';
  return (
    header +
    optionNames(shell)
      .map((name) => {
        const on = isOn(shell, name);
        if (!table) return `set ${on ? '-' : '+'}o ${name}\n`;
        return `${name.padEnd(bash ? 15 : 16)}${bash ? '\t' : ''}${on ? 'on' : 'off'}\n`;
      })
      .join('')
  );
}

function allVariables(shell: Shell): string {
  const bash = shell.dialect.name === 'bash';
  let out = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.own(name)!;
    if (variable.array || variable.table) out += `${name}=${arrayText(variable)}\n`;
    else if (variable.value !== undefined)
      out += `${name}=${bash ? (variable.value === '' ? '' : quoteForReuse(variable.value)) : posixQuote(variable.value)}\n`;
  }
  if (!bash || shell.option('posix')) return out;
  for (const name of [...shell.functions.keys()].sort())
    out += `${printFunction(name, shell.functions.get(name)!.definition.body)}\n`;
  return out;
}

export const shift: BuiltinRun = async (shell, args) => {
  const text = args[0] ?? '1';
  if (!/^\d+$/.test(text)) {
    if (shell.dialect.bashSyntax && /^-\d+$/.test(text)) {
      await shell.warn(`${text}: shift count out of range`, 'shift');
      return 1;
    }
    await shell.warn(shell.dialect.illegalNumber(text), 'shift');
    throw new BuiltinMisuse(shell.dialect.errorStatus);
  }
  const count = Number(text);
  if (count > shell.positional.length) {
    if (shell.dialect.name === 'dash') return misuse(shell, 'shift', "can't shift that many");
    if (shell.shopt.has('shift_verbose')) await shell.warn(`${text}: shift count out of range`, 'shift');
    return 1;
  }
  shell.positional = shell.positional.slice(count);
  return 0;
};
