import type { ProgramTable } from '../../kernel/program.ts';
import { userlandPrograms } from '../../userland/index.ts';

export const utilities = (): ProgramTable => userlandPrograms();
