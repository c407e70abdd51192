import type { Process, Program } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { answerQuery, fixedZone, type Zone } from '../net/dns/server.ts';

/** Where the simulated internet's servers are: addresses of ranges set aside for documentation (RFC 5737). */
export const INTERNET = {
  router: '10.0.2.2',
  nameserver: '10.0.2.3',
  hub: '198.51.100.10',
  /** A mirror of the Hub that answers. */
  mirror: '198.51.100.20',
  /** The registry of npm; a mirror of it, under its name of today and one whose certificate nobody renews. */
  npm: '198.51.100.40',
  npmMirror: '198.51.100.41',
  npmMirrorOnce: '198.51.100.42',
  /** The Python Package Index. */
  pypi: '198.51.100.30',
  /** A host of Git repositories. */
  github: '198.51.100.50',
  /** Two machines on the learner's own network: a company's registry, and one in which nobody put a certificate. */
  company: '10.0.2.30',
  plain: '10.0.2.31',
  /** Where the Hub's images are served by any name and without a token: for real clients that are bridged in. */
  openRegistryPort: 5000,
} as const;

/** Names that resolve. */
export const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['registry-1.docker.io', [INTERNET.hub]],
  ['auth.docker.io', [INTERNET.hub]],
  ['index.docker.io', [INTERNET.hub]],
  ['docker.io', [INTERNET.hub]],
  ['registry.example.com', [INTERNET.company]],
  // Its certificate does not have this name.
  ['registry.example.org', [INTERNET.company]],
  ['plain.example.com', [INTERNET.plain]],
  ['mirror.example.net', [INTERNET.mirror]],
  ['registry.npmjs.org', [INTERNET.npm]],
  ['registry.npmmirror.com', [INTERNET.npmMirror]],
  ['registry.npm.taobao.org', [INTERNET.npmMirrorOnce]],
  ['pypi.org', [INTERNET.pypi]],
  ['files.pythonhosted.org', [INTERNET.pypi]],
  ['github.com', [INTERNET.github]],
  // Nobody lives there any more.
  ['dead-mirror.example.net', ['198.51.100.66']],
]);

/** Answers a connection that came in. */
export type ServeConnection = (sys: Syscalls, fd: number) => Promise<void>;

/** Where to listen: everywhere, without an address. */
export interface Listening {
  address?: string;
  port: number;
}

/** A server whose code is loaded when somebody first connects to it, and that is a program like any other until then. */
export const lateServer =
  (at: readonly Listening[], open: (process: Process) => Promise<ServeConnection>): Program =>
  async (process) => {
    const { sys } = process;
    let server: Promise<ServeConnection> | undefined;
    const listen = async ({ address = '0.0.0.0', port }: Listening): Promise<void> => {
      const socket = await sys.socket('inet', 'stream');
      await sys.bind(socket, { family: 'inet', address, port });
      await sys.listen(socket, 128);
      for (;;) {
        const { fd } = await sys.accept(socket);
        server ??= open(process);
        try {
          void (await server)(sys, fd);
        } catch {
          // It could not be fetched: the server hangs up, and whoever comes next makes it try again.
          server = undefined;
          await sys.close(fd);
        }
      }
    };
    await Promise.all(at.map(listen));
    return 0;
  };

/** The program of the machine that stands for the internet: the name server, and web servers. */
export const internet = (
  names: ReadonlyMap<string, readonly string[]>,
  open: (process: Process) => Promise<ServeConnection>,
): Program => {
  const web = lateServer([{ port: 80 }, { port: 443 }, { port: INTERNET.openRegistryPort }], open);
  return async (process) => {
    await Promise.all([web(process), nameserver(process.sys, fixedZone(names))]);
    return 0;
  };
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
