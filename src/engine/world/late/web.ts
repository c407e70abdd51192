import { decode } from '../../base/bytes.ts';
import { instant } from '../../base/calendar.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Process } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { HttpHandler } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import type { Identity } from '../../net/tls/certificate.ts';
import { serveTls } from '../../net/tls/serve.ts';
import { basicAccess, openAccess } from '../../registry/access.ts';
import { REGISTRIES, type RegistryModel } from '../../registry/contents.ts';
import { type Hub, hub } from '../../registry/hub.ts';
import { type MemoryStore, memoryStore, storeBeside } from '../../registry/memory-store.ts';
import { PushRecord } from '../../registry/push-record.ts';
import { registry } from '../../registry/registry.ts';
import { AUTHORITY, COMPANY, identityOf, ownCertificate } from '../authority.ts';
import { INTERNET, type ServeConnection } from '../internet.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

export interface Web {
  /** The sites of the internet. */
  internet: (process: Process, world: World, scenario: Scenario) => Promise<ServeConnection>;
  /** The registries on the loopback of the recordings' host. */
  loopback: (process: Process, world: World, scenario: Scenario) => Promise<ServeConnection>;
}

/** A site of the internet: who it says it is, and what answers. */
interface Site {
  identity: Identity;
  handler: HttpHandler;
}

/** The certificate of a site that nobody looks after any more. */
const LAPSED = { notBefore: instant(2023, 1, 22), notAfter: instant(2024, 1, 22) };

export const web: Web = {
  async internet(process, world, scenario) {
    const made = await openHub(world, scenario);
    const { clock, random } = world;
    const now = () => clock.now();
    const companyStore = memoryStore();
    const companyRecord = new PushRecord(now);
    const plainStore = memoryStore();
    const plainRecord = new PushRecord(now);
    process.publish(REGISTRIES, () => [
      modelOf('docker.io', made.store, made.record),
      modelOf('registry.example.com', companyStore, companyRecord),
      modelOf('plain.example.com', plainStore, plainRecord),
    ]);
    const hubSites = new Map<string, HttpHandler>([
      ['registry-1.docker.io', made.registry],
      ['auth.docker.io', made.auth],
      ['index.docker.io', made.index],
    ]);
    const mirror = registry({
      store: made.store,
      random,
      disabled: ['POST', 'PATCH', 'PUT', 'DELETE'],
      tls: true,
    });
    const { company: accounts = {} } = scenario;
    const company = registry({
      store: companyStore,
      random,
      record: companyRecord,
      tls: true,
      access: basicAccess('Registry Realm', (user, password) => accounts[user] === password),
    });
    const companyIdentity = identityOf(['registry.example.com'], COMPANY);
    const plain = registry({ store: plainStore, random, record: plainRecord });
    const npm: HttpHandler = async (request) => (await world.load('npm'))(request);
    const sites: Record<string, Site> = {
      [INTERNET.hub]: {
        identity: identityOf(['*.docker.io', 'docker.io']),
        handler: async (request) => {
          const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
          return hubSites.get(host)?.(request) ?? { status: 421, body: `no site ${host} here\n` };
        },
      },
      [INTERNET.mirror]: { identity: identityOf(['mirror.example.net']), handler: mirror },
      [INTERNET.npm]: { identity: identityOf(['registry.npmjs.org']), handler: npm },
      [INTERNET.npmMirror]: { identity: identityOf(['registry.npmmirror.com']), handler: npm },
      [INTERNET.npmMirrorOnce]: {
        identity: identityOf(['registry.npm.taobao.org'], AUTHORITY, LAPSED),
        handler: npm,
      },
      [INTERNET.pypi]: {
        identity: identityOf(['pypi.org', 'files.pythonhosted.org']),
        handler: async (request) => (await world.load('pypi'))(request),
      },
      [INTERNET.github]: {
        identity: identityOf(['github.com']),
        handler: async (request) => (await world.load('github'))(request),
      },
    };
    const open = registry({ store: made.store, random });
    return async (sys, fd) => {
      const { address, port } = await localAddress(sys, fd);
      const stream = fdStream(sys, fd);
      const site = sites[address];
      if (address === INTERNET.plain) await serve(stream, plain, { clock });
      else if (address === INTERNET.company && port === 80) await serve(stream, companyPages, { clock });
      else if (address === INTERNET.company)
        await serveTls(stream, company, { clock, tls: { identity: () => companyIdentity } });
      else if (port === INTERNET.openRegistryPort) await serve(stream, open, { clock });
      else if (site === undefined) await stream.close();
      else if (port === 80) await serve(stream, toHttps, { clock });
      else await serveTls(stream, site.handler, { clock, tls: { identity: () => site.identity } });
    };
  },

  async loopback(process, world, scenario) {
    const { store } = await openHub(world, scenario);
    const { clock, random } = world;
    const models: RegistryModel[] = [];
    const servers = new Map(
      (scenario.host.registries ?? []).map(({ port, accounts }) => {
        const own = storeBeside(store);
        const record = new PushRecord(() => clock.now());
        models.push(modelOf(`localhost:${port}`, own, record));
        const handler = registry({
          store: own,
          random,
          record,
          tagOrder: 'stored',
          access:
            accounts === undefined
              ? openAccess
              : basicAccess('Registry Realm', (user, password) => accounts[user] === password),
        });
        return [port, handler];
      }),
    );
    process.publish(REGISTRIES, () => models);
    return async (sys, fd) => {
      const { port } = await localAddress(sys, fd);
      await serve(fdStream(sys, fd), servers.get(port)!, { clock });
    };
  },
};

const modelOf = (address: string, store: MemoryStore, record: PushRecord): RegistryModel => ({
  address,
  contents: () => store.contents(),
  pushes: record.pushes,
});

const hubs = new WeakMap<World, Promise<Hub>>();

/** One Docker Hub a world. */
function openHub(world: World, { hub: spec }: Scenario): Promise<Hub> {
  const open = async () => {
    const read = async (name: string) =>
      JSON.parse(decode(await world.external(`catalogue:${spec.catalogue}/${name}`)));
    return hub({
      shelf: { names: await read('index'), read },
      source: { get: (digest) => world.external(`blob:${digest}`) },
      random: world.random,
      now: () => world.clock.now(),
      ...spec,
    });
  };
  const known = hubs.get(world);
  if (known) return known;
  const made = open();
  hubs.set(world, made);
  // What could not be fetched is asked for again by whoever comes next.
  made.catch(() => hubs.delete(world));
  return made;
}

async function localAddress(sys: Syscalls, fd: number): Promise<{ address: string; port: number }> {
  const own = await sys.getsockname(fd);
  return own.family === 'unix' ? { address: '', port: 0 } : own;
}

/** Where the company tells whom its machines trust. */
const companyPages: HttpHandler = async ({ target }) =>
  target === '/ca.crt'
    ? {
        status: 200,
        headers: [['Content-Type', 'application/x-x509-ca-cert']],
        body: ownCertificate(COMPANY),
      }
    : {
        status: 404,
        headers: [['Content-Type', 'text/plain']],
        body: 'Not found. The certificate is at /ca.crt.\n',
      };

/** What the Hub's sites say to those who come without TLS. */
const toHttps: HttpHandler = async ({ headers, target }) => ({
  status: 301,
  headers: [['Location', `https://${(headers.get('host') ?? '').replace(/:\d+$/, '')}${target}`]],
  body: '',
});
