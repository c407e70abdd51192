import type { Inspection } from './inspection.ts';
import type { PublishedPort } from './protocol.ts';

/** TCP ports of the machine that lead to running containers, each once. */
export function publishedPorts(world: Inspection): PublishedPort[] {
  const ports = new Map<number, string>();
  for (const container of world.containers())
    for (const [inside, bindings] of Object.entries(container.ports ?? {}))
      if (inside.endsWith('/tcp'))
        for (const { HostPort } of bindings ?? []) ports.set(Number(HostPort), container.name);
  return [...ports].map(([port, container]) => ({ port, container })).sort((a, b) => a.port - b.port);
}
