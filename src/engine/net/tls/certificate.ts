import { sha256 } from '@noble/hashes/sha2.js';
import { concat, decode, encode } from '../../base/bytes.ts';
import { calendar, instant } from '../../base/calendar.ts';
import { children, type Der, der, MalformedDer, oid, readDer, readOid, TAG } from './der.ts';
import { readPem, writePem } from './pem.ts';

/**
 * Certificates of X.509 (RFC 5280) in their real form, so that they are files that can be copied, read and trusted. What is
 * not real is the cryptography: a key is a number, its public half a digest of it, a signature a digest that anyone could
 * make. It says so by an algorithm of its own, in the range that is set aside for documentation (RFC 5612).
 */
const SIMULATED = '1.3.6.1.4.1.32473.1';

/** Attributes of a name, in order: `[['O', 'Example'], ['CN', 'www.example.com']]`. */
export type Name = readonly (readonly [type: NameType, value: string])[];
export type NameType = keyof typeof NAME_TYPES;

const NAME_TYPES = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
} as const;

/** What a certificate says. */
export interface Claims {
  serial: Uint8Array;
  subject: Name;
  /** Milliseconds since the epoch. */
  notBefore: number;
  notAfter: number;
  /** Names and addresses that it is valid for (subjectAltName). */
  names: readonly string[];
  /** Whether others may be signed with its key. */
  authority: boolean;
}

export interface Certificate extends Claims {
  issuer: Name;
  publicKey: Uint8Array;
  /** The whole document, as it is sent and filed. */
  der: Uint8Array;
  /** Whether the key signed it. */
  signedBy(publicKey: Uint8Array): boolean;
}

/** A private key. */
export type PrivateKey = Uint8Array;

/** Who one can show to be: a certificate, those that lead from it to an authority, and its key. */
export interface Identity {
  chain: readonly Uint8Array[];
  key: PrivateKey;
}

export const publicKeyOf = (key: PrivateKey): Uint8Array => sha256(concat([encode('public key'), key]));

const signatureOf = (publicKey: Uint8Array, document: Uint8Array): Uint8Array =>
  sha256(concat([encode('signature'), publicKey, document]));

/** Issues a certificate for a public key, signed with the issuer's key. */
export function issue(
  claims: Claims,
  publicKey: Uint8Array,
  issuer: { subject: Name; key: PrivateKey },
): Uint8Array {
  const algorithm = der(TAG.sequence, oid(SIMULATED));
  const extensions = [
    extension('2.5.29.19', true, der(TAG.sequence, ...(claims.authority ? [TRUE] : []))),
    ...(claims.names.length === 0
      ? []
      : [extension('2.5.29.17', false, der(TAG.sequence, ...claims.names.map(generalName)))]),
  ];
  const document = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Uint8Array.of(2))),
    der(TAG.integer, positive(claims.serial)),
    algorithm,
    encodeName(issuer.subject),
    der(TAG.sequence, encodeTime(claims.notBefore), encodeTime(claims.notAfter)),
    encodeName(claims.subject),
    der(TAG.sequence, algorithm, bits(publicKey)),
    der(0xa3, der(TAG.sequence, ...extensions)),
  );
  return der(TAG.sequence, document, algorithm, bits(signatureOf(publicKeyOf(issuer.key), document)));
}

/** Certificates that were read of late: a client is shown the same two by every connection. */
const recent: Certificate[] = [];
const RECENT = 32;

/** Reads a certificate. Throws `MalformedDer` for what is none. */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const known = recent.find(({ der: document }) => same(document, bytes));
  if (known !== undefined) return known;
  // A copy: the bytes may be a view of all that a connection brought.
  const certificate = readCertificate(bytes.slice());
  if (recent.push(certificate) > RECENT) recent.shift();
  return certificate;
}

function readCertificate(bytes: Uint8Array): Certificate {
  const [document, , signature] = children(readDer(bytes).content);
  if (document === undefined || signature === undefined) throw new MalformedDer('not a certificate');
  const fields = children(document.content);
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, , issuer, validity, subject, keyInfo, ...optional] = fields;
  if (serial === undefined || issuer === undefined || validity === undefined || subject === undefined)
    throw new MalformedDer('not a certificate');
  const [notBefore, notAfter] = children(validity.content);
  const publicKey = children(keyInfo?.content ?? new Uint8Array(0))[1]?.content.subarray(1);
  if (notBefore === undefined || notAfter === undefined || publicKey === undefined)
    throw new MalformedDer('not a certificate');
  const extensions = optional.find(({ tag }) => tag === 0xa3);
  const { names, authority } = readExtensions(extensions);
  let signer: Uint8Array | undefined;
  return {
    der: bytes,
    serial: serial.content,
    issuer: readName(issuer),
    subject: readName(subject),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    names,
    authority,
    publicKey,
    signedBy(key) {
      if (signer !== undefined && same(signer, key)) return true;
      const did = same(signature.content.subarray(1), signatureOf(key, document.whole));
      if (did) signer = key;
      return did;
    },
  };
}

/** What of these is a certificate; the rest is passed over, and trusted by nobody. */
export const parseCertificates = (documents: readonly Uint8Array[]): Certificate[] =>
  documents.flatMap((bytes) => {
    try {
      return [parseCertificate(bytes)];
    } catch (error) {
      if (error instanceof MalformedDer) return [];
      throw error;
    }
  });

/** The private key of a PEM file (PKCS #8, RFC 5958), undefined if there is none that is ours. */
export function readPrivateKey(text: string | Uint8Array): PrivateKey | undefined {
  const block = readPem(text).find(({ label }) => label === 'PRIVATE KEY');
  if (block === undefined) return undefined;
  try {
    const [, , key] = children(readDer(block.bytes).content);
    return key?.tag === TAG.octetString ? key.content : undefined;
  } catch (error) {
    if (error instanceof MalformedDer) return undefined;
    throw error;
  }
}

export function writePrivateKey(key: PrivateKey): string {
  const version = der(TAG.integer, Uint8Array.of(0));
  const algorithm = der(TAG.sequence, oid(SIMULATED));
  const bytes = der(TAG.sequence, version, algorithm, der(TAG.octetString, key));
  return writePem({ label: 'PRIVATE KEY', bytes });
}

/** The last CN of a name. */
export const commonName = (name: Name): string => name.findLast(([type]) => type === 'CN')?.[1] ?? '';

export const sameName = (a: Name, b: Name): boolean => JSON.stringify(a) === JSON.stringify(b);

export const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.includes(':');

const TRUE = der(TAG.boolean, Uint8Array.of(0xff));

const extension = (id: string, critical: boolean, value: Uint8Array) =>
  der(TAG.sequence, oid(id), ...(critical ? [TRUE] : []), der(TAG.octetString, value));

/** A DNS name, or an address of four bytes. */
const generalName = (name: string): Uint8Array =>
  /^\d+\.\d+\.\d+\.\d+$/.test(name)
    ? der(0x87, Uint8Array.from(name.split('.').map(Number)))
    : der(0x82, encode(name));

function readExtensions(list: Der | undefined): { names: string[]; authority: boolean } {
  const out = { names: [] as string[], authority: false };
  if (list === undefined) return out;
  for (const { content } of children(readDer(list.content).content)) {
    const [id, ...rest] = children(content);
    const value = readDer(rest.at(-1)?.content ?? new Uint8Array(0));
    const kind = readOid(id?.content ?? new Uint8Array(0));
    if (kind === '2.5.29.19') out.authority = children(value.content)[0]?.tag === TAG.boolean;
    if (kind === '2.5.29.17')
      for (const name of children(value.content)) {
        if (name.tag === 0x82) out.names.push(decode(name.content));
        if (name.tag === 0x87) out.names.push([...name.content].join('.'));
      }
  }
  return out;
}

const bits = (bytes: Uint8Array) => der(TAG.bitString, Uint8Array.of(0), bytes);

/** An INTEGER is signed: a leading bit of one would make it negative. */
const positive = (bytes: Uint8Array) => ((bytes[0] ?? 0) >= 0x80 ? concat([Uint8Array.of(0), bytes]) : bytes);

const encodeName = (name: Name) =>
  der(
    TAG.sequence,
    ...name.map(([type, value]) =>
      der(TAG.set, der(TAG.sequence, oid(NAME_TYPES[type]), der(TAG.utf8, encode(value)))),
    ),
  );

function readName({ content }: Der): Name {
  const types = Object.entries(NAME_TYPES) as [NameType, string][];
  return children(content).flatMap((set) => {
    const [id, value] = children(readDer(set.content).content);
    const type = types.find(([, known]) => known === readOid(id?.content ?? new Uint8Array(0)))?.[0];
    return type === undefined || value === undefined ? [] : [[type, decode(value.content)] as const];
  });
}

function encodeTime(ms: number): Uint8Array {
  const { year, month, day, hour, minute, second } = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}Z`;
  return year < 2050
    ? der(TAG.utcTime, encode(`${two(year % 100)}${rest}`))
    : der(TAG.generalizedTime, encode(`${year}${rest}`));
}

function readTime({ tag, content }: Der): number {
  const text = decode(content);
  const whole = tag === TAG.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(whole)?.map(Number) ?? [];
  if (year === undefined) throw new MalformedDer('bad time');
  return instant(year, month!, day!, hour, minute, second);
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
