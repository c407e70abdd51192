import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DockerfileError } from './ast.ts';
import { expandWord, expandWords, type Lookup } from './shell-lex.ts';

const TABLES = '../shared/conformance/buildkit-shell-lex.json';

interface Tables {
  env: string[];
  envVarTest: { platform: string; source: string; expected?: string; error?: boolean }[];
  wordsTest: { env: string[]; input: string; expected: string[]; error?: boolean }[];
}

const lookupIn = (env: readonly string[]): Lookup => {
  const values = new Map(env.map((entry) => entry.split(/=(.*)/s) as [string, string]));
  return (name) => values.get(name);
};

describe.skipIf(!existsSync(TABLES))('as BuildKit expands and splits words', () => {
  const tables: Tables = existsSync(TABLES)
    ? JSON.parse(readFileSync(TABLES, 'utf8'))
    : { env: [], envVarTest: [], wordsTest: [] };

  test('variables and quotes', () => {
    const rows = tables.envVarTest.filter(({ platform }) => platform !== 'W');
    expect(rows.length).toBeGreaterThan(100);
    for (const { source, expected, error } of rows) {
      const run = () => expandWord(source, lookupIn(tables.env));
      if (error) expect(run, source).toThrow(DockerfileError);
      else expect(run(), source).toBe(expected ?? '');
    }
  });

  test('words', () => {
    expect(tables.wordsTest.length).toBeGreaterThan(10);
    for (const { env, input, expected, error } of tables.wordsTest) {
      const run = () => expandWords(input, lookupIn(env));
      if (error) expect(run, input).toThrow(DockerfileError);
      else expect(run(), input).toEqual(expected);
    }
  });
});

test("what is wrong is said in BuildKit's words", () => {
  const failing = (text: string) => {
    try {
      return expandWord(text, () => undefined);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(failing("it's")).toBe(
    'failed to process "it\'s": unexpected end of statement while looking for matching single-quote',
  );
  expect(failing('${x')).toBe('failed to process "${x": unsupported modifier (\ufffd) in substitution');
  expect(failing('${x?gone}')).toBe('failed to process "${x?gone}": x: gone');
  expect(failing('${x:@y}')).toBe('failed to process "${x:@y}": unsupported modifier (:@) in substitution');
});
