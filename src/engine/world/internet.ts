import type { Clock } from '../base/clock.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Program } from '../kernel/program.ts';
import type { HttpHandler } from '../net/http/message.ts';
import { serve } from '../net/http/server.ts';

/** Where the simulated internet's servers are. The addresses are of the ranges set aside for documentation (RFC 5737). */
export const INTERNET = {
  router: '10.0.2.2',
  nameserver: '10.0.2.3',
  hub: '198.51.100.10',
} as const;

/** Names that resolve, beside those that a scenario adds. */
export const NAMES: Readonly<Record<string, string>> = {
  'registry-1.docker.io': INTERNET.hub,
  'auth.docker.io': INTERNET.hub,
  'index.docker.io': INTERNET.hub,
  'docker.io': INTERNET.hub,
  'hub.docker.com': INTERNET.hub,
};

/**
 * The program of the machine that stands for the internet: web servers by name. TLS is not modelled: what the
 * real servers speak under TLS on port 443, these speak plainly on both ports.
 */
export function internet(sites: Readonly<Record<string, HttpHandler>>, clock: Clock): Program {
  const handler: HttpHandler = async (request) => {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    const site = sites[host];
    return site ? site(request) : { status: 421, body: `no site ${host} here\n` };
  };
  return async ({ sys }) => {
    const listen = async (port: number) => {
      const socket = await sys.socket('inet', 'stream');
      await sys.bind(socket, { family: 'inet', address: '0.0.0.0', port });
      await sys.listen(socket, 128);
      for (;;) {
        const { fd } = await sys.accept(socket);
        void serve(fdStream(sys, fd), handler, { clock });
      }
    };
    await Promise.all([listen(80), listen(443)]);
    return 0;
  };
}
