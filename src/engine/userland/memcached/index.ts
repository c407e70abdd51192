import type { Program } from '../../kernel/program.ts';
import { memcached as server } from './memcached.ts';

export const memcached: ReadonlyMap<string, (version: string) => Program> = new Map([['memcached', server]]);
