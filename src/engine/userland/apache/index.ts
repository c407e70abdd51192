import type { Program } from '../../kernel/program.ts';
import { httpd } from './httpd.ts';

export const apache: ReadonlyMap<string, (version: string) => Program> = new Map([['httpd', httpd]]);
