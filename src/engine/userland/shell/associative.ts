import { textToBytes } from '../lib/text.ts';

/** The number of buckets with which bash's associative arrays begin (assoc.h). */
const BUCKETS = 1024;

/** FNV-1, as bash's hashlib.c computes it. */
function hash(text: string, buckets: number): number {
  let value = 2166136261;
  for (const byte of textToBytes(text)) value = Math.imul(value, 16777619) ^ byte;
  return value & (buckets - 1);
}

/** An associative array as bash goes through it: bucket by bucket, the newest of each first. */
export function tableEntries(table: ReadonlyMap<string, string>, buckets = BUCKETS): [string, string][] {
  return [...table]
    .map((entry, age) => ({ entry, age, bucket: hash(entry[0], buckets) }))
    .sort((a, b) => a.bucket - b.bucket || b.age - a.age)
    .map(({ entry }) => entry);
}
