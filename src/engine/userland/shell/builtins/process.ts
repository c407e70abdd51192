import { parseMode } from '../../lib/mode-string.ts';
import { misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** umask, times. */

export const umask: BuiltinRun = async (shell, args) => {
  const { name } = shell.dialect;
  const { on, operands } = await parseOptions(
    shell,
    'umask',
    args,
    name === 'bash' ? 'pS' : 'S',
    'umask [-p] [-S] [mode]',
  );
  const [operand] = operands;
  const before = await shell.sys.umask(0);
  await shell.sys.umask(before);
  if (operand === undefined) {
    const shown = on.has('S') ? symbolic(before) : before.toString(8).padStart(4, '0');
    return shell.print(`${on.has('p') ? `umask ${on.has('S') ? '-S ' : ''}` : ''}${shown}\n`, 'umask');
  }
  if (/^\d/.test(operand)) {
    if (!/^[0-7]+$/.test(operand) || Number.parseInt(operand, 8) > 0o777)
      return misuse(
        shell,
        'umask',
        name === 'bash'
          ? `${operand}: octal number out of range`
          : name === 'dash'
            ? `Illegal number: ${operand}`
            : `illegal mode: ${operand}`,
      );
    await shell.sys.umask(Number.parseInt(operand, 8));
  } else {
    const change = parseMode(operand);
    if (change === undefined)
      return misuse(
        shell,
        'umask',
        name === 'bash'
          ? `\`${operand.replace(/^[ugoa]*/, '')[0] ?? ''}': invalid symbolic mode operator`
          : `${name === 'dash' ? 'Illegal' : 'illegal'} mode: ${operand}`,
      );
    await shell.sys.umask(~change(~before & 0o777, false, 0) & 0o777);
  }
  if (!on.has('S') || name !== 'bash') return 0;
  const after = await shell.sys.umask(0);
  await shell.sys.umask(after);
  return shell.print(`${symbolic(after)}\n`, 'umask');
};

/** `u=rwx,g=rx,o=rx` */
function symbolic(mask: number): string {
  const allowed = ~mask & 0o777;
  const letters = (bits: number) => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  return `u=${letters(allowed >> 6)},g=${letters((allowed >> 3) & 7)},o=${letters(allowed & 7)}`;
}

export const times: BuiltinRun = async (shell) => {
  const all = await shell.sys.times();
  const show = (ms: number) =>
    `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(shell.dialect.name === 'dash' ? 6 : 3)}s`;
  return shell.print(
    `${show(all.user)} ${show(all.system)}\n${show(all.childUser)} ${show(all.childSystem)}\n`,
    'times',
  );
};
