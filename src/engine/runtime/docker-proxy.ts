import type { ByteStream } from '../base/byte-stream.ts';
import { isErrno } from '../base/errno.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Process } from '../kernel/program.ts';
import type { SocketAddress } from '../net/address.ts';
import { parseFlags } from './shim.ts';

/** The descriptor of the listening socket that dockerd hands down (`-use-listen-fd`). */
const LISTENER = 4;

/**
 * docker-proxy: answers on a published port for what the nat rules do not catch, above all the host's own loopback, and
 * passes it on to the container.
 */
export async function dockerProxy({ sys, argv }: Process): Promise<number> {
  const flags = parseFlags(argv.filter((word) => word !== '-use-listen-fd'));
  const target: SocketAddress = {
    family: 'inet',
    address: flags.get('container-ip') ?? '',
    port: Number(flags.get('container-port')),
  };
  await sys.sigaction('SIGPIPE', () => {}, { restart: true });
  if (flags.get('proto') === 'udp') return proxyUdp();
  for (;;) {
    const { fd } = await sys.accept(LISTENER);
    void serve(fdStream(sys, fd));
  }

  async function serve(client: ByteStream): Promise<void> {
    const fd = await sys.socket('inet', 'stream');
    const server = fdStream(sys, fd);
    try {
      await sys.connect(fd, target);
      await Promise.all([relay(client, server), relay(server, client)]);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    await client.close();
    await server.close();
  }

  /** Datagrams go out from one socket for each sender, so that answers find their way back. */
  async function proxyUdp(): Promise<never> {
    const senders = new Map<string, number>();
    for (;;) {
      const { data, address } = await sys.recvfrom(LISTENER, 65536);
      const key = JSON.stringify(address);
      let fd = senders.get(key);
      if (fd === undefined) {
        fd = await sys.socket('inet', 'dgram');
        senders.set(key, fd);
        void answer(fd, address);
      }
      await sys.sendto(fd, data, target).catch(() => 0);
    }
  }

  async function answer(fd: number, sender: SocketAddress): Promise<never> {
    for (;;) {
      const { data } = await sys.recvfrom(fd, 65536);
      await sys.sendto(LISTENER, data, sender);
    }
  }
}

async function relay(from: ByteStream, to: ByteStream): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk !== null; chunk = await from.read()) await to.write(chunk);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  await to.closeWrite().catch(() => undefined);
}
