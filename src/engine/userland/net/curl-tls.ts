import { calendar, MONTHS } from '../../base/calendar.ts';
import { type Certificate, commonName, isAddress, type Name } from '../../net/tls/certificate.ts';
import { isSelfSigned, type Problem } from '../../net/tls/verify.ts';
import type { Url } from './connection.ts';
import type { TlsEstablished, TlsFailure } from './tls.ts';

/** What follows each complaint about a certificate. */
export const MORE_ON_CERTIFICATES = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

/** The exit code and the message of curl 7.88 with OpenSSL 3 for a handshake that failed. */
export function tlsError(failure: TlsFailure, { host, port }: Url): { status: number; message: string } {
  switch (failure.kind) {
    case 'certificate':
      return { status: 60, message: certificateText(failure.problems, host) };
    case 'not-tls':
      return { status: 35, message: `${OPENSSL}: error:0A00010B:SSL routines::wrong version number` };
    case 'reset':
      return { status: 35, message: 'Recv failure: Connection reset by peer' };
    case 'cut':
      return {
        status: 35,
        message: `OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to ${host}:${port} `,
      };
    case 'alert':
      return { status: 35, message: alertText(failure.description) };
  }
}

/** A server that asks for a certificate refuses only after the handshake: the first read tells of it. */
export const refusedLater = (description: number): { status: number; message: string } => ({
  status: 56,
  message: `OpenSSL SSL_read: ${alertText(description)}, errno 0`,
});

/** The library that TLS comes from, as curl names it. */
export const OPENSSL = 'OpenSSL/3.0.19';

/** Alerts are errors 1000 and up of the library of SSL (ssl/ssl_err.c). */
function alertText(description: number): string {
  const code = (1000 + description).toString(16).toUpperCase();
  return `${OPENSSL}: error:0A000${code}:SSL routines::${ALERTS[description] ?? `reason(${1000 + description})`}`;
}

const ALERTS: Readonly<Record<number, string>> = {
  40: 'sslv3 alert handshake failure',
  42: 'sslv3 alert bad certificate',
  45: 'sslv3 alert certificate expired',
  48: 'tlsv1 alert unknown ca',
  112: 'tlsv1 unrecognized name',
  116: 'tlsv13 alert certificate required',
};

/** Results of X509_verify_cert(3). */
const SELF_SIGNED = { code: 18, text: 'self-signed certificate' };
const NO_ISSUER = { code: 20, text: 'unable to get local issuer certificate' };

/** OpenSSL looks at the chain first, then at the times, and curl at the names last. */
function certificateText(problems: readonly Problem[], host: string): string {
  const of = (kind: Problem['kind']) => problems.find((problem) => problem.kind === kind);
  const unknown = of('unknown-authority');
  if (unknown !== undefined && 'certificate' in unknown)
    return `SSL certificate problem: ${(isSelfSigned(unknown.certificate) ? SELF_SIGNED : NO_ISSUER).text}`;
  if (of('expired')) return 'SSL certificate problem: certificate has expired';
  if (of('not-yet-valid')) return 'SSL certificate problem: certificate is not yet valid';
  const unnamed = of('no-names');
  if (unnamed !== undefined && 'certificate' in unnamed)
    return `SSL: certificate subject name '${commonName(unnamed.certificate.subject)}' does not match target host name '${host}'`;
  return `SSL: no alternative certificate subject name matches target host name '${host}'`;
}

/**
 * What `-v` tells of the server's certificate. With `-k` curl reads no authorities and compares no names. The messages of the
 * handshake and its cipher, which it tells before, are left out: they are not TLS 1.3's here.
 */
export function certificateLines({ chain }: TlsEstablished, host: string, insecure: boolean): string[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const unverified = isSelfSigned(leaf) ? SELF_SIGNED : NO_ISSUER;
  return [
    'Server certificate:',
    ` subject: ${nameText(leaf.subject)}`,
    ` start date: ${timeText(leaf.notBefore)}`,
    ` expire date: ${timeText(leaf.notAfter)}`,
    ...(insecure ? [] : [` subjectAltName: host "${host}" matched cert's ${matched(leaf, host)}`]),
    ` issuer: ${nameText(leaf.issuer)}`,
    insecure
      ? ` SSL certificate verify result: ${unverified.text} (${unverified.code}), continuing anyway.`
      : ' SSL certificate verify ok.',
    'using HTTP/1.x',
  ];
}

const matched = ({ names }: Certificate, host: string): string =>
  isAddress(host) ? 'IP address!' : `"${names.find((name) => name === host) ?? names[0]}"`;

const nameText = (name: Name): string => name.map(([type, value]) => `${type}=${value}`).join('; ');

/** `Nov 26 19:39:21 2026 GMT` */
function timeText(ms: number): string {
  const t = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${MONTHS[t.month - 1]} ${String(t.day).padStart(2)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} ${t.year} GMT`;
}
