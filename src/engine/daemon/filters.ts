import { Filters } from '../api/filters.ts';
import { invalidParameter } from './error.ts';

/** Reads the `filters` parameter. */
export function parseFilters(text: string | undefined): Filters {
  const filters = Filters.fromJson(text ?? '');
  if (filters === undefined) throw invalidParameter('invalid filter');
  return filters;
}

/** Refuses keys that a list does not know. */
export function checkFilters(filters: Filters, known: readonly string[]): void {
  for (const key of filters.keys())
    if (!known.includes(key)) throw invalidParameter(`invalid filter '${key}'`);
}
