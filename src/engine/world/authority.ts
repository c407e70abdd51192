import { encode } from '../base/bytes.ts';
import { instant } from '../base/calendar.ts';
import { type Claims, type Identity, issue, type Name, publicKeyOf } from '../net/tls/certificate.ts';
import { writePem } from '../net/tls/pem.ts';

/** The authority that every simulated machine trusts; its certificate is in `images/authority.ts`. */
export const AUTHORITY: { subject: Name; key: Uint8Array } = {
  subject: [
    ['O', 'Drydock'],
    ['CN', 'Drydock Root CA'],
  ],
  key: encode('the authority of the simulation.'),
};

export const VALID = { notBefore: instant(2024, 1, 1), notAfter: instant(2044, 1, 1) } as const;

/** What the authority says of itself. */
export const AUTHORITY_CLAIMS: Claims = {
  serial: Uint8Array.of(1),
  subject: AUTHORITY.subject,
  ...VALID,
  names: [],
  authority: true,
};

/** A company that vouches for its own servers, and whom nobody else trusts. */
export const COMPANY: { subject: Name; key: Uint8Array } = {
  subject: [
    ['O', 'Example Company'],
    ['CN', 'Example Company Root CA'],
  ],
  key: encode('the authority of the company....'),
};

/** What an authority says of itself, in the form of a file. */
export const ownCertificate = ({ subject, key }: typeof AUTHORITY): string =>
  writePem({
    label: 'CERTIFICATE',
    bytes: issue({ ...AUTHORITY_CLAIMS, subject }, publicKeyOf(key), { subject, key }),
  });

/** An identity for some names, vouched for by the authority for as long as `valid` says. */
export function identityOf(
  names: readonly string[],
  issuer = AUTHORITY,
  valid: Pick<Claims, 'notBefore' | 'notAfter'> = VALID,
): Identity {
  const [first = ''] = names;
  const key = encode(`${first}'s key`);
  const claims = {
    serial: publicKeyOf(key).subarray(0, 8),
    subject: [['CN', first]] as const,
    ...valid,
    names,
    authority: false,
  };
  return { chain: [issue(claims, publicKeyOf(key), issuer)], key };
}
