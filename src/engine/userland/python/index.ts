import type { Program } from '../../kernel/program.ts';
import { python as interpreter } from './python.ts';

export const python: ReadonlyMap<string, (version: string) => Program> = new Map([['python', interpreter]]);
