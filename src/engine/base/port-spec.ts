/**
 * Port specifications: `8080:80`, `127.0.0.1:8080-8082:80-82/udp`, `[::1]:53:53`, `80`.
 * Models docker/go-connections `nat`, error texts included.
 */
import { quote } from './go-quote.ts';

export interface PortMapping {
  /** `80/tcp` */
  port: string;
  binding: { HostIp: string; HostPort: string };
}

/** The port mappings of one `--publish` value (one for each port of a range). */
export function parsePortSpec(spec: string): PortMapping[] {
  const { ip: rawIp, hostPort: rawHost, containerPort: rawContainer } = splitParts(spec);
  const { port: containerPort, proto } = splitProtoPort(rawContainer);
  if (containerPort === '') throw new Error(`No port specified: ${spec}<empty>`);
  const lower = proto.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(lower)) throw new Error(`Invalid proto: ${proto}`);
  const ip = bareAddress(rawIp);
  if (ip !== '' && !isIp(ip)) throw new Error(`Invalid ip address: ${ip}`);
  let start: number;
  let end: number;
  try {
    [start, end] = parsePortRange(containerPort);
  } catch {
    throw new Error(`Invalid containerPort: ${containerPort}`);
  }
  let hostStart = 0;
  let hostEnd = 0;
  if (rawHost !== '') {
    try {
      [hostStart, hostEnd] = parsePortRange(rawHost);
    } catch {
      throw new Error(`Invalid hostPort: ${rawHost}`);
    }
  }
  const count = end - start;
  if (rawHost !== '' && count !== hostEnd - hostStart) {
    // A range of host ports for a single container port means: any free one of these.
    if (count !== 0)
      throw new Error(
        `Invalid ranges specified for container and host Ports: ${containerPort} and ${rawHost}`,
      );
  }
  const mappings: PortMapping[] = [];
  for (let i = 0; i <= count; i++) {
    let hostPort = '';
    if (rawHost !== '') hostPort = String(hostStart + i);
    if (count === 0 && hostStart !== hostEnd) hostPort += `-${hostEnd}`;
    mappings.push({ port: `${start + i}/${lower}`, binding: { HostIp: ip, HostPort: hostPort } });
  }
  return mappings;
}

/** `host:hostPort:containerPort` from the right, for addresses may have colons themselves. */
function splitParts(spec: string): { ip: string; hostPort: string; containerPort: string } {
  const parts = spec.split(':');
  const containerPort = parts.at(-1)!;
  if (parts.length === 1) return { ip: '', hostPort: '', containerPort };
  if (parts.length === 2) return { ip: '', hostPort: parts[0]!, containerPort };
  return { ip: parts.slice(0, -2).join(':'), hostPort: parts.at(-2)!, containerPort };
}

/** `80/udp` → port and protocol; `tcp` when none is given; both empty without a port. */
export function splitProtoPort(text: string): { port: string; proto: string } {
  const [port = '', proto = ''] = text.split('/');
  if (port === '') return { port: '', proto: '' };
  return { port, proto: proto === '' ? 'tcp' : proto };
}

/** `8000-8010` or `8000`. Throws with nat.ParsePortRange's texts. */
export function parsePortRange(text: string): [start: number, end: number] {
  if (text === '') throw new Error('Empty string specified for ports.');
  const dash = text.indexOf('-');
  if (dash < 0) {
    const port = portNumber(text);
    return [port, port];
  }
  const start = portNumber(text.slice(0, dash));
  const end = portNumber(text.slice(dash + 1));
  if (end < start) throw new Error(`Invalid range specified for the Port: ${text}`);
  return [start, end];
}

function portNumber(text: string): number {
  const fail = (why: string) => new Error(`strconv.ParseUint: parsing ${quote(text)}: ${why}`);
  if (!/^\d+$/.test(text)) throw fail('invalid syntax');
  if (Number(text) > 65535) throw fail('value out of range');
  return Number(text);
}

/** An address without its brackets, as net.SplitHostPort takes them off. */
function bareAddress(text: string): string {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end < 0) throw new Error(`Invalid ip address ${text}: address ${text}:: missing ']' in address`);
    return text.slice(1, end);
  }
  if (text.includes(':'))
    throw new Error(`Invalid ip address ${text}: address ${text}:: too many colons in address`);
  return text;
}

function isIp(text: string): boolean {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (v4 !== null)
    return v4.slice(1).every((part) => Number(part) < 256 && (part === '0' || !part.startsWith('0')));
  return isIpv6(text);
}

function isIpv6(text: string): boolean {
  const address = text.replace(/%.+$/, '');
  if (!/^[0-9a-fA-F:.]+$/.test(address) || !address.includes(':')) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  let count = groups.length;
  const last = groups.at(-1) ?? '';
  if (last.includes('.')) {
    if (!isIp(last)) return false;
    count++;
    groups.pop();
  }
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Whether the text is an IPv4 or IPv6 address. */
export const isAddress = isIp;
