import { resolveHost } from '../../distribution/resolve-host.ts';
import { hostTls, systemRoots, type TlsConfiguration } from '../../distribution/tls.ts';
import { parseUrl } from '../../distribution/url.ts';
import { contains, parseIp, parsePrefix } from '../../net/ip.ts';
import type { Certificate } from '../../net/tls/certificate.ts';
import type { Engine } from '../engine.ts';

/** One address under which a registry may answer. Models moby registry.APIEndpoint. */
export interface Endpoint {
  /** Scheme, host and, for a mirror, path; without a slash at its end. */
  url: string;
  mirror: boolean;
  tls: TlsConfiguration;
}

/** Where Docker Hub's names live. */
const HUB = {
  domain: 'docker.io',
  index: 'index.docker.io',
  registry: 'https://registry-1.docker.io',
} as const;

/** Which registries the daemon asks and how it trusts them: daemon.json's part, and files (moby registry/service.go). */
export class Registries {
  readonly #engine: Engine;
  /** Read once, as Go's crypto/x509 does: an authority that is added later is believed after a restart. */
  #roots: Promise<Certificate[]> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** In the order in which they are tried: mirrors of Docker Hub before it, HTTPS before HTTP where that may be. */
  async endpoints(domain: string, mirrors: boolean): Promise<Endpoint[]> {
    if (domain === HUB.domain || domain === HUB.index) {
      const list = mirrors ? this.mirrors : [];
      const found: Endpoint[] = [];
      for (const mirror of list) {
        const url = mirror.replace(/\/$/, '');
        found.push({ url, mirror: true, tls: await this.tls(parseUrl(url).host) });
      }
      const tls = { insecure: false, trusted: await this.#systemRoots(), identity: undefined };
      return [...found, { url: HUB.registry, mirror: false, tls }];
    }
    const tls = await this.tls(domain);
    const secure: Endpoint = { url: `https://${domain}`, mirror: false, tls };
    return tls.insecure ? [secure, { ...secure, url: `http://${domain}` }] : [secure];
  }

  /** How TLS with a host is done: what `certs.d` says, unless the host is one of the insecure ones. */
  async tls(host: string): Promise<TlsConfiguration> {
    const { sys } = this.#engine;
    return hostTls(sys, host, await this.isSecure(host), await this.#systemRoots());
  }

  /** Whether a host, with its port, must show that it is the one: `insecure-registries` lists those that need not. */
  async isSecure(host: string): Promise<boolean> {
    if (host === HUB.domain) return true;
    const { hosts, networks } = this.insecure;
    if (hosts.includes(host)) return false;
    const name = /^\[([^\]]+)\]|^([^:]+)(?::\d+)?$/.exec(host);
    const addresses = await resolveHost(this.#engine.sys, name?.[1] ?? name?.[2] ?? host).catch(() => []);
    const ips = addresses.map(parseIp).filter((ip) => ip !== undefined);
    return !networks.some((network) => ips.some((ip) => contains(parsePrefix(network)!, ip)));
  }

  /** `insecure-registries`, and what counts as such of itself. */
  get insecure(): { hosts: string[]; networks: string[] } {
    const listed = (this.#engine.configuration['insecure-registries'] ?? []).map((entry) =>
      entry.replace(/^https?:\/\//i, ''),
    );
    const isNetwork = (entry: string) => entry.includes('/') && parsePrefix(entry) !== undefined;
    const networks = [...listed.filter(isNetwork), '::1/128', '127.0.0.0/8'];
    return { hosts: listed.filter((entry) => !isNetwork(entry)), networks: [...new Set(networks)] };
  }

  /** Mirrors of Docker Hub, each with a slash at its end. */
  get mirrors(): string[] {
    return (this.#engine.configuration['registry-mirrors'] ?? []).map(
      (mirror) => `${mirror.replace(/\/$/, '')}/`,
    );
  }

  #systemRoots(): Promise<Certificate[]> {
    this.#roots ??= systemRoots(this.#engine.sys);
    return this.#roots;
  }
}

/** What is wrong with the list of insecure registries. Models moby registry/config.go loadInsecureRegistries. */
export function insecureProblem(entries: readonly string[]): string | undefined {
  for (const entry of entries) {
    if (/^-|-$/.test(entry)) return `invalid index name (${entry}). Cannot begin or end with a hyphen`;
    const name = entry.replace(/^https?:\/\//i, '');
    if (name.includes('://')) return `insecure registry ${name} should not contain '://'`;
    if (name.includes('/') && parsePrefix(name) !== undefined) continue;
    const [, host = name, port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(name) ?? [];
    const wrong = !/^(\[[\da-f:]+\]|[\w.-]*)$/i.test(host)
      ? `invalid host "${host}"`
      : port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65_535)
        ? `invalid port "${port}"`
        : undefined;
    if (wrong !== undefined) return `insecure registry ${name} is not valid: ${wrong}`;
  }
  return undefined;
}
