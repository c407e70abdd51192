import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { digester, digestOf, InvalidDigest, parseDigest, shortId, verifies } from './digest.ts';

const TABLES = '../shared/conformance/go-digest-tables.json';

test('a digest is the algorithm and the hash in hexadecimal', () => {
  expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestOf('', 'sha512')).toMatch(/^sha512:cf83e1357eefb8bd[0-9a-f]{112}$/);
  expect(shortId(digestOf(''))).toBe('e3b0c44298fc');
});

test('content may come in pieces', () => {
  const pieces = digester();
  for (const piece of ['ab', '', 'c']) pieces.update(encode(piece));
  expect(pieces.size).toBe(3);
  expect(pieces.digest()).toBe(digestOf('abc'));
  expect(verifies(digestOf('abc'), encode('abc'))).toBe(true);
  expect(verifies(digestOf('abc'), encode('abd'))).toBe(false);
});

const MESSAGES: Record<string, string> = {
  'digest.ErrDigestInvalidFormat': 'invalid checksum digest format',
  'digest.ErrDigestInvalidLength': 'invalid checksum digest length',
  'digest.ErrDigestUnsupported': 'unsupported digest algorithm',
};

test.skipIf(!existsSync(TABLES))('digests are judged as go-digest judges them', () => {
  const tables = JSON.parse(readFileSync(TABLES, 'utf8')) as { func: string; cases: unknown[] }[];
  const cases = tables.find(({ func }) => func === 'TestParseDigest')!.cases as {
    Input?: string;
    Err?: { $go: string };
  }[];
  expect(cases.length).toBeGreaterThan(15);
  for (const { Input = '', Err } of cases) {
    if (Err === undefined) {
      expect(parseDigest(Input), Input).toBe(Input);
      continue;
    }
    expect(() => parseDigest(Input), Input).toThrow(InvalidDigest);
    expect(() => parseDigest(Input), Input).toThrow(MESSAGES[Err.$go]);
  }
});
