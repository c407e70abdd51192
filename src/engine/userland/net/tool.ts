import type { Process, Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import type { Flavour } from '../utility.ts';

/** A network program in both its forms: its own on Debian-like systems, and the BusyBox applet's. */
export type NetTool = (io: Stdio, flavour: Flavour) => Promise<number>;

/** A program that may be told in which form to run; by default the full one. */
export type FlavouredProgram = (process: Process, options?: { flavour?: Flavour }) => Promise<number>;

export function netProgram(tool: NetTool): FlavouredProgram {
  return (process, options) => utility((io) => tool(io, options?.flavour ?? 'gnu'))(process);
}

export const asApplet =
  (program: FlavouredProgram): Program =>
  (process) =>
    program(process, { flavour: 'busybox' });
