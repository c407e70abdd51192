import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { SocketAddress } from '../../net/address.ts';
import {
  type DnsMessage,
  type DnsRecord,
  decodeMessage,
  encodeMessage,
  reverseName,
} from '../../net/dns/message.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { formatAddress } from './ipam.ts';
import { isUserDefined, type Network } from './network.ts';

/** Where a container on a user network finds its name server. */
export const RESOLVER_ADDRESS = '127.0.0.11';

/** A server that the resolver asks further; a loopback address is the host's, not the container's. */
export interface ExternalServer {
  address: string;
  onHost: boolean;
}

const TTL = 600;
/** How long a server is waited for, ms (libnetwork extIOTimeout). */
const EXTERNAL_TIMEOUT = 4000;
/** More CPU time than a slice has: after it, a new one begins. */
const WHOLE_SLICE = 4001;

/**
 * The embedded DNS server of one container: knows the names of the containers on its networks and passes other questions on.
 * The daemon itself holds the sockets, which were born in the container's network namespace; the namespace's nat table leads
 * port 53 to it, over UDP and over TCP. Models moby libnetwork/resolver.go.
 */
export interface Resolver {
  readonly ports: { readonly udp: number; readonly tcp: number };
  close(): Promise<void>;
}

export async function startResolver(
  engine: Engine,
  container: Container,
  pid: number,
  servers: readonly ExternalServer[],
): Promise<Resolver> {
  const { sys } = engine;
  const fd = await socketInside(engine, pid, 'dgram');
  const udp = await bindToAny(sys, fd);
  const listener = await socketInside(engine, pid, 'stream');
  const tcp = await bindToAny(sys, listener);
  await sys.listen(listener);
  void serveDatagrams();
  void serveConnections();
  return {
    ports: { udp, tcp },
    async close() {
      await sys.close(fd);
      await sys.close(listener);
    },
  };

  async function serveDatagrams(): Promise<void> {
    for (;;) {
      let datagram: { data: Uint8Array; address: SocketAddress };
      try {
        datagram = await sys.recvfrom(fd, 4096);
      } catch (error) {
        if (isErrno(error, 'EINTR')) continue;
        if (isErrno(error)) return;
        throw error;
      }
      // The socket of a sandbox that is gone.
      if (datagram.data.length === 0) return;
      void answerDatagram(datagram.data, datagram.address);
    }
  }

  async function answerDatagram(data: Uint8Array, to: SocketAddress): Promise<void> {
    const reply = await answer(data);
    if (reply !== undefined) await sys.sendto(fd, reply, to).catch(ignoreErrno);
  }

  async function serveConnections(): Promise<void> {
    for (;;) {
      try {
        void serveConnection((await sys.accept(listener)).fd);
      } catch (error) {
        if (isErrno(error, 'EINTR')) continue;
        if (isErrno(error)) return;
        throw error;
      }
    }
  }

  /** Over TCP each message stands behind its length (RFC 1035, 4.2.2). */
  async function serveConnection(connection: number): Promise<void> {
    let buffer: Uint8Array = new Uint8Array(0);
    try {
      for (;;) {
        const length = buffer.length < 2 ? undefined : buffer[0]! * 256 + buffer[1]!;
        if (length === undefined || buffer.length < 2 + length) {
          const chunk = await sys.read(connection, 4096);
          if (chunk.length === 0) break;
          buffer = concat([buffer, chunk]);
          continue;
        }
        const reply = await answer(buffer.subarray(2, 2 + length));
        buffer = buffer.subarray(2 + length);
        if (reply === undefined) break;
        const head = Uint8Array.of(reply.length >> 8, reply.length & 0xff);
        await sys.write(connection, concat([head, reply]));
      }
    } catch (error) {
      ignoreErrno(error);
    }
    await sys.close(connection);
  }

  async function answer(data: Uint8Array): Promise<Uint8Array | undefined> {
    const question = decodeMessage(data);
    if (question === undefined || question.response) return undefined;
    const known = lookUp(engine, container, question);
    return known !== undefined
      ? encodeMessage(response(question, 'NOERROR', known))
      : ((await forward(engine, container, pid, servers, data)) ??
          encodeMessage(response(question, 'SERVFAIL', [])));
  }
}

/** Binds to a port that the kernel chooses; gives it. */
async function bindToAny(sys: Syscalls, fd: number): Promise<number> {
  await sys.bind(fd, { family: 'inet', address: RESOLVER_ADDRESS, port: 0 });
  const name = await sys.getsockname(fd);
  return name.family === 'unix' ? 0 : name.port;
}

function ignoreErrno(error: unknown): void {
  if (!isErrno(error)) throw error;
}

const response = (question: DnsMessage, code: DnsMessage['code'], answers: DnsRecord[]): DnsMessage => ({
  ...question,
  response: true,
  authoritative: false,
  recursionAvailable: true,
  code,
  answers,
});

/** What the daemon itself knows; undefined where others are to be asked. */
function lookUp(engine: Engine, container: Container, { question }: DnsMessage): DnsRecord[] | undefined {
  if (question === undefined) return undefined;
  const name = question.name.toLowerCase();
  const networks = engine.networks
    .all()
    .filter((network) => isUserDefined(network) && network.endpoints.has(container.id));
  if (question.type === 'PTR') {
    for (const network of networks)
      for (const { container: other, address } of network.endpoints.values())
        if (reverseName(formatAddress(address)) === name)
          return [{ name: question.name, type: 'PTR', ttl: TTL, data: `${other.name}.${network.name}` }];
    return undefined;
  }
  if (question.type !== 'A' && question.type !== 'AAAA') return undefined;
  for (const network of networks) {
    const suffix = `.${network.name.toLowerCase()}`;
    const found = addresses(container, network, name);
    // Every name is also known with its network's behind it.
    if (found.length === 0 && name.endsWith(suffix))
      found.push(...addresses(container, network, name.slice(0, -suffix.length)));
    if (found.length === 0) continue;
    if (question.type === 'AAAA') return [];
    return shuffled(engine, found).map((address) => ({
      name: question.name,
      type: 'A',
      ttl: TTL,
      data: formatAddress(address),
    }));
  }
  return undefined;
}

/** Those on a network who answer to a name: by their own names there, or by a link that this container has. */
function addresses(container: Container, network: Network, name: string): number[] {
  const links = container.endpoints.get(network.name)?.Links ?? [];
  const linked = links
    .map((link) => link.split(':'))
    .filter(([target = '', alias = target]) => alias.toLowerCase() === name)
    .map(([target]) => target);
  return [...network.endpoints.values()]
    .filter(({ container: other }) => {
      const names = other.endpoints.get(network.name)?.DNSNames ?? [];
      return names.some((known) => known.toLowerCase() === name || linked.includes(known));
    })
    .map(({ address }) => address);
}

/** Several containers under one name take turns. */
function shuffled(engine: Engine, addresses: number[]): number[] {
  const out = [...addresses];
  for (let i = out.length - 1; i > 0; i--) {
    const j = engine.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

async function forward(
  engine: Engine,
  container: Container,
  pid: number,
  servers: readonly ExternalServer[],
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { sys } = engine;
  const ways = engine.networks.all().filter(({ endpoints }) => endpoints.has(container.id));
  // Who has no way out is not given one through the daemon.
  if (ways.every(({ internal }) => internal)) return undefined;
  for (const { address, onHost } of servers) {
    let fd: number | undefined;
    try {
      fd = onHost ? await sys.socket('inet', 'dgram') : await socketInside(engine, pid, 'dgram');
      await sys.connect(fd, { family: 'inet', address, port: 53 });
      await sys.write(fd, data);
      const [ready] = await sys.poll([{ fd, read: true }], EXTERNAL_TIMEOUT);
      if (!ready?.readable) continue;
      return (await sys.recvfrom(fd, 4096)).data;
    } catch (error) {
      if (!isErrno(error)) throw error;
    } finally {
      if (fd !== undefined) await sys.close(fd);
    }
  }
  return undefined;
}

/**
 * A socket of the daemon's in another's network namespace. libnetwork locks a thread for that; here the daemon goes in and comes
 * back within one slice of its time, so that nothing else of it runs in between.
 */
async function socketInside(
  { process, sys }: Engine,
  pid: number,
  type: 'dgram' | 'stream',
): Promise<number> {
  const own = await sys.open('/proc/self/ns/net', O_RDONLY | O_CLOEXEC);
  const theirs = await sys.open(`/proc/${pid}/ns/net`, O_RDONLY | O_CLOEXEC);
  try {
    const pause = process.work(WHOLE_SLICE);
    if (pause) await pause;
    const [, socket, back] = await Promise.allSettled([
      sys.setns(theirs, 'net'),
      sys.socket('inet', type),
      sys.setns(own, 'net'),
    ]);
    if (back.status === 'rejected') throw back.reason;
    if (socket.status === 'rejected') throw socket.reason;
    await sys.setCloexec(socket.value, true);
    return socket.value;
  } finally {
    await sys.close(own);
    await sys.close(theirs);
  }
}
