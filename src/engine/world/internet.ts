import type { Program } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { answerQuery, fixedZone, type Zone } from '../net/dns/server.ts';

/** Where the simulated internet's servers are. The Hub's address is of a range set aside for documentation (RFC 5737). */
export const INTERNET = {
  router: '10.0.2.2',
  nameserver: '10.0.2.3',
  hub: '198.51.100.10',
  /** Where the Hub's images are served by any name and without a token: for real clients that are bridged in. */
  openRegistryPort: 5000,
} as const;

/** Names that resolve. */
export const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['registry-1.docker.io', [INTERNET.hub]],
  ['auth.docker.io', [INTERNET.hub]],
  ['index.docker.io', [INTERNET.hub]],
  ['docker.io', [INTERNET.hub]],
]);

/** Answers a connection that came in at a port. */
export type ServeConnection = (sys: Syscalls, fd: number, port: number) => Promise<void>;

/**
 * The program of the machine that stands for the internet: the name server, and web servers, which are opened when somebody
 * first connects to one.
 */
export const internet =
  (open: () => Promise<ServeConnection>): Program =>
  async ({ sys }) => {
    let web: Promise<ServeConnection> | undefined;
    const listen = async (port: number): Promise<void> => {
      const socket = await sys.socket('inet', 'stream');
      await sys.bind(socket, { family: 'inet', address: '0.0.0.0', port });
      await sys.listen(socket, 128);
      for (;;) {
        const { fd } = await sys.accept(socket);
        web ??= open();
        try {
          void (await web)(sys, fd, port);
        } catch {
          // It could not be fetched: the server hangs up, and whoever comes next makes it try again.
          web = undefined;
          await sys.close(fd);
        }
      }
    };
    await Promise.all([
      listen(80),
      listen(443),
      listen(INTERNET.openRegistryPort),
      nameserver(sys, fixedZone(NAMES)),
    ]);
    return 0;
  };

async function nameserver(sys: Syscalls, zone: Zone): Promise<void> {
  const socket = await sys.socket('inet', 'dgram');
  await sys.bind(socket, { family: 'inet', address: INTERNET.nameserver, port: 53 });
  for (;;) {
    const { data, address } = await sys.recvfrom(socket, 4096);
    const answer = await answerQuery(data, zone);
    if (answer) await sys.sendto(socket, answer, address);
  }
}
