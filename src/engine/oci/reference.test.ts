import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  domainPattern,
  familiarMatch,
  familiarName,
  familiarString,
  identifierPattern,
  namePattern,
  parseAnyReference,
  parseDockerRef,
  parseNamed,
  parseNormalizedNamed,
  parseReference,
  type Reference,
  referenceName,
  referencePattern,
  referenceString,
  tagNameOnly,
  withDigest,
  withTag,
} from './reference.ts';

const TABLES = '../shared/conformance/reference-tables.json';

const error = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

test('what a user types becomes the full name, and is shown short again', () => {
  const nginx = tagNameOnly(parseNormalizedNamed('nginx'));
  expect(referenceString(nginx)).toBe('docker.io/library/nginx:latest');
  expect(familiarString(nginx)).toBe('nginx:latest');
  expect(familiarName(parseNormalizedNamed('localhost:5000/a/b'))).toBe('localhost:5000/a/b');
});

test('the messages are those that docker prints', () => {
  expect(error(() => parseNormalizedNamed('UPPER'))).toBe(
    'invalid reference format: repository name (library/UPPER) must be lowercase',
  );
  for (const bad of ['nginx:', 'nginx:a b', 'nginx@sha256:abc', 'nginx:1.25 ', ''])
    expect(
      error(() => parseNormalizedNamed(bad)),
      bad,
    ).toBe('invalid reference format');
  expect(error(() => parseReference(`${'a/'.repeat(130)}b`))).toBe(
    'repository name must not be more than 255 characters',
  );
});

/** Rows of the public test suite of distribution/reference; a row that holds unevaluated Go is passed over. */
interface Table {
  func: string;
  line: number;
  cases: unknown[];
}

describe.skipIf(!existsSync(TABLES))('distribution/reference', () => {
  const tables: Table[] = existsSync(TABLES) ? JSON.parse(readFileSync(TABLES, 'utf8')) : [];
  const rows = <Row>(func: string, nth = 0): Row[] =>
    (tables.filter((table) => table.func === func)[nth]!.cases as Row[]).filter(
      (row) => !JSON.stringify(row).includes('"$go"'),
    );

  test('TestReferenceParse', () => {
    const cases = rows<{
      input?: string;
      repository?: string;
      domain?: string;
      tag?: string;
      digest?: string;
      err?: string;
    }>('TestReferenceParse');
    expect(cases.length).toBeGreaterThan(35);
    for (const row of cases) {
      const input = row.input ?? '';
      const failure = error(() => parseReference(input));
      if (row.err !== undefined) {
        expect(failure, input).toBe(row.err);
        continue;
      }
      expect(failure, input).toBeUndefined();
      const parsed = parseReference(input);
      expect([referenceName(parsed), parsed.domain, parsed.tag ?? '', parsed.digest ?? ''], input).toEqual([
        row.repository ?? '',
        row.domain ?? '',
        row.tag ?? '',
        row.digest ?? '',
      ]);
    }
  });

  test('TestDomainAndPath', () => {
    for (const row of rows<{ input: string; domain: string; path: string }>('TestDomainAndPath')) {
      const parsed = parseReference(row.input);
      expect([parsed.domain, parsed.path]).toEqual([row.domain, row.path]);
    }
  });

  test('TestWithTag and TestWithDigest', () => {
    for (const row of rows<{ name: string; digest?: string; tag: string; combined: string }>('TestWithTag')) {
      const reference: Reference = { ...parseReference(row.name), digest: row.digest };
      expect(referenceString(withTag(reference, row.tag))).toBe(row.combined);
    }
    for (const row of rows<{ name: string; digest: string; tag?: string; combined: string }>(
      'TestWithDigest',
    )) {
      const reference: Reference = { ...parseReference(row.name), tag: row.tag };
      expect(referenceString(withDigest(reference, row.digest))).toBe(row.combined);
    }
  });

  test('TestParseNamed', () => {
    for (const row of rows<{ input: string; domain?: string; path?: string; err?: string }>(
      'TestParseNamed',
    )) {
      if (row.err !== undefined)
        expect(
          error(() => parseNamed(row.input)),
          row.input,
        ).toBe(row.err);
      else expect(parseNamed(row.input), row.input).toMatchObject({ domain: row.domain, path: row.path });
    }
  });

  test('TestValidateReferenceName and TestValidateRemoteName', () => {
    for (const func of ['TestValidateReferenceName', 'TestValidateRemoteName']) {
      const [valid, invalid] = [rows<string>(func, 0), rows<string>(func, 1)];
      for (const name of valid)
        expect(
          error(() => parseNormalizedNamed(name)),
          name,
        ).toBeUndefined();
      for (const name of invalid)
        expect(
          error(() => parseNormalizedNamed(name)),
          name,
        ).toBeDefined();
    }
  });

  test('TestParseRepositoryInfo', () => {
    type Row = {
      RemoteName: string;
      FamiliarName: string;
      FullName: string;
      AmbiguousName?: string;
      Domain: string;
    };
    for (const row of rows<Row>('TestParseRepositoryInfo'))
      for (const text of [row.FamiliarName, row.FullName, row.AmbiguousName ?? row.FullName].filter(
        Boolean,
      )) {
        const parsed = parseNormalizedNamed(text);
        expect([referenceName(parsed), familiarName(parsed), parsed.domain, parsed.path], text).toEqual([
          row.FullName,
          row.FamiliarName,
          row.Domain,
          row.RemoteName,
        ]);
      }
  });

  test('TestParseAnyReference', () => {
    type Row = { Reference: string; Equivalent: string };
    const cases = rows<Row>('TestParseAnyReference');
    expect(cases.length).toBeGreaterThan(8);
    for (const row of cases) {
      const parsed = parseAnyReference(row.Reference);
      expect('path' in parsed ? referenceString(parsed) : parsed.digest).toBe(row.Equivalent);
    }
  });

  test('TestNormalizedSplitHostname', () => {
    for (const row of rows<{ input: string; domain: string; path: string }>('TestNormalizedSplitHostname'))
      expect(parseNormalizedNamed(row.input)).toMatchObject({ domain: row.domain, path: row.path });
  });

  test('TestMatch', () => {
    for (const row of rows<{ reference: string; pattern: string; expected?: boolean }>('TestMatch')) {
      const parsed = parseNormalizedNamed(row.reference);
      expect(familiarMatch(row.pattern, parsed), `${row.reference} ${row.pattern}`).toBe(
        row.expected ?? false,
      );
    }
  });

  test('TestParseDockerRef', () => {
    for (const row of rows<{ input: string; expected: string }>('TestParseDockerRef'))
      expect(referenceString(parseDockerRef(row.input))).toBe(row.expected);
  });

  test('the regular expressions', () => {
    type Row = { input: string; match?: boolean; subs?: string[] };
    for (const row of rows<Row>('TestDomainRegexp'))
      expect(domainPattern.test(row.input), row.input).toBe(row.match ?? false);
    for (const row of rows<Row>('TestIdentifierRegexp'))
      expect(identifierPattern.test(row.input), row.input).toBe(row.match ?? false);
    for (const [func, pattern] of [
      ['TestFullNameRegexp', namePattern],
      ['TestReferenceRegexp', referencePattern],
    ] as const)
      for (const row of rows<Row>(func)) {
        const match = pattern.exec(row.input);
        expect(match !== null, row.input).toBe(row.match ?? false);
        if (match && row.subs)
          expect(
            match.slice(1).map((sub) => sub ?? ''),
            row.input,
          ).toEqual(row.subs);
      }
  });
});
