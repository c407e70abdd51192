import type { Shell } from '../shell.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** bash's `enable`: builtins out of sight and back, so that programs of their name are run. */
export const enable: BuiltinRun = async (shell, args) => {
  const usage = 'enable [-a] [-dnps] [-f filename] [name ...]';
  const { on, operands } = await parseOptions(shell, 'enable', args, 'anpsdf:', usage);
  if (on.has('f') || on.has('d')) {
    await shell.warn('dynamic loading not available', 'enable');
    return 1;
  }
  if (operands.length === 0) return shell.print(list(shell, on), 'enable');
  let status = 0;
  for (const name of operands) {
    const known = shell.disabled.has(name) || shell.evaluator.builtin(shell, name) !== undefined;
    if (!known) {
      await shell.warn(`${name}: not a shell builtin`, 'enable');
      status = 1;
    } else if (on.has('n')) shell.disabled.add(name);
    else shell.disabled.delete(name);
  }
  return status;
};

function list(shell: Shell, on: ReadonlyMap<string, string>): string {
  const enabled = shell.evaluator
    .builtinNames(shell)
    .filter((name) => !on.has('s') || shell.evaluator.builtin(shell, name)?.special);
  const disabled = [...shell.disabled];
  const names = on.has('a') ? [...enabled, ...disabled] : on.has('n') ? disabled : enabled;
  return names
    .sort()
    .map((name) => `enable ${shell.disabled.has(name) ? '-n ' : ''}${name}\n`)
    .join('');
}
