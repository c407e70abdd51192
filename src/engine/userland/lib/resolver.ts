import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import {
  type DnsMessage,
  decodeMessage,
  encodeMessage,
  query,
  type RecordType,
} from '../../net/dns/message.ts';
import { parseIp } from '../../net/ip.ts';
import { readFile } from './stdio.ts';
import { bytesToText } from './text.ts';

/** /etc/resolv.conf (resolv.conf(5)). */
export interface ResolverConfig {
  nameservers: string[];
  search: string[];
  ndots: number;
  /** ms to wait for one server. */
  timeout: number;
  attempts: number;
}

/** Why a name has no address, as getaddrinfo(3) puts it. */
export type LookupFailure = 'EAI_NONAME' | 'EAI_AGAIN';

export const GAI_TEXT: Record<LookupFailure, string> = {
  EAI_NONAME: 'Name or service not known',
  EAI_AGAIN: 'Temporary failure in name resolution',
};

/**
 * The addresses of a host name in the order in which they are tried, or why there are none: a literal address is
 * itself; then /etc/hosts, then DNS (`hosts: files dns`), with the search list as resolv.conf(5) tells.
 */
export async function lookupHost(
  sys: Syscalls,
  name: string,
  family?: 'inet' | 'inet6',
): Promise<string[] | LookupFailure> {
  const wanted = (address: string) => family === undefined || (family === 'inet6') === address.includes(':');
  if (parseIp(name) !== undefined) return wanted(name) ? [name] : 'EAI_NONAME';
  const local = (await hostsFile(sys)).filter((entry) => entry.names.includes(name.toLowerCase()));
  const addresses = local.map((entry) => entry.address).filter(wanted);
  if (addresses.length > 0) return addresses;
  const config = await resolverConfig(sys);
  const types: RecordType[] = family === undefined ? ['A', 'AAAA'] : family === 'inet' ? ['A'] : ['AAAA'];
  let failure: LookupFailure = 'EAI_NONAME';
  for (const candidate of candidates(name, config)) {
    const found: string[] = [];
    for (const type of types) {
      const answer = await ask(sys, candidate, type, config);
      if (answer === undefined || answer.code === 'SERVFAIL' || answer.code === 'REFUSED') {
        failure = 'EAI_AGAIN';
        // A server that does not answer will not answer the next question either.
        if (answer === undefined) break;
        continue;
      }
      for (const record of answer.answers) if (record.type === type) found.push(record.data);
    }
    if (found.length > 0) return found;
  }
  return failure;
}

/** The names to ask for: as it stands first if it has dots enough, else after the search list. */
export function candidates(
  name: string,
  { search, ndots }: Pick<ResolverConfig, 'search' | 'ndots'>,
): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const longer = search.map((suffix) => `${name}.${suffix}`);
  return name.split('.').length - 1 >= ndots ? [name, ...longer] : [...longer, name];
}

export async function resolverConfig(sys: Syscalls): Promise<ResolverConfig> {
  const config: ResolverConfig = { nameservers: [], search: [], ndots: 1, timeout: 5000, attempts: 2 };
  for (const line of await lines(sys, '/etc/resolv.conf')) {
    const [keyword, ...rest] = line.split(/\s+/);
    if (keyword === 'nameserver' && rest[0] !== undefined && config.nameservers.length < 3)
      config.nameservers.push(rest[0]);
    if (keyword === 'search' || keyword === 'domain') config.search = rest.filter((part) => part !== '.');
    if (keyword === 'options')
      for (const option of rest) {
        const [key, value] = option.split(':');
        if (key === 'ndots') config.ndots = Math.min(15, Number(value));
        if (key === 'timeout') config.timeout = Number(value) * 1000;
        if (key === 'attempts') config.attempts = Number(value);
      }
  }
  if (config.nameservers.length === 0) config.nameservers.push('127.0.0.1');
  return config;
}

/** /etc/hosts (hosts(5)), names in lower case. */
export async function hostsFile(sys: Syscalls): Promise<{ address: string; names: string[] }[]> {
  const out = [];
  for (const line of await lines(sys, '/etc/hosts')) {
    const [address, ...names] = line.split(/\s+/);
    if (address !== undefined && names.length > 0)
      out.push({ address, names: names.map((name) => name.toLowerCase()) });
  }
  return out;
}

/** Asks the servers in turn for one record type of one name; undefined if none answers. */
export async function ask(
  sys: Syscalls,
  name: string,
  type: RecordType,
  config: ResolverConfig,
): Promise<DnsMessage | undefined> {
  let last: DnsMessage | undefined;
  for (let attempt = 0; attempt < config.attempts; attempt++)
    for (const server of config.nameservers) {
      const answer = await askServer(sys, server, name, type, config.timeout);
      if (answer === undefined) continue;
      last = answer;
      if (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN') return answer;
    }
  return last;
}

async function askServer(
  sys: Syscalls,
  server: string,
  name: string,
  type: RecordType,
  timeout: number,
): Promise<DnsMessage | undefined> {
  const family = server.includes(':') ? 'inet6' : 'inet';
  const id = sys.getrandom(2).reduce((value, byte) => value * 256 + byte, 0);
  const fd = await sys.socket(family, 'dgram');
  try {
    await sys.connect(fd, { family, address: server, port: 53 });
    await sys.write(fd, encodeMessage(query(id, name, type)));
    const deadline = sys.clock_gettime('monotonic') + timeout;
    for (;;) {
      const left = deadline - sys.clock_gettime('monotonic');
      if (left <= 0) return undefined;
      const [ready] = await sys.poll([{ fd, read: true }], left);
      if (!ready?.readable) return undefined;
      const { data } = await sys.recvfrom(fd, 4096);
      const message = decodeMessage(data);
      if (message?.id === id && message.response) return message;
    }
  } catch (error) {
    // Nobody there: the next server is asked.
    if (isErrno(error)) return undefined;
    throw error;
  } finally {
    await sys.close(fd);
  }
}

async function lines(sys: Syscalls, path: string): Promise<string[]> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
  return text
    .split('\n')
    .map((line) => line.replace(/[#;].*/, '').trim())
    .filter((line) => line !== '');
}
