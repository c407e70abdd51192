import type { ContainerSummary } from '../../api/containers.ts';
import { parseRule, type Rule, RuleError } from './rule.ts';

export interface Router {
  name: string;
  rule: string;
  matches: Rule;
  service: string;
  priority: number;
}

export interface Routes {
  routers: Router[];
  /** By service the servers behind it. */
  services: Map<string, { address: string; port: number }[]>;
  /** What could not be used, for the log. */
  problems: string[];
  /** What was used otherwise than it says. */
  warnings: string[];
}

/** What the labels of running containers say (doc.traefik.io, the Docker provider). */
export function routesOf(
  containers: readonly ContainerSummary[],
  defaults: { exposedByDefault: boolean; network: string | undefined },
): Routes {
  const routes: Routes = { routers: [], services: new Map(), problems: [], warnings: [] };
  for (const container of containers) {
    const name = (container.Names[0] ?? '').slice(1);
    const labels = new Map(
      Object.entries(container.Labels ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const enabled = labels.get('traefik.enable');
    if (enabled === 'false' || (enabled !== 'true' && !defaults.exposedByDefault)) continue;
    const networks = container.NetworkSettings?.Networks ?? {};
    const wanted = labels.get('traefik.docker.network') ?? defaults.network;
    if (wanted !== undefined && networks[wanted] === undefined)
      routes.warnings.push(
        `Could not find network named "${wanted}" for container "/${name}". Maybe you're missing the project's prefix in the label?`,
      );
    const address =
      networks[wanted ?? '']?.IPAddress ||
      Object.values(networks)
        .map((network) => network?.IPAddress)
        .find(Boolean);
    const named = (kind: string) => [
      ...new Set(
        [...labels.keys()].flatMap(
          (key) => new RegExp(`^traefik\\.http\\.${kind}\\.([^.]+)\\.`).exec(key)?.[1] ?? [],
        ),
      ),
    ];
    const [service = name] = named('services');
    const stated = labels.get(`traefik.http.services.${service}.loadbalancer.server.port`);
    const port =
      stated === undefined
        ? Math.min(...(container.Ports ?? []).map(({ PrivatePort }) => PrivatePort))
        : Number(stated);
    if (address === undefined || !Number.isFinite(port)) {
      routes.problems.push(`service "${service}" error: port is missing`);
      continue;
    }
    routes.services.set(service, [...(routes.services.get(service) ?? []), { address, port }]);
    for (const router of [...named('routers'), ...(named('routers').length === 0 ? [name] : [])]) {
      const rule = labels.get(`traefik.http.routers.${router}.rule`) ?? `Host(\`${name}\`)`;
      try {
        const known = routes.routers.some((one) => one.name === router);
        if (!known)
          routes.routers.push({
            name: router,
            rule,
            matches: parseRule(rule),
            service: labels.get(`traefik.http.routers.${router}.service`) ?? service,
            priority: Number(labels.get(`traefik.http.routers.${router}.priority`) ?? rule.length),
          });
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        routes.problems.push(error.message);
      }
    }
  }
  routes.routers.sort((one, other) => other.priority - one.priority);
  return routes;
}
