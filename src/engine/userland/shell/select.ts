import { readLineFrom } from './builtins/read.ts';
import { expandToFields, expandToText } from './expand.ts';
import { head, leavesLoop, loop } from './loops.ts';
import { assignChecked } from './parameters.ts';
import type { Shell } from './shell.ts';
import { template } from './source-text.ts';
import type { CompoundCommand } from './syntax/tree.ts';
import { runDebugTrap } from './traps.ts';
import { traceText } from './xtrace.ts';

/** bash's `select`: a menu on standard error, and a body for each choice. */
export async function select(
  shell: Shell,
  node: CompoundCommand & { type: 'for' | 'select' },
): Promise<number> {
  const { name, words } = node;
  shell.line = node.line;
  if (shell.option('xtrace')) await traceText(shell, `${head(node)}${words?.length === 0 ? '' : ''}`);
  const values = words === undefined ? [...shell.positional] : await expandToFields(shell, words);
  if (values.length === 0) return 0;
  return loop(shell, async () => {
    let status = 0;
    let show = true;
    for (;;) {
      await runDebugTrap(shell, node);
      if (show) await shell.error(menu(values, Number(shell.variables.get('COLUMNS')) || 80));
      await shell.error(await expandToText(shell, template(shell, shell.variables.get('PS3') ?? '#? ')));
      const line = await readLineFrom(shell, 0);
      if (line === undefined) {
        await shell.print('\n', 'select');
        return 1;
      }
      show = line === '';
      if (show) continue;
      shell.variables.set('REPLY', line);
      await assignChecked(shell, name, values[Number(line) - 1] ?? '');
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}

/** The choices in columns, numbered downwards, as many side by side as the terminal has room for (execute_cmd.c's print_select_list). */
function menu(values: readonly string[], width: number): string {
  const digits = String(values.length).length;
  const longest = Math.max(...values.map((value) => value.length)) + digits + 2 + 2;
  let columns = Math.max(1, Math.floor(width / longest));
  const rows = Math.ceil(values.length / columns);
  columns = Math.ceil(values.length / rows);
  if (rows === 1) return inColumns(values, columns, 1, longest, digits);
  return inColumns(values, rows, columns, longest, digits);
}

function inColumns(
  values: readonly string[],
  rows: number,
  columns: number,
  width: number,
  digits: number,
): string {
  let out = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) {
      const index = row + column * rows;
      if (index >= values.length) break;
      const entry = `${String(index + 1).padStart(digits)}) ${values[index]}`;
      line += index + rows < values.length ? tabsTo(entry, width) : entry;
    }
    out += `${line}\n`;
  }
  return out;
}

/** Fills up to a width as bash does, with tabs where they fit. */
function tabsTo(entry: string, width: number): string {
  let out = entry;
  let at = entry.length;
  while (at < width) {
    const next = at - (at % 8) + 8;
    if (next > width) {
      out += ' ';
      at++;
    } else {
      out += '\t';
      at = next;
    }
  }
  return out;
}
