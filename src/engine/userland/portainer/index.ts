import type { Program } from '../../kernel/program.ts';
import { portainer } from './portainer.ts';

export const portainerPrograms: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['portainer', portainer],
]);
