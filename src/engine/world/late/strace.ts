import type { ProgramTable } from '../../kernel/program.ts';
import { strace as tool } from '../../userland/strace/strace.ts';
import { program } from '../../userland/utility.ts';

export const strace = (): ProgramTable => new Map([['strace', program(tool, 'gnu')]]);
