/**
 * How many arguments a command takes, and the words in which it refuses others. The hints differ (`Run`, `See`,
 * `SRun`) because they do in the real client.
 * Models docker/cli `cli/required.go` of 28.
 */
export interface Arity {
  readonly min: number;
  readonly max: number;
  readonly hint: 'Run' | 'See' | 'SRun' | 'none';
  /** It says how many it wants even where that is none. */
  readonly counts?: true;
}

export const none: Arity = { min: 0, max: 0, hint: 'Run' };
export const exactlyNone: Arity = { ...none, counts: true };
export const exactly = (count: number): Arity => ({ min: count, max: count, hint: 'Run' });
export const atLeast = (min: number): Arity => ({ min, max: Number.POSITIVE_INFINITY, hint: 'See' });
export const atMost = (max: number): Arity => ({ min: 0, max, hint: 'SRun' });
export const between = (min: number, max: number): Arity => ({ min, max, hint: 'Run' });

/** As cobra itself refuses, for the commands that leave it to that. */
export const accepting = (count: number): Arity => ({ min: count, max: count, hint: 'none' });
export const acceptingUpTo = (max: number): Arity => ({ min: 0, max, hint: 'none' });

/** The refusal of `count` arguments, or undefined when they are welcome. */
export function refuseCount(arity: Arity, count: number, path: string, useLine: string): string | undefined {
  const { min, max, hint, counts = false } = arity;
  if (count >= min && count <= max) return undefined;
  if (hint === 'none') return `accepts ${min < max ? 'at most ' : ''}${max} arg(s), received ${count}`;
  return `docker: '${path}' ${demand(min, max, counts)}\n\nUsage:  ${useLine}\n\n${hint} '${path} --help' for more information`;
}

function demand(min: number, max: number, counts: boolean): string {
  const arguments_ = (count: number) => `${count} ${count === 1 ? 'argument' : 'arguments'}`;
  if (max === 0 && !counts) return 'accepts no arguments';
  if (min === max) return `requires ${arguments_(min)}`;
  if (max === Number.POSITIVE_INFINITY) return `requires at least ${arguments_(min)}`;
  if (min === 0) return `requires at most ${arguments_(max)}`;
  return `requires at least ${min} and at most ${arguments_(max)}`;
}
