import { isErrno } from '../../../base/errno.ts';
import { textToBytes } from '../../lib/text.ts';
import { assignChecked } from '../parameters.ts';
import { quoteAlways } from '../quote.ts';
import { isName, ReadonlyVariable } from '../variables.ts';
import { misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import { readRaw } from './read.ts';
import type { BuiltinRun } from './table.ts';

const USAGE = '[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]';

/** bash's `mapfile`, also called `readarray`: lines into an indexed array. */
export const mapfile: BuiltinRun = async (shell, args, name) => {
  const { on, operands } = await parseOptions(shell, name, args, 'd:n:O:s:tu:C:c:', `${name} ${USAGE}`);
  const number = async (letter: string, otherwise: number, words: string): Promise<number> => {
    const text = on.get(letter);
    if (text === undefined) return otherwise;
    return /^\d+$/.test(text) ? Number(text) : misuse(shell, name, `${text}: invalid ${words}`, 1);
  };
  const fd = await number('u', 0, 'file descriptor specification');
  const most = await number('n', 0, 'line count');
  const skipped = await number('s', 0, 'line count');
  const quantum = await number('c', 5000, 'callback quantum');
  let at = await number('O', 0, 'array origin');
  const array = operands[0] ?? 'MAPFILE';
  if (!isName(array)) return misuse(shell, name, shell.dialect.badName(array), 1);
  const variable = shell.variables.declare(array);
  if (variable.readonly) throw new ReadonlyVariable(array);
  if (variable.table) return misuse(shell, name, `${array}: not an indexed array`, 1);
  variable.array ??= new Map();
  if (!on.has('O')) variable.array.clear();
  variable.value = undefined;
  variable.assigned = true;
  const delimiter = on.has('d') ? (textToBytes(on.get('d')!)[0] ?? 0) : 10;
  const ending = String.fromCharCode(delimiter);
  try {
    for (let count = 0; most === 0 || count < skipped + most; count++) {
      const line = await readRaw(shell, fd, delimiter);
      if (line === undefined) return 0;
      if (count < skipped) continue;
      const value = on.has('t') || line.ended || delimiter === 0 ? line.text : line.text + ending;
      const callback = on.get('C');
      const read = count - skipped + 1;
      if (callback !== undefined && read % quantum === 0)
        await shell.evaluator.runText(shell, `${callback} ${at} ${quoteAlways(value)}`, { line: shell.line });
      await assignChecked(shell, array, value, String(at++));
      if (line.ended) return 0;
    }
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return misuse(shell, name, `${fd}: invalid file descriptor: ${error.message}`, 1);
  }
};
