/** IP addresses in text and as numbers. The canonical text (RFC 5952 for IPv6) is what the rest of the room compares. */
export interface IpAddress {
  family: 'inet' | 'inet6';
  bits: bigint;
}

export interface Prefix extends IpAddress {
  length: number;
}

export const WIDTH = { inet: 32, inet6: 128 } as const;

const parsed = new Map<string, IpAddress | undefined>();

/** Takes an address apart; undefined if it is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (!parsed.has(text)) {
    if (parsed.size > 4096) parsed.clear();
    parsed.set(text, text.includes(':') ? parseV6(text) : parseV4(text));
  }
  return parsed.get(text);
}

export function formatIp({ family, bits }: IpAddress): string {
  if (family === 'inet') {
    const word = Number(bits);
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  // The longest run of zero groups, the first of equals, is written `::`; a single one is not.
  let start = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > longest) [start, longest] = [i, end - i];
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + longest))}`;
}

/** `10.0.0.0/8`, `10.0.0.1` (a whole address) or `default`/`0.0.0.0/0`; undefined if it is none of them. */
export function parsePrefix(text: string, family: 'inet' | 'inet6' = 'inet'): Prefix | undefined {
  if (text === 'default' || text === 'any') return { family, bits: 0n, length: 0 };
  const [address, length, ...more] = text.split('/');
  const ip = parseIp(address!);
  if (ip === undefined || more.length > 0) return undefined;
  const width = WIDTH[ip.family];
  if (length === undefined) return { ...ip, length: width };
  // A netmask (255.255.0.0) is as good as a length.
  const mask = ip.family === 'inet' ? parseV4(length) : undefined;
  const bits = mask === undefined ? Number(length) : mask.bits.toString(2).replace(/0+$/, '').length;
  if (length === '' || !Number.isInteger(bits) || bits < 0 || bits > width) return undefined;
  return { ...ip, length: mask !== undefined && mask.bits === 0n ? 0 : bits };
}

export function contains(prefix: Prefix, address: IpAddress): boolean {
  if (prefix.family !== address.family) return false;
  const shift = BigInt(WIDTH[prefix.family] - prefix.length);
  return prefix.bits >> shift === address.bits >> shift;
}

/** The prefix with its host bits cleared: `10.1.2.3/8` → `10.0.0.0/8`. */
export function network(prefix: Prefix): Prefix {
  const shift = BigInt(WIDTH[prefix.family] - prefix.length);
  return { ...prefix, bits: (prefix.bits >> shift) << shift };
}

/** The last address of an IPv4 prefix. */
export function broadcast(prefix: Prefix): IpAddress {
  const host = (1n << BigInt(WIDTH[prefix.family] - prefix.length)) - 1n;
  return { family: prefix.family, bits: prefix.bits | host };
}

export const formatPrefix = (prefix: Prefix): string => `${formatIp(prefix)}/${prefix.length}`;

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** `::` and `0.0.0.0`: any address of this machine. */
export const isAny = (address: string): boolean =>
  address === '0.0.0.0' || address === '::' || address === '';

/** `::ffff:10.0.0.1` → `10.0.0.1`: how IPv6 sockets name IPv4 peers (ipv6(7)). Others in canonical text. */
export function unmapped(address: string): string {
  const ip = parseIp(address);
  if (ip === undefined) return address;
  if (ip.family === 'inet6' && ip.bits >> 32n === 0xffffn)
    return formatIp({ family: 'inet', bits: ip.bits & 0xffffffffn });
  return formatIp(ip);
}

function parseV4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits = (bits << 8n) | BigInt(part);
  }
  return { family: 'inet', bits };
}

function parseV6(text: string): IpAddress | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const v4 = parseV4(dotted[2]!);
    if (v4 === undefined) return undefined;
    return parseV6(`${dotted[1]}${(v4.bits >> 16n).toString(16)}:${(v4.bits & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  let bits = 0n;
  for (const group of [
    ...head!,
    ...Array<string>(tail === undefined ? 0 : missing).fill('0'),
    ...(tail ?? []),
  ]) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    bits = (bits << 16n) | BigInt(`0x${group}`);
  }
  return { family: 'inet6', bits };
}
