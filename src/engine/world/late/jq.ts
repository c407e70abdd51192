import type { ProgramTable } from '../../kernel/program.ts';
import { jq as tool } from '../../userland/jq/jq.ts';
import { program } from '../../userland/utility.ts';

export const jq = (): ProgramTable => new Map([['jq', program(tool, 'gnu')]]);
