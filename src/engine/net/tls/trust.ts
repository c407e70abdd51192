import { type Certificate, parseCertificates } from './certificate.ts';
import { certificatesIn } from './pem.ts';

/** The system's trusted authorities, as ca-certificates keeps them. */
export const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

/** The certificates of a file; what is malformed is passed over, as Go's AppendCertsFromPEM does. */
export const readCertificates = (file: Uint8Array): Certificate[] => parseCertificates(certificatesIn(file));
