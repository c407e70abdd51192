import { Filters } from '../api/filters.ts';
import { invalidParameter } from './error.ts';

/** Reads the `filters` parameter. */
export function parseFilters(text: string | undefined): Filters {
  const filters = Filters.fromJson(text ?? '');
  if (filters === undefined) throw invalidParameter('invalid filter');
  return filters;
}

/** What is asked of what can only be so or not; undefined if nothing is. Models moby api/types/filters GetBoolOrDefault. */
export function booleanFilter(filters: Filters, key: string): boolean | undefined {
  if (!filters.has(key)) return undefined;
  const values = filters.values(key);
  const isTrue = values.some((value) => value === '1' || value === 'true');
  const isFalse = values.some((value) => value === '0' || value === 'false');
  if (isTrue === isFalse) throw invalidParameter(`invalid filter '${key}=[${values.join(' ')}]'`);
  return isTrue;
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
    if (!known.includes(key))
      throw invalidParameter(key === '' ? 'invalid filter' : `invalid filter '${key}'`);
}
