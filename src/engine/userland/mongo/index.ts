import type { Program } from '../../kernel/program.ts';
import { mongod } from './mongod.ts';
import { mongosh } from './shell/mongosh.ts';

export const mongo: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['mongod', mongod],
  ['mongosh', mongosh],
]);
