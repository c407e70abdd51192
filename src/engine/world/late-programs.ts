import { docker } from '../client/docker.ts';
import type { ProgramTable } from '../kernel/program.ts';
import { userlandPrograms } from '../userland/index.ts';

/** The programs that a machine can do without until someone runs one: a piece of code of its own in a browser. */
export const latePrograms = (): ProgramTable => new Map([...userlandPrograms(), ['docker', docker]]);
