/** The `until` filter of lists and prunes. Models moby `filters.GetTimestamp`. */
import type { Filters } from '../api/filters.ts';
import { timestamp } from '../base/go-timestamp.ts';
import { invalidParameter } from './error.ts';

/** The instant before which things must have been made, ms; undefined when nobody asks. */
export function untilFilter(filters: Filters, now: number): number | undefined {
  const values = filters.values('until');
  if (values.length > 1) throw invalidParameter('more than one until filter specified');
  const [text] = values;
  if (text === undefined) return undefined;
  try {
    return Number(timestamp(text, now)) * 1000;
  } catch (error) {
    throw invalidParameter((error as Error).message);
  }
}
