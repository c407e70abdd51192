import { Filters } from '../api/filters.ts';
import { invalidParameter } from './error.ts';

/** Reads the `filters` parameter. */
export function parseFilters(text: string | undefined): Filters {
  const filters = Filters.fromJson(text ?? '');
  if (filters === undefined) throw invalidParameter('invalid filter');
  return filters;
}

/** A value that is `true` or `1`, `false` or `0`. Models moby daemon/filters GetBoolOrDefault. */
export function isTrue(key: string, value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw invalidParameter(`invalid value for filter '${key}', must be "true" (or "1"), or "false" (or "0")`);
}

/** Whether a name is, holds or fits a value: a regular expression. Models moby daemon/filters Match. */
export function matchesName(name: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return pattern === name;
  }
}

/** Refuses keys that a list does not know. */
export function checkFilters(filters: Filters, known: readonly string[]): void {
  for (const key of filters.keys())
    if (!known.includes(key)) throw invalidParameter(`invalid filter '${key}'`);
}
