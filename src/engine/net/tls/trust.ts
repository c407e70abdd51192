import { type Certificate, parseCertificate } from './certificate.ts';
import { MalformedDer } from './der.ts';
import { certificatesIn } from './pem.ts';

/** The system's trusted authorities, as ca-certificates keeps them. */
export const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

/** The certificates of a file; what is malformed is passed over, as Go's AppendCertsFromPEM does. */
export function readCertificates(file: Uint8Array): Certificate[] {
  return certificatesIn(file).flatMap((bytes) => {
    try {
      return [parseCertificate(bytes)];
    } catch (error) {
      if (error instanceof MalformedDer) return [];
      throw error;
    }
  });
}
