import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

/**
 * The ledger holds every claim of the articles that the course goes back to, each with the lesson that treats it.
 * A lesson that is written says which rows it treats: they must be all of its own.
 */
const LEDGER = new URL('../../shared/course/ledger.jsonl', import.meta.url);
const missing = existsSync(LEDGER) ? undefined : 'no ledger of claims beside the checkout';
if (missing) console.warn(`the ledger is not compared with the lessons: ${missing}`);

interface Lesson {
  lesson: string;
  rows: string[];
}

const lessons = globSync('content/en/**/[!_]*.mdx').map((file) => {
  const front = /^---\n([\s\S]*?)\n---/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return parse(front) as Lesson;
});

describe.skipIf(missing)('the ledger of claims', () => {
  const rows = missing
    ? []
    : readFileSync(LEDGER, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { id: string; lesson: string });

  for (const { lesson, rows: treated } of lessons) {
    test(`${lesson} treats each of its rows`, () => {
      const own = rows.filter((row) => row.lesson === lesson).map(({ id }) => id);
      expect(treated.toSorted()).toEqual(expect.arrayContaining(own));
    });

    test(`${lesson} names only rows that there are`, () => {
      const known = new Set(rows.map(({ id }) => id));
      expect(treated.filter((id) => !known.has(id))).toEqual([]);
    });
  }
});
