import { expect, test } from 'vitest';
import { AUTHORITY_CERTIFICATE } from '../images/authority.ts';
import { issue, parseCertificate, publicKeyOf } from '../net/tls/certificate.ts';
import { certificatesIn, writePem } from '../net/tls/pem.ts';
import { problemsOf } from '../net/tls/verify.ts';
import { AUTHORITY, AUTHORITY_CLAIMS, identityOf, VALID } from './authority.ts';

test("the authority's certificate is the one that machines trust", () => {
  const bytes = issue(AUTHORITY_CLAIMS, publicKeyOf(AUTHORITY.key), AUTHORITY);
  expect(writePem({ label: 'CERTIFICATE', bytes })).toBe(AUTHORITY_CERTIFICATE);
});

test('who it vouches for is believed', () => {
  const trusted = certificatesIn(AUTHORITY_CERTIFICATE).map(parseCertificate);
  const chain = identityOf(['*.example.com', 'example.com']).chain.map(parseCertificate);
  const problems = (name: string) =>
    problemsOf(chain, trusted, name, VALID.notBefore + 1).map(({ kind }) => kind);
  expect([problems('a.example.com'), problems('example.com'), problems('example.org')]).toEqual([
    [],
    [],
    ['wrong-name'],
  ]);
});
