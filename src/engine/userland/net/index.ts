import type { Program } from '../../kernel/program.ts';
import { httpd } from './httpd.ts';
import { ip } from './ip.ts';
import { nginx } from './nginx.ts';
import { ping } from './ping.ts';
import { asApplet } from './tool.ts';
import { wget } from './wget.ts';

/** What exists in both forms. */
const both = { ip, ping, wget };

/** The network programs as Debian-like systems have them, by name. */
export const netPrograms: Record<string, Program> = { ...both, nginx };

/** The network applets of BusyBox, by name. */
export const netApplets: Record<string, Program> = Object.fromEntries(
  Object.entries({ ...both, httpd }).map(([name, program]) => [name, asApplet(program)]),
);
