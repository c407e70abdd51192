import { isErrno } from '../../base/errno.ts';
import {
  type DnsMessage,
  decodeMessage,
  encodeMessage,
  query,
  type RecordType,
  reverseName,
} from '../../net/dns/message.ts';
import { parseIp } from '../../net/ip.ts';
import { candidates, lookupHost, resolverConfig } from '../lib/resolver.ts';
import { busyboxUsage, netProgram } from './tool.ts';

const USAGE = `nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any`;

/** nslookup as BusyBox has it. */
export const nslookup = netProgram(async (io, _flavour, build) => {
  const usage = busyboxUsage(build, USAGE);
  const { sys, stdout } = io;
  const types: RecordType[] = [];
  const operands: string[] = [];
  for (const arg of io.args) {
    const type = /^-(?:type|querytype|q)=(.+)$/.exec(arg)?.[1]?.toUpperCase();
    if (type !== undefined) {
      if (!['SOA', 'NS', 'A', 'AAAA', 'CNAME', 'MX', 'TXT', 'PTR', 'SRV', 'ANY'].includes(type))
        return io.fail(`invalid query type "${arg.split('=')[1]}"`);
      types.push(type as RecordType);
    } else if (arg.startsWith('-') && arg !== '-debug') {
      await io.stderr.write(usage);
      return 1;
    } else if (arg !== '-debug') operands.push(arg);
  }
  const [host, server] = operands;
  if (host === undefined || operands.length > 2) {
    await io.stderr.write(usage);
    return 1;
  }
  const config = await resolverConfig(sys);
  if (server !== undefined) {
    const found = await lookupHost(sys, server);
    if (typeof found === 'string') return io.fail(`can't resolve '${server}'`);
    config.nameservers = [found[0]!];
  }
  const literal = parseIp(host) !== undefined;
  const wanted: RecordType[] = types.length > 0 ? types : literal ? ['PTR'] : ['A', 'AAAA'];
  const names = literal ? [reverseName(host)] : candidates(host, config);
  for (const [i, name] of names.entries()) {
    const answers = new Map<RecordType, DnsMessage>();
    let used: string | undefined;
    for (const address of config.nameservers) {
      for (const type of wanted) {
        const answer = await exchange(sys, address, name, type, config.timeout);
        if (answer === 'refused')
          await io.stderr.write(`nslookup: write to '${address}': Connection refused\n`);
        else if (answer !== undefined) answers.set(type, answer);
        if (typeof answer !== 'object') break;
      }
      if (answers.size > 0) {
        used = address;
        break;
      }
    }
    if (used === undefined) {
      stdout.write(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    const failed = [...answers.values()].every((answer) => answer.code !== 'NOERROR');
    // A name of the search list that fails is passed over for the next.
    if (failed && i + 1 < names.length) continue;
    stdout.write(`Server:\t\t${used}\nAddress:\t${used}:53\n\n`);
    for (const answer of answers.values()) {
      if (answer.code !== 'NOERROR') {
        stdout.write(`** server can't find ${name}: ${answer.code}\n\n`);
        continue;
      }
      if (!answer.authoritative || !literal) stdout.write('Non-authoritative answer:\n');
      for (const { name: owner, type, data } of answer.answers) {
        if (type === 'A' || type === 'AAAA') stdout.write(`Name:\t${owner}\nAddress: ${data}\n`);
        else if (type === 'PTR') stdout.write(`${owner}\tname = ${data}\n`);
        else if (type === 'CNAME') stdout.write(`${owner}\tcanonical name = ${data}\n`);
        else if (type === 'NS') stdout.write(`${owner}\tnameserver = ${data}\n`);
        else stdout.write(`${owner}\ttext = "${data}"\n`);
      }
      stdout.write('\n');
    }
    return failed ? 1 : 0;
  }
  return 1;
});

async function exchange(
  sys: Parameters<typeof resolverConfig>[0],
  server: string,
  name: string,
  type: RecordType,
  timeout: number,
): Promise<DnsMessage | 'refused' | undefined> {
  const family = server.includes(':') ? 'inet6' : 'inet';
  const fd = await sys.socket(family, 'dgram');
  try {
    const id = sys.getrandom(2).reduce((value, byte) => value * 256 + byte, 0);
    await sys.connect(fd, { family, address: server, port: 53 });
    await sys.write(fd, encodeMessage(query(id, name, type)));
    const [ready] = await sys.poll([{ fd, read: true }], timeout);
    if (!ready?.readable) return undefined;
    return decodeMessage((await sys.recvfrom(fd, 4096)).data);
  } catch (error) {
    if (isErrno(error, 'ECONNREFUSED')) return 'refused';
    if (isErrno(error)) return undefined;
    throw error;
  } finally {
    await sys.close(fd);
  }
}
