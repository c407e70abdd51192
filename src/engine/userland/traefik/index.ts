import type { Program } from '../../kernel/program.ts';
import { traefik } from './traefik.ts';

export const traefikPrograms: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['traefik', traefik],
]);
