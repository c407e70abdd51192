import type { ByteStream } from '../base/byte-stream.ts';
import { decode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import {
  type Certificate,
  commonName,
  type Identity,
  isAddress,
  readPrivateKey,
} from '../net/tls/certificate.ts';
import { connectTls, HandshakeCut } from '../net/tls/connection.ts';
import { certificatesIn } from '../net/tls/pem.ts';
import { AlertReceived, NotTls } from '../net/tls/record.ts';
import { readCertificates, SYSTEM_ROOTS } from '../net/tls/trust.ts';
import { type Problem, problemsOf } from '../net/tls/verify.ts';
import { namesIn, readFile } from '../runtime/files.ts';
import { GoError } from '../runtime/go-error.ts';

/** Whom the daemon believes when it speaks TLS with one host. Models Go's tls.Config. */
export interface TlsConfiguration {
  /** Believe whatever is shown: what `insecure-registries` means. */
  insecure: boolean;
  trusted: readonly Certificate[];
  identity: Identity | undefined;
}

export const CERTS_DIRECTORY = '/etc/docker/certs.d';

/** Whom the system trusts. */
export async function systemRoots(sys: Syscalls): Promise<Certificate[]> {
  return readCertificates(await readFile(sys, SYSTEM_ROOTS).catch(() => new Uint8Array(0)));
}

/**
 * What `/etc/docker/certs.d/HOST[:PORT]/` says: `*.crt` are authorities beside the system's, `*.cert` with `*.key` who we are.
 * Models moby registry.loadTLSConfig.
 */
export async function hostTls(
  sys: Syscalls,
  host: string,
  secure: boolean,
  roots: readonly Certificate[],
): Promise<TlsConfiguration> {
  if (!secure) return { insecure: true, trusted: [], identity: undefined };
  const directory = `${CERTS_DIRECTORY}/${host}`;
  const names: string[] = await namesIn(sys, directory).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  const trusted = [...roots];
  let identity: Identity | undefined;
  for (const name of names.sort()) {
    const base = name.replace(/\.[^.]*$/, '');
    if (name.endsWith('.crt')) trusted.push(...readCertificates(await readFile(sys, `${directory}/${name}`)));
    else if (name.endsWith('.cert')) {
      if (!names.includes(`${base}.key`))
        throw new GoError(
          `missing key ${base}.key for client certificate ${name}. CA certificates must use the extension .crt`,
        );
      const chain = certificatesIn(await readFile(sys, `${directory}/${name}`));
      const key = readPrivateKey(await readFile(sys, `${directory}/${base}.key`));
      if (chain.length === 0) throw new GoError('tls: failed to find any PEM data in certificate input');
      if (key === undefined) throw new GoError('tls: failed to find any PEM data in key input');
      identity = { chain, key };
    } else if (name.endsWith('.key') && !names.includes(`${base}.cert`))
      throw new GoError(`missing client certificate ${base}.cert for key ${name}`);
  }
  return { insecure: false, trusted, identity };
}

/** Begins TLS; what fails is told in the words of Go's crypto/tls. */
export async function startTls(
  stream: ByteStream,
  name: string,
  configuration: TlsConfiguration,
  sys: Syscalls,
): Promise<ByteStream> {
  const { insecure, trusted, identity } = configuration;
  const now = sys.clock_gettime();
  try {
    return await connectTls(stream, {
      name,
      identity,
      accept(chain) {
        const [problem] = insecure ? [] : problemsOf(chain, trusted, name, now).sort(byGosOrder);
        if (problem)
          throw new GoError(`tls: failed to verify certificate: x509: ${goText(problem, name, now)}`);
      },
    });
  } catch (error) {
    if (error instanceof NotTls)
      throw new GoError(
        decode(error.header) === 'HTTP/'
          ? 'http: server gave HTTP response to HTTPS client'
          : 'tls: first record does not look like a TLS handshake',
      );
    if (error instanceof AlertReceived) throw new GoError(alertText(error));
    if (error instanceof HandshakeCut) throw new GoError('EOF');
    throw error;
  }
}

/** What a TLS server refused us with. */
export const alertText = ({ description }: AlertReceived): string =>
  `remote error: tls: ${ALERTS[description] ?? `alert(${description})`}`;

const ALERTS: Readonly<Record<number, string>> = {
  40: 'handshake failure',
  42: 'bad certificate',
  45: 'expired certificate',
  48: 'unknown certificate authority',
  50: 'error decoding message',
  112: 'unrecognized name',
  116: 'certificate required',
};

/** Go looks at the leaf's time, then at its names, and builds chains last (crypto/x509 Certificate.Verify). */
const byGosOrder = (a: Problem, b: Problem): number => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
const ORDER: readonly Problem['kind'][] = [
  'nothing-shown',
  'not-yet-valid',
  'expired',
  'no-names',
  'wrong-name',
  'unknown-authority',
];

function goText(problem: Problem, name: string, now: number): string {
  const time = (ms: number) => rfc3339Nano(Math.floor(ms / 1000) * 1000).replace(/\.0+Z$/, 'Z');
  switch (problem.kind) {
    case 'nothing-shown':
      return 'no certificates';
    case 'not-yet-valid':
      return `certificate has expired or is not yet valid: current time ${time(now)} is before ${time(problem.certificate.notBefore)}`;
    case 'expired':
      return `certificate has expired or is not yet valid: current time ${time(now)} is after ${time(problem.certificate.notAfter)}`;
    case 'unknown-authority':
      return 'certificate signed by unknown authority';
    default: {
      const { names, subject } = problem.certificate;
      const alike = names.filter((known) => isAddress(known) === isAddress(name));
      if (isAddress(name) && alike.length === 0)
        return `cannot validate certificate for ${name} because it doesn't contain any IP SANs`;
      if (names.length === 0 && /^[\w*-]+(\.[\w-]+)*$/.test(commonName(subject)))
        return 'certificate relies on legacy Common Name field, use SANs instead';
      return alike.length === 0
        ? `certificate is not valid for any names, but wanted to match ${name}`
        : `certificate is valid for ${alike.join(', ')}, not ${name}`;
    }
  }
}
