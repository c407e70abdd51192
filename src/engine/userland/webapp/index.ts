import type { Program } from '../../kernel/program.ts';
import { python } from './python.ts';

export const webapp: ReadonlyMap<string, (version: string) => Program> = new Map([['python', python]]);
