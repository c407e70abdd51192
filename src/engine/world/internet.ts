import type { Clock } from '../base/clock.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Program } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { answerQuery, fixedZone, type Zone } from '../net/dns/server.ts';
import type { HttpHandler } from '../net/http/message.ts';
import { serve } from '../net/http/server.ts';

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

/**
 * The program of the machine that stands for the internet: web sites by name, and the name server. TLS is not
 * modelled: what the real servers speak under TLS on port 443, these speak plainly on both ports.
 */
export function internet(
  sites: Readonly<Record<string, HttpHandler>>,
  openRegistry: HttpHandler,
  clock: Clock,
): Program {
  const handler: HttpHandler = async (request) => {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    const site = sites[host];
    return site ? site(request) : { status: 421, body: `no site ${host} here\n` };
  };
  return async ({ sys }) => {
    await Promise.all([
      listen(sys, 80, handler, clock),
      listen(sys, 443, handler, clock),
      listen(sys, INTERNET.openRegistryPort, openRegistry, clock),
      nameserver(sys, fixedZone(NAMES)),
    ]);
    return 0;
  };
}

async function listen(sys: Syscalls, port: number, handler: HttpHandler, clock: Clock): Promise<void> {
  const socket = await sys.socket('inet', 'stream');
  await sys.bind(socket, { family: 'inet', address: '0.0.0.0', port });
  await sys.listen(socket, 128);
  for (;;) {
    const { fd } = await sys.accept(socket);
    void serve(fdStream(sys, fd), handler, { clock });
  }
}

async function nameserver(sys: Syscalls, zone: Zone): Promise<void> {
  const socket = await sys.socket('inet', 'dgram');
  await sys.bind(socket, { family: 'inet', address: INTERNET.nameserver, port: 53 });
  for (;;) {
    const { data, address } = await sys.recvfrom(socket, 4096);
    const answer = await answerQuery(data, zone);
    if (answer) await sys.sendto(socket, answer, address);
  }
}
