import type { Process } from '../../kernel/program.ts';

/** What `node FILE` is to run. */
export interface ProgramFile {
  /** The file, as an absolute path. */
  path: string;
  /** The words behind it. */
  args: readonly string[];
  /** Of Node, as the image names it. */
  version: string;
  /** The options before the file. */
  execArgv: readonly string[];
  execPath: string;
}

/** What runs the learner's JavaScript for a process of the simulated machine. */
export interface JavaScriptHost {
  /**
   * Runs a program's file, and all that it begins, to the end; gives the exit status. Rejects with `HostUnavailable` where it cannot,
   * and then nothing of the program has run.
   */
  runFile(process: Process, program: ProgramFile): Promise<number>;
}

/** Why a host cannot run a program. */
export class HostUnavailable extends Error {}
