import type { Inspection } from './inspection.ts';

/**
 * A check looks at the state of the world, never at what was typed. It says what it expected, what it found
 * and where a learner can look to see the same.
 */
export type Check = (world: Inspection) => CheckResult;

export interface CheckResult {
  passed: boolean;
  /** What should be true, e.g. "a running container named web". */
  expected: Localised;
  /** What is true now, e.g. "web exists, and has exited (127)". */
  found: Localised;
  /** A command that shows it, e.g. `docker ps -a`. */
  look: string;
}

/** The texts of a result in one of the course's languages. */
export type Localised<T = string> = Readonly<Record<'en' | 'zh-cn', T>>;
