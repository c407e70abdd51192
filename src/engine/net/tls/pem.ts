import { decode } from '../../base/bytes.ts';

/** One block of a PEM file (RFC 7468). */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`. */
  label: string;
  bytes: Uint8Array;
}

/** The blocks of a file; what stands between them is passed over, as is a block that is no base64. */
export function readPem(text: string | Uint8Array): PemBlock[] {
  const blocks: PemBlock[] = [];
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
  for (const [, label, body] of (typeof text === 'string' ? text : decode(text)).matchAll(pattern)) {
    try {
      const binary = atob(body!.replace(/\s/g, ''));
      blocks.push({ label: label!, bytes: Uint8Array.from(binary, (char) => char.charCodeAt(0)) });
    } catch {
      // Whatever reads the file finds one block less, as the real libraries do.
    }
  }
  return blocks;
}

export function writePem({ label, bytes }: PemBlock): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

/** The certificates of a bundle. */
export const certificatesIn = (text: string | Uint8Array): Uint8Array[] =>
  readPem(text)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ bytes }) => bytes);
