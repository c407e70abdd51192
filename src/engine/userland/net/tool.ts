import type { Process, Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { BUSYBOX, type BusyboxBuild, type Flavour } from '../utility.ts';

/** A network program in both its forms: its own on Debian-like systems, and the applet of a build of BusyBox. */
export type NetTool = (io: Stdio, flavour: Flavour, build: BusyboxBuild) => Promise<number>;

/** A program that may be told the build of BusyBox whose applet it is; without one it is the full program. */
export type FlavouredProgram = (process: Process, options?: { applet?: BusyboxBuild }) => Promise<number>;

export function netProgram(tool: NetTool): FlavouredProgram {
  return (process, { applet } = {}) =>
    utility((io) => tool(io, applet === undefined ? 'gnu' : 'busybox', applet ?? BUSYBOX))(process);
}

export const asApplet =
  (program: FlavouredProgram, build: BusyboxBuild): Program =>
  (process) =>
    program(process, { applet: build });

/** What BusyBox prints for a misuse, below the message if there is one: its banner and the applet's usage. */
export const busyboxUsage = (build: BusyboxBuild, usage: string): string =>
  `${build.banner}\n\nUsage: ${usage}\n`;
