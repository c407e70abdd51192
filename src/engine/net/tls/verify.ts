import { type Certificate, isAddress, sameName } from './certificate.ts';

/** What is wrong with the certificate that a server shows. Each client has its own words for it. */
export type Problem =
  | { kind: 'not-yet-valid' | 'expired'; certificate: Certificate }
  | { kind: 'wrong-name'; certificate: Certificate }
  /** It names nobody but in its common name, which is not believed (RFC 9525). */
  | { kind: 'no-names'; certificate: Certificate }
  | { kind: 'unknown-authority'; certificate: Certificate }
  | { kind: 'nothing-shown' };

/**
 * Whether a chain leads from a certificate that is valid for `name` now to one that is trusted (RFC 5280, section 6). All that
 * is wrong is told; a client reports what it looks at first. An untrusted certificate that signed itself is what a test server has.
 */
export function problemsOf(
  chain: readonly Certificate[],
  trusted: readonly Certificate[],
  name: string,
  now: number,
): Problem[] {
  const [leaf] = chain;
  if (leaf === undefined) return [{ kind: 'nothing-shown' }];
  const problems: Problem[] = [];
  if (leaf.names.length === 0) problems.push({ kind: 'no-names', certificate: leaf });
  else if (!leaf.names.some((pattern) => matches(pattern, name)))
    problems.push({ kind: 'wrong-name', certificate: leaf });
  const { path, complete } = pathFrom(leaf, chain.slice(1), trusted);
  for (const certificate of path) {
    if (now < certificate.notBefore) problems.push({ kind: 'not-yet-valid', certificate });
    if (now > certificate.notAfter) problems.push({ kind: 'expired', certificate });
  }
  if (!complete) problems.push({ kind: 'unknown-authority', certificate: path.at(-1)! });
  return problems;
}

export const isSelfSigned = (certificate: Certificate): boolean =>
  sameName(certificate.issuer, certificate.subject) && certificate.signedBy(certificate.publicKey);

function pathFrom(
  leaf: Certificate,
  shown: readonly Certificate[],
  trusted: readonly Certificate[],
): { path: Certificate[]; complete: boolean } {
  const path = [leaf];
  const isTrusted = (certificate: Certificate) =>
    trusted.some(
      ({ der }) =>
        der.length === certificate.der.length && der.every((byte, i) => byte === certificate.der[i]),
    );
  for (;;) {
    const last = path.at(-1)!;
    if (isTrusted(last)) return { path, complete: true };
    const signed = (candidate: Certificate) =>
      candidate.authority && sameName(candidate.subject, last.issuer) && last.signedBy(candidate.publicKey);
    const anchor = trusted.find(signed);
    if (anchor !== undefined) return { path: [...path, anchor], complete: true };
    const next = shown.find((candidate) => signed(candidate) && !path.includes(candidate));
    if (next === undefined) return { path, complete: false };
    path.push(next);
  }
}

/** `*.example.com` stands for one label more (RFC 9525, section 6.3). */
function matches(pattern: string, name: string): boolean {
  const wanted = name.toLowerCase();
  const given = pattern.toLowerCase();
  if (given === wanted) return true;
  if (isAddress(wanted) || !given.startsWith('*.')) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === given.slice(1);
}
