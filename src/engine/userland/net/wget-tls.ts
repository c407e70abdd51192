import type { Problem } from '../../net/tls/verify.ts';
import type { TlsFailure } from './tls.ts';

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
  // GnuTLS has judged; wget looks at the times and the names once more itself.
  if (kinds.has('not-yet-valid')) lines.push('The certificate has not yet been activated');
  if (kinds.has('expired')) lines.push('The certificate has expired');
  if (kinds.has('wrong-name') || kinds.has('no-names'))
    lines.push(`The certificate's owner does not match hostname ‘${host}’`);
  return lines;
}

/** What it says when there is no TLS for another reason than the certificate. */
export function handshakeComplaint(failure: TlsFailure): string {
  const said = {
    certificate: 'Error in the certificate.',
    'not-tls': 'An unexpected TLS packet was received.',
    cut: 'The TLS connection was non-properly terminated.',
    reset: 'Error in the pull function.',
    alert: 'A TLS fatal alert has been received.',
  }[failure.kind];
  const alert =
    failure.kind === 'alert'
      ? `GnuTLS: received alert [${failure.description}]: ${ALERTS[failure.description] ?? '(null)'}\n`
      : '';
  return `GnuTLS: ${said}\n${alert}Unable to establish SSL connection.\n`;
}

/** gnutls_alert_get_name(3) */
const ALERTS: Readonly<Record<number, string>> = {
  40: 'Handshake failed',
  50: 'Decode error',
  112: 'The server name sent was not recognized',
};
