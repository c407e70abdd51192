/** What passes between a simulated process and the place outside the world where its program runs. A run has a number. */

/** A file or link of the program's project, by its path within. */
export type ProjectFile = { path: string; content: Uint8Array } | { path: string; target: string };

/** What the machine asks for. */
export type Order =
  | {
      is: 'start';
      run: number;
      files: readonly ProjectFile[];
      /** The program, and where it is started, within the project. */
      file: string;
      directory: string;
      args: readonly string[];
      env: Readonly<Record<string, string>>;
    }
  /** Somebody connects to a port that the program has opened, sends, has no more to send. */
  | { is: 'connect'; run: number; connection: number; port: number }
  | { is: 'data'; run: number; connection: number; data: Uint8Array }
  | { is: 'end'; run: number; connection: number }
  /** The process is gone, and its program with it. */
  | { is: 'stop'; run: number };

/** What is told of a run. */
export type Report =
  | { is: 'output'; run: number; fd: 1 | 2; data: Uint8Array }
  | { is: 'listening'; run: number; port: number }
  | { is: 'closed'; run: number; port: number }
  | { is: 'data'; run: number; connection: number; data: Uint8Array }
  | { is: 'end'; run: number; connection: number }
  | { is: 'exited'; run: number; status: number }
  /** Nothing of it has run. */
  | { is: 'unavailable'; run: number; reason: string };
