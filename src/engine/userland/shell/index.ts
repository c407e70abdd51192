import type { Program } from '../../kernel/program.ts';
import { ASH, BASH, DASH } from './dialect.ts';
import { shellProgram } from './main.ts';

/** The shells: bash, dash (Debian's sh) and BusyBox ash, which are one evaluator in three dialects. */
export const bash: Program = shellProgram(BASH);
export const dash: Program = shellProgram(DASH);
export const ash: Program = shellProgram(ASH);
