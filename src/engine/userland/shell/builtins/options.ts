import { sortedEntries } from '../parameters.ts';
import { posixQuote, quoteForReuse } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `set`, `shopt`, `shift`. */

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
const POSIX_NAMES = [
  'errexit',
  'noglob',
  'ignoreeof',
  'interactive',
  'monitor',
  'noexec',
  'stdin',
  'xtrace',
  'verbose',
  'vi',
  'emacs',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'nolog',
  'debug',
  'pipefail',
];
const BASH_NAMES = [
  'allexport',
  'braceexpand',
  'emacs',
  'errexit',
  'errtrace',
  'functrace',
  'hashall',
  'histexpand',
  'history',
  'ignoreeof',
  'interactive-comments',
  'keyword',
  'monitor',
  'noclobber',
  'noexec',
  'noglob',
  'nolog',
  'notify',
  'nounset',
  'onecmd',
  'physical',
  'pipefail',
  'posix',
  'privileged',
  'verbose',
  'vi',
  'xtrace',
]; // prettier-ignore

export const optionNames = (shell: Shell): readonly string[] =>
  shell.dialect.name === 'bash'
    ? BASH_NAMES
    : shell.dialect.name === 'dash'
      ? POSIX_NAMES.filter((name) => name !== 'pipefail')
      : POSIX_NAMES;

export const letterOption = (shell: Shell, letter: string): string | undefined =>
  SET_LETTERS[letter] ??
  (shell.dialect.name === 'bash' ? BASH_LETTERS[letter] : letter === 'I' ? 'ignoreeof' : undefined);

const USAGE = 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]';

export const set: BuiltinRun = async (shell, args) => {
  if (args.length === 0) return shell.print(allVariables(shell), 'set');
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      shell.positional = args.slice(i + 1);
      return 0;
    }
    if (arg === '-') {
      shell.options.delete('xtrace');
      shell.options.delete('verbose');
      if (i + 1 < args.length) shell.positional = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) return shell.print(listOptions(shell, on), 'set');
        if (!optionNames(shell).includes(name)) {
          if (shell.dialect.name === 'bash') return misuse(shell, 'set', `${name}: invalid option name`, 2);
          return misuse(shell, 'set', shell.dialect.illegalOption(`o ${name}`));
        }
        setOption(shell, name, on);
        continue;
      }
      const name = letterOption(shell, letter);
      if (name === undefined) {
        await shell.warn(shell.dialect.illegalOption(letter).replace(/-(?=.:)/, on ? '-' : '+'), 'set');
        if (shell.dialect.name === 'bash') await shell.error(`set: usage: ${USAGE}\n`);
        throw new BuiltinMisuse(2);
      }
      setOption(shell, name, on);
    }
  }
  if (i < args.length) shell.positional = args.slice(i);
  return 0;
};

export function setOption(shell: Shell, name: string, on: boolean): void {
  if (on) shell.options.add(name);
  else shell.options.delete(name);
}

function listOptions(shell: Shell, table: boolean): string {
  const width = shell.dialect.name === 'bash' ? 15 : 16;
  const header = table && shell.dialect.name !== 'bash' ? 'Current option settings\n' : '';
  return (
    header +
    optionNames(shell)
      .map((name) => {
        const on = shell.option(name);
        if (!table) return `set ${on ? '-' : '+'}o ${name}\n`;
        return `${name.padEnd(width)}${shell.dialect.name === 'bash' ? '\t' : ''}${on ? 'on' : 'off'}\n`;
      })
      .join('')
  );
}

function allVariables(shell: Shell): string {
  const quote = shell.dialect.name === 'bash' ? quoteForReuse : posixQuote;
  let out = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name)!;
    if (variable.array)
      out += `${name}=(${sortedEntries(variable.array)
        .map(([key, value]) => `[${key}]="${value}"`)
        .join(' ')})\n`;
    else if (variable.value !== undefined) out += `${name}=${quote(variable.value)}\n`;
  }
  return out;
}

const SHOPTS = [
  'autocd',
  'cdspell',
  'checkhash',
  'checkwinsize',
  'cmdhist',
  'dotglob',
  'execfail',
  'expand_aliases',
  'extglob',
  'failglob',
  'globstar',
  'histappend',
  'histverify',
  'hostcomplete',
  'huponexit',
  'inherit_errexit',
  'interactive_comments',
  'lastpipe',
  'lithist',
  'login_shell',
  'nocaseglob',
  'nocasematch',
  'nullglob',
  'progcomp',
  'promptvars',
  'sourcepath',
  'xpg_echo',
]; // prettier-ignore
const NOT_MODELLED = new Set(['globstar', 'lastpipe', 'autocd', 'cdspell']);

export const shopt: BuiltinRun = async (shell, args) => {
  let mode: 'set' | 'unset' | undefined;
  let quiet = false;
  let print = false;
  let i = 0;
  for (; i < args.length && args[i]!.startsWith('-'); i++) {
    for (const letter of args[i]!.slice(1)) {
      if (letter === 's') mode = 'set';
      else if (letter === 'u') mode = 'unset';
      else if (letter === 'q') quiet = true;
      else if (letter === 'p') print = true;
    }
  }
  const names = args.slice(i);
  let status = 0;
  let out = '';
  for (const name of names.length > 0 ? names : SHOPTS) {
    if (!SHOPTS.includes(name)) {
      await shell.warn(`${name}: invalid shell option name`, 'shopt');
      status = 1;
    } else if (mode && names.length > 0) {
      if (mode === 'set' && NOT_MODELLED.has(name)) {
        await shell.warn(`${name}: not modelled on this machine`, 'shopt');
        status = 1;
      } else if (mode === 'set') shell.shopt.add(name);
      else shell.shopt.delete(name);
    } else {
      const on = shell.shopt.has(name);
      if (names.length > 0 && !on) status = 1;
      if (mode && on !== (mode === 'set')) continue;
      out += print ? `shopt -${on ? 's' : 'u'} ${name}\n` : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`;
    }
  }
  if (!quiet) await shell.print(out, 'shopt');
  return status;
};

export const shift: BuiltinRun = async (shell, args) => {
  const text = args[0] ?? '1';
  if (!/^\d+$/.test(text)) {
    await shell.warn(shell.dialect.illegalNumber(text), 'shift');
    throw new BuiltinMisuse(shell.dialect.errorStatus);
  }
  const count = Number(text);
  if (count > shell.positional.length) {
    if (shell.dialect.name === 'dash') return misuse(shell, 'shift', "can't shift that many");
    return 1;
  }
  shell.positional = shell.positional.slice(count);
  return 0;
};
