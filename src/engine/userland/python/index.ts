import type { Program } from '../../kernel/program.ts';
import { pip } from './pip/pip.ts';
import { python as interpreter } from './python.ts';

export const python: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['python', interpreter],
  ['pip', pip],
]);
