import { refreshOptionVariables } from '../option-variables.ts';
import type { Shell } from '../shell.ts';
import { optionNames, setOption } from './options.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** bash's `shopt`: its options besides those of `set`. */

const SHOPTS =
  'autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31 compat32 compat40 compat41 compat42 compat43 compat44 complete_fullquote direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges globskipdots globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo'.split(
    ' ',
  );

/** Those that are on in a shell that has just begun. */
export const DEFAULT_SHOPTS: readonly string[] =
  'checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots hostcomplete interactive_comments patsub_replacement progcomp promptvars sourcepath'.split(
    ' ',
  );

/** Options that would change what the shell does, and whose change is not modelled. */
const NOT_MODELLED = new Set(
  'assoc_expand_once cdspell compat31 compat32 compat40 compat41 compat42 compat43 compat44 dirspell extdebug gnu_errfmt localvar_unset no_empty_cmd_completion noexpand_translation progcomp_alias restricted_shell varredir_close'.split(
    ' ',
  ),
);

export const isShopt = (name: string): boolean => SHOPTS.includes(name);

export const shopt: BuiltinRun = async (shell, args) => {
  const usage = 'shopt [-pqsu] [-o] [optname ...]';
  const { on, operands } = await parseOptions(shell, 'shopt', args, 'pqsuo', usage);
  if (on.has('s') && on.has('u')) {
    await shell.warn('cannot set and unset shell options simultaneously', 'shopt');
    return 1;
  }
  const mode = on.has('s') ? true : on.has('u') ? false : undefined;
  const ofSet = on.has('o');
  const known = ofSet ? optionNames(shell) : SHOPTS;
  let status = 0;
  let out = '';
  for (const name of operands.length > 0 ? operands : known) {
    if (!known.includes(name)) {
      await shell.warn(`${name}: invalid ${ofSet ? 'option' : 'shell option'} name`, 'shopt');
      status = 1;
      continue;
    }
    if (mode !== undefined && operands.length > 0) {
      if (!(await change(shell, name, mode, ofSet))) status = 1;
      continue;
    }
    const isOn = ofSet ? shell.option(name) : shell.shopt.has(name);
    if (operands.length > 0 && !isOn) status = 1;
    if (mode !== undefined && isOn !== mode) continue;
    out += line(name, isOn, on.has('p'), ofSet);
  }
  refreshOptionVariables(shell);
  if (!on.has('q')) await shell.print(out, 'shopt');
  return status;
};

function line(name: string, on: boolean, reusable: boolean, ofSet: boolean): string {
  if (!reusable) return `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`;
  return ofSet ? `set ${on ? '-' : '+'}o ${name}\n` : `shopt -${on ? 's' : 'u'} ${name}\n`;
}

async function change(shell: Shell, name: string, on: boolean, ofSet: boolean): Promise<boolean> {
  if (ofSet) {
    await setOption(shell, name, on);
    return true;
  }
  if (on && NOT_MODELLED.has(name)) {
    await shell.warn(`${name}: not modelled on this machine`, 'shopt');
    return false;
  }
  if (name === 'login_shell') {
    await shell.warn(`${name}: cannot set shell option`, 'shopt');
    return false;
  }
  if (on) shell.shopt.add(name);
  else shell.shopt.delete(name);
  return true;
}
