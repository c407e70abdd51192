import type { ProgramTable } from '../../kernel/program.ts';
import { git as program } from '../../userland/git/git.ts';

export const git = (): ProgramTable => new Map([['git', program]]);
