import type { Program } from '../../kernel/program.ts';
import { redisCli } from './redis-cli.ts';
import { redisServer } from './redis-server.ts';

export const redis: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['redis-server', redisServer],
  ['redis-cli', redisCli],
]);
