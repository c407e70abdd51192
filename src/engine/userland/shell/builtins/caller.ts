import { inFunction } from '../calls.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** bash's `caller [N]`: from where the function under way, or the Nth before it, was called. */
export const caller: BuiltinRun = async (shell, args) => {
  if (!inFunction(shell)) return 1;
  const [text] = args;
  if (text !== undefined && !/^\d+$/.test(text)) return misuse(shell, 'caller', `${text}: invalid number`, 2);
  const level = Number(text ?? 0);
  const calls = [...shell.calls].reverse();
  const call = calls[level];
  const outer = calls[level + 1];
  if (call === undefined) return 1;
  if (text === undefined) return shell.print(`${call.line} ${outer?.source ?? 'NULL'}\n`, 'caller');
  if (outer === undefined) return 1;
  return shell.print(`${call.line} ${outer.name} ${outer.source}\n`, 'caller');
};
