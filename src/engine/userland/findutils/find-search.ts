import type { Stat } from '../../vfs/inode.ts';
import type { Stdio } from '../lib/stdio.ts';
import type { Accounts } from '../lib/users.ts';

/** A file as the tests see it. */
export interface Visit {
  path: string;
  /** What it was found from. */
  start: string;
  depth: number;
  stat: Stat;
  /** Set by -prune: what is below is not visited. */
  pruned: boolean;
}

export type Test = (visit: Visit) => boolean | Promise<boolean>;

/** The letters of -type and of %y. */
export const TYPES: Record<string, number> = {
  f: 0o100000,
  d: 0o040000,
  l: 0o120000,
  p: 0o010000,
  s: 0o140000,
  c: 0o020000,
  b: 0o060000,
};

/** The search under way: what it was started with, and what the expression sets. */
export interface Search {
  readonly io: Stdio;
  readonly gnu: boolean;
  readonly accounts: Accounts;
  readonly now: number;
  status: number;
  maxdepth: number;
  mindepth: number;
  depthFirst: boolean;
  oneFileSystem: boolean;
  /** Symbolic links are followed everywhere, as with -L. */
  followLinks: boolean;
  /** An action is among the primaries: nothing is printed unasked. */
  acts: boolean;
  /** Commands of `-exec … {} +` with the paths that wait for them. */
  readonly batches: Batch[];
}

export interface Batch {
  command: string[];
  paths: string[];
}

/** Thrown by -quit. */
export class Quit extends Error {}

/** What is wrong with an expression. */
export class Fault extends Error {}
