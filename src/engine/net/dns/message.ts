import { concat, encode } from '../../base/bytes.ts';
import { formatIp, parseIp } from '../ip.ts';

/** DNS messages (RFC 1035) with the records that a container's life needs. Names are without the final dot, in lower case when compared. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS' | 'SOA' | 'MX' | 'TXT' | 'SRV' | 'ANY';
export type ResponseCode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

export interface DnsRecord {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS' | 'TXT';
  ttl: number;
  /** An address, a name, or the text of a TXT record. */
  data: string;
}

export interface DnsMessage {
  id: number;
  response: boolean;
  authoritative: boolean;
  recursionDesired: boolean;
  recursionAvailable: boolean;
  code: ResponseCode;
  question: { name: string; type: RecordType } | undefined;
  answers: DnsRecord[];
}

const TYPES: Record<RecordType, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  ANY: 255,
};
const CODES: readonly ResponseCode[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export function query(id: number, name: string, type: RecordType): DnsMessage {
  return {
    id,
    response: false,
    authoritative: false,
    recursionDesired: true,
    recursionAvailable: false,
    code: 'NOERROR',
    question: { name, type },
    answers: [],
  };
}

/** The name under which an address's name is looked up: `2.0.17.172.in-addr.arpa`. */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const bits = parseIp(address)?.bits ?? 0n;
  return `${[...bits.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa`;
}

export function encodeMessage(message: DnsMessage): Uint8Array {
  const header = new Uint8Array(12);
  const view = new DataView(header.buffer);
  const flag = (on: boolean, bit: number) => (on ? 1 << bit : 0);
  view.setUint16(0, message.id);
  view.setUint16(
    2,
    flag(message.response, 15) |
      flag(message.authoritative, 10) |
      flag(message.recursionDesired, 8) |
      flag(message.recursionAvailable, 7) |
      CODES.indexOf(message.code),
  );
  view.setUint16(4, message.question === undefined ? 0 : 1);
  view.setUint16(6, message.answers.length);
  const parts: Uint8Array[] = [header];
  if (message.question !== undefined)
    parts.push(encodeName(message.question.name), uint16(TYPES[message.question.type], 1));
  for (const { name, type, ttl, data } of message.answers) {
    const payload = encodeData(type, data);
    const fixed = uint16(TYPES[type], 1, ttl >>> 16, ttl & 0xffff, payload.length);
    parts.push(encodeName(name), fixed, payload);
  }
  return concat(parts);
}

/** undefined for what is no DNS message. Records of kinds that are not modelled are left out. */
export function decodeMessage(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return new Decoder(bytes).message();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function uint16(...values: number[]): Uint8Array {
  const out = new Uint8Array(values.length * 2);
  const view = new DataView(out.buffer);
  for (const [i, value] of values.entries()) view.setUint16(i * 2, value);
  return out;
}

function encodeName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.map((label) => {
    const bytes = encode(label).subarray(0, 63);
    return concat([Uint8Array.of(bytes.length), bytes]);
  });
  return concat([...parts, Uint8Array.of(0)]);
}

function encodeData(type: DnsRecord['type'], data: string): Uint8Array {
  if (type === 'A' || type === 'AAAA') {
    const ip = parseIp(data);
    const size = type === 'A' ? 4 : 16;
    return Uint8Array.from({ length: size }, (_, i) =>
      Number(((ip?.bits ?? 0n) >> BigInt(8 * (size - 1 - i))) & 255n),
    );
  }
  if (type !== 'TXT') return encodeName(data);
  const text = encode(data).subarray(0, 255);
  return concat([Uint8Array.of(text.length), text]);
}

class Decoder {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(): DnsMessage {
    const id = this.#uint16();
    const flags = this.#uint16();
    const questions = this.#uint16();
    const answers = this.#uint16();
    this.#at += 4;
    const message: DnsMessage = {
      id,
      response: (flags & 0x8000) !== 0,
      authoritative: (flags & 0x400) !== 0,
      recursionDesired: (flags & 0x100) !== 0,
      recursionAvailable: (flags & 0x80) !== 0,
      code: CODES[flags & 15] ?? 'SERVFAIL',
      question: undefined,
      answers: [],
    };
    for (let i = 0; i < questions; i++) {
      const name = this.#name();
      const type = typeName(this.#uint16());
      this.#at += 2;
      if (type !== undefined) message.question ??= { name, type };
    }
    for (let i = 0; i < answers; i++) {
      const record = this.#record();
      if (record !== undefined) message.answers.push(record);
    }
    return message;
  }

  #record(): DnsRecord | undefined {
    const name = this.#name();
    const type = typeName(this.#uint16());
    this.#at += 2;
    const ttl = this.#uint16() * 65536 + this.#uint16();
    const end = this.#uint16() + this.#at;
    let data: string | undefined;
    if (type === 'A' || type === 'AAAA') {
      let bits = 0n;
      for (const byte of this.#bytes.subarray(this.#at, end)) bits = (bits << 8n) | BigInt(byte);
      data = formatIp({ family: type === 'A' ? 'inet' : 'inet6', bits });
    } else if (type === 'CNAME' || type === 'PTR' || type === 'NS') {
      data = this.#name();
    } else if (type === 'TXT') {
      data = String.fromCharCode(...this.#bytes.subarray(this.#at + 1, end));
    }
    this.#at = end;
    return data === undefined ? undefined : { name, type: type as DnsRecord['type'], ttl, data };
  }

  #uint16(): number {
    const value = this.#view.getUint16(this.#at);
    this.#at += 2;
    return value;
  }

  /** A name, following compression pointers (RFC 1035 section 4.1.4). */
  #name(): string {
    const labels: string[] = [];
    let at = this.#at;
    let resume: number | undefined;
    for (let jumps = 0; jumps < 32; ) {
      const length = this.#view.getUint8(at++);
      if (length === 0) {
        this.#at = resume ?? at;
        return labels.join('.');
      }
      if (length >= 0xc0) {
        resume ??= at + 1;
        at = ((length & 0x3f) << 8) | this.#view.getUint8(at);
        jumps++;
        continue;
      }
      labels.push(String.fromCharCode(...this.#bytes.subarray(at, at + length)));
      at += length;
    }
    throw new RangeError('a name that goes in circles');
  }
}

const typeName = (value: number) =>
  (Object.keys(TYPES) as RecordType[]).find((name) => TYPES[name] === value);
