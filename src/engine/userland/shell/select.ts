import type { Select } from 'unbash';
import { columns } from '../lib/width.ts';
import { readLineFrom } from './builtins/read.ts';
import { expandToFields, expandToText } from './expand.ts';
import { leavesLoop, loop } from './loops.ts';
import { assignChecked } from './parameters.ts';
import type { Shell } from './shell.ts';
import { prepare, prepareTemplate } from './word.ts';

/** bash's `select`: a menu on standard error, and a body for each choice. */
export async function select(shell: Shell, node: Select): Promise<number> {
  if (!shell.dialect.bashSyntax) {
    await shell.warn(shell.dialect.commandNotFound('select'));
    return 127;
  }
  const values =
    node.wordlist === undefined
      ? [...shell.positional]
      : await expandToFields(
          shell,
          node.wordlist.map((word) => prepare(word)),
        );
  if (values.length === 0) return 0;
  const digits = String(values.length).length;
  const menu = columns(
    values.map((value, i) => `${String(i + 1).padStart(digits)}) ${value}`),
    values.length < 10 ? 1 : 80,
  );
  return loop(shell, async () => {
    let status = 0;
    let show = true;
    for (;;) {
      if (show) await shell.error(`${menu.join('\n')}\n`);
      await shell.error(await expandToText(shell, prepareTemplate(shell.variables.get('PS3') ?? '#? ')));
      const line = await readLineFrom(shell, 0);
      if (line === undefined) {
        await shell.print('\n', 'select');
        return 1;
      }
      show = line === '';
      if (show) continue;
      shell.variables.set('REPLY', line);
      await assignChecked(shell, node.name.text, values[Number(line) - 1] ?? '');
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}
