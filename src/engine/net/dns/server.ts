import { type DnsMessage, type DnsRecord, decodeMessage, encodeMessage, type RecordType } from './message.ts';

/** What a server knows of a name. `NXDOMAIN`: it is certain that there is no such name; undefined: it is not its business. */
export type Zone = (name: string, type: RecordType) => DnsRecord[] | 'NXDOMAIN' | undefined;

/** Asks another server, with the whole message; undefined when it does not answer. */
export type Forward = (question: Uint8Array) => Promise<Uint8Array | undefined>;

/**
 * Answers one query: from the zone if it knows the name, else by asking further, else with `SERVFAIL`.
 * The core of a DNS server; who holds the socket calls it for each datagram. undefined for what deserves no answer.
 */
export async function answerQuery(
  bytes: Uint8Array,
  zone: Zone,
  forward?: Forward,
): Promise<Uint8Array | undefined> {
  const message = decodeMessage(bytes);
  if (message === undefined || message.response) return undefined;
  const reply = (code: DnsMessage['code'], answers: DnsRecord[] = []) =>
    encodeMessage({
      ...message,
      response: true,
      authoritative: code !== 'SERVFAIL',
      recursionAvailable: true,
      code,
      answers,
    });
  const { question } = message;
  if (question === undefined) return reply('FORMERR');
  const known = zone(question.name.toLowerCase(), question.type);
  if (known === 'NXDOMAIN') return reply('NXDOMAIN');
  if (known !== undefined) return reply('NOERROR', known);
  return (await forward?.(bytes)) ?? reply('SERVFAIL');
}

/** A zone of fixed names, each with its addresses. Any other name does not exist. */
export function fixedZone(names: ReadonlyMap<string, readonly string[]>, ttl = 300): Zone {
  return (name, type) => {
    const addresses = names.get(name);
    if (addresses === undefined) return 'NXDOMAIN';
    return addresses
      .map((data): DnsRecord => ({ name, type: data.includes(':') ? 'AAAA' : 'A', ttl, data }))
      .filter((record) => type === 'ANY' || record.type === type);
  };
}
