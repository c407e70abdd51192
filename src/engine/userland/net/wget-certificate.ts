import type { Problem } from '../../net/tls/verify.ts';

/** What GNU wget with GnuTLS says of a certificate (src/gnutls.c, ssl_check_certificate). */
export function certificateComplaints(
  problems: readonly Problem[],
  host: string,
  insecure: boolean,
): string[] {
  const severity = insecure ? 'WARNING' : 'ERROR';
  const kinds = new Set(problems.map(({ kind }) => kind));
  const lines: string[] = [];
  const say = (text: string) => lines.push(`${severity}: The certificate of ‘${host}’ ${text}.`);
  if (kinds.has('unknown-authority') || kinds.has('expired') || kinds.has('not-yet-valid'))
    say('is not trusted');
  if (kinds.has('unknown-authority')) say("doesn't have a known issuer");
  if (kinds.has('not-yet-valid')) say('is not yet activated');
  if (kinds.has('expired')) say('has expired');
  // What it does not trust it does not look at any further.
  if (lines.length > 0 && !insecure) return lines;
  if (kinds.has('wrong-name') || kinds.has('no-names'))
    lines.push(`The certificate's owner does not match hostname ‘${host}’`);
  return lines;
}
