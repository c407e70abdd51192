import type { ResultColumn } from './query-context.ts';

/** What a statement came to. */
export interface Result {
  /** As PostgreSQL names it: `INSERT 0 1`. */
  tag: string;
  columns?: readonly ResultColumn[];
  /** As the server sends them. */
  rows?: readonly (readonly (string | null)[])[];
  affected: number;
  matched: number;
  insertId: number;
  warnings: number;
  notices: readonly string[];
}

export const done = (tag: string, more: Partial<Result> = {}): Result => ({
  tag,
  affected: 0,
  matched: 0,
  insertId: 0,
  warnings: 0,
  notices: [],
  ...more,
});
