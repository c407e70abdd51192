import { assignArray, assignText } from '../assignment.ts';
import type { Shell } from '../shell.ts';
import { misuse } from './misuse.ts';

/** What declarations (`export`, `declare`, `local` …) are given. */

export interface Operand {
  readonly name: string;
  readonly index: string | undefined;
  readonly value: string | undefined;
  readonly append: boolean;
  /** The argument itself. */
  readonly text: string;
}

/** `NAME`, `NAME=VALUE`, `NAME+=VALUE`, `NAME[I]=VALUE`, `NAME=(…)` taken apart. */
export function operandOf(text: string): Operand | undefined {
  const match = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(?:(\+?)=([\s\S]*))?$/.exec(text);
  if (match === null) return undefined;
  return { name: match[1]!, index: match[2], append: match[3] === '+', value: match[4], text };
}

export async function badName(shell: Shell, builtin: string, text: string): Promise<number> {
  if (shell.dialect.posixErrors) return misuse(shell, builtin, shell.dialect.badName(text));
  await shell.warn(shell.dialect.badName(text), builtin);
  return 1;
}

/** Gives a variable the value that stands in a declaration. */
export async function assignDeclared(shell: Shell, operand: Operand): Promise<void> {
  const elements = shell.compounds?.get(operand.text);
  if (elements) await assignArray(shell, operand.name, elements, operand.append);
  else await assignText(shell, operand.name, operand.index, operand.value!, operand.append);
}

/** `local -`: the options are put back when the function returns. */
export function keepOptions(shell: Shell): void {
  const call = shell.calls.findLast(({ kind }) => kind === 'function');
  if (call) call.options ??= new Set(shell.options);
}
