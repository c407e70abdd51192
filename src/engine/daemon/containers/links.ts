import type { HostConfig } from '../../api/containers.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter, systemError } from '../error.ts';
import type { Container } from './container.ts';

/** A container that another on the default bridge knows by an alias (`--link`, deprecated). */
export interface Link {
  container: Container;
  alias: string;
}

/** Refuses links to containers that are not there. Models moby daemon/create.go and links.go. */
export function checkLinks(engine: Engine, links: readonly string[]): void {
  for (const link of links) {
    const [name = ''] = link.split(':');
    try {
      engine.containers.get(name);
    } catch (error) {
      // Not a 404: clients take that for an image to be pulled.
      throw invalidParameter(`could not get container for ${name}: ${(error as Error).message}`);
    }
  }
}

/** As the engine keeps and shows them: `/target:/container/alias`. */
export function completeLinks(engine: Engine, name: string, links: readonly string[]): HostConfig['Links'] {
  if (links.length === 0) return null;
  return links.map((link) => {
    const [target = '', alias = target] = link.split(':');
    return `/${engine.containers.get(target).name}:/${name}/${alias}`;
  });
}

export function linksOf(engine: Engine, { hostConfig }: Container): Link[] {
  return (hostConfig.Links ?? []).flatMap((link) => {
    const [target = '', path = ''] = link.split(':');
    const container = engine.containers.find(target.slice(1));
    return container ? [{ container, alias: path.slice(path.lastIndexOf('/') + 1) }] : [];
  });
}

const addressOf = ({ container }: Link): string => container.endpoints.get('bridge')?.IPAddress ?? '';

/** Lines of /etc/hosts. */
export const linkedHosts = (engine: Engine, container: Container): (readonly [string, string])[] =>
  linksOf(engine, container).map((link) => {
    const names = [link.alias, link.container.config.Hostname ?? '', link.container.name];
    return [addressOf(link), [...new Set(names)].join(' ')] as const;
  });

/** The variables that tell of linked containers. Models moby daemon/links/links.go. */
export function linkEnvironment(engine: Engine, container: Container): string[] {
  return linksOf(engine, container).flatMap((link) => {
    const { container: other, alias } = link;
    if (!other.state.running)
      throw systemError(
        `Cannot link to a non running container: /${other.name} AS /${container.name}/${alias}`,
      );
    if (!other.endpoints.has('bridge'))
      throw systemError(`container ${other.id} not attached to default bridge network`);
    const prefix = alias.replaceAll('-', '_').toUpperCase();
    const address = addressOf(link);
    const ports = Object.keys(other.config.ExposedPorts ?? {})
      .map((port) => port.split('/') as [string, string])
      .sort(([a, p], [b, q]) => Number(a) - Number(b) || (p === 'tcp' ? -1 : q === 'tcp' ? 1 : 0));
    const url = ([port, protocol]: [string, string]) => `${protocol}://${address}:${port}`;
    return [
      `${prefix}_NAME=/${container.name}/${alias}`,
      ...ports.slice(0, 1).map((first) => `${prefix}_PORT=${url(first)}`),
      ...ports.flatMap((each) => {
        const [port, protocol] = each;
        const own = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
        return [
          `${own}=${url(each)}`,
          `${own}_ADDR=${address}`,
          `${own}_PORT=${port}`,
          `${own}_PROTO=${protocol}`,
        ];
      }),
      ...(other.config.Env ?? [])
        .filter((entry) => entry.includes('=') && !/^(HOME|PATH)=/.test(entry))
        .map((entry) => `${prefix}_ENV_${entry}`),
    ];
  });
}
