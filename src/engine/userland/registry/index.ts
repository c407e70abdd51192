import type { Program } from '../../kernel/program.ts';
import { registryProgram } from './registry.ts';

export const registry: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['registry', registryProgram],
]);
