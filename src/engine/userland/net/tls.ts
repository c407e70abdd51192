import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Certificate } from '../../net/tls/certificate.ts';
import { connectTls, HandshakeCut } from '../../net/tls/connection.ts';
import { AlertReceived, NotTls } from '../../net/tls/record.ts';
import { readCertificates, SYSTEM_ROOTS } from '../../net/tls/trust.ts';
import { type Problem, problemsOf } from '../../net/tls/verify.ts';
import { readFile } from '../lib/stdio.ts';

/** The authorities in a file of certificates, the system's by default; undefined where there is no certificate to read. */
export async function authorities(sys: Syscalls, path = SYSTEM_ROOTS): Promise<Certificate[] | undefined> {
  try {
    const found = readCertificates(await readFile(sys, path));
    return found.length === 0 ? undefined : found;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** Why there is no TLS: what is wrong with the certificate, or how the handshake ended. */
export type TlsFailure =
  | { kind: 'certificate'; problems: readonly Problem[] }
  | { kind: 'not-tls' | 'cut' | 'reset' }
  | { kind: 'alert'; description: number };

export interface TlsOptions {
  /** The name or address that was asked for. */
  name: string;
  trusted: readonly Certificate[];
  /** Whether to go on although something is wrong with the certificate. */
  insecure: boolean;
}

export interface TlsEstablished {
  stream: ByteStream;
  /** What the server showed, its own certificate first. */
  chain: readonly Certificate[];
  /** What is wrong with it, and was passed over. */
  problems: readonly Problem[];
}

class Refused extends Error {}

/** TLS as a client that prints what it thinks of the certificate. The stream stays the caller's to close if it fails. */
export async function beginTls(
  sys: Syscalls,
  stream: ByteStream,
  { name, trusted, insecure }: TlsOptions,
): Promise<TlsEstablished | TlsFailure> {
  let shown: readonly Certificate[] = [];
  let problems: Problem[] = [];
  try {
    const secured = await connectTls(stream, {
      name,
      accept(chain) {
        shown = chain;
        problems = problemsOf(chain, trusted, name, sys.clock_gettime());
        if (problems.length > 0 && !insecure) throw new Refused();
      },
    });
    return { stream: secured, chain: shown, problems };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'certificate', problems };
    if (error instanceof NotTls) return { kind: 'not-tls' };
    if (error instanceof AlertReceived) return { kind: 'alert', description: error.description };
    if (error instanceof HandshakeCut) return { kind: 'cut' };
    if (isErrno(error, 'ECONNRESET', 'EPIPE')) return { kind: 'reset' };
    throw error;
  }
}
