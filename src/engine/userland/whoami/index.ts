import type { Program } from '../../kernel/program.ts';
import { whoami as server } from './whoami.ts';

export const whoami: ReadonlyMap<string, (version: string) => Program> = new Map([['whoami', () => server]]);
