import type { Program } from '../../kernel/program.ts';
import { htpasswd } from './htpasswd.ts';
import { httpd } from './httpd.ts';

export const apache: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['httpd', httpd],
  ['htpasswd', htpasswd],
]);
