import type { Program } from '../../kernel/program.ts';
import { gosu as stepDown, suExec } from './gosu.ts';

export const gosu: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['gosu', stepDown],
  ['su-exec', suExec],
]);
