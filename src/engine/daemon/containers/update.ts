import type { HostConfig, Resources, UpdateContainerRequest } from '../../api/containers.ts';
import type { Engine } from '../engine.ts';
import { describeError, EngineError, notModelled } from '../error.ts';
import { saveHostConfig } from './container-files.ts';
import { NOT_MODELLED } from './host-config.ts';
import { resourcesOf, validateResources } from './resources.ts';
import { validateRestartPolicy } from './validate.ts';

/** Fields that are changed when they are set. */
const FIELDS = [
  'BlkioWeight',
  'CpuShares',
  'NanoCpus',
  'CpuPeriod',
  'CpuQuota',
  'CpusetCpus',
  'CpusetMems',
  'Memory',
  'MemorySwap',
  'MemoryReservation',
] as const satisfies (keyof Resources)[];

/** POST /containers/{id}/update: gives the warnings. Models moby daemon/update.go. */
export async function updateContainer(
  engine: Engine,
  name: string,
  request: UpdateContainerRequest,
): Promise<string[]> {
  const { host } = engine;
  const warnings = validateResources(request, host.sysinfo, host.cpus, true);
  if (request.RestartPolicy?.Name) validateRestartPolicy(request.RestartPolicy);
  const container = engine.containers.get(name);
  for (const [asked, what] of NOT_MODELLED)
    if (asked({ ...container.hostConfig, ...request })) throw notModelled(what);
  const within = (status: number, message: string) =>
    new EngineError(status, `Cannot update container ${container.id}: ${message}`);
  if (container.state.removing || container.state.dead)
    throw within(409, 'container is marked for removal and cannot be "update"');
  const conflict = conflictOf(container.hostConfig, request);
  if (conflict) throw within(409, conflict);
  const before = container.hostConfig;
  const next = { ...before };
  for (const field of FIELDS) if (request[field]) Object.assign(next, { [field]: request[field] });
  // No limit is none.
  if ((request.PidsLimit ?? null) !== null)
    next.PidsLimit = request.PidsLimit! > 0 ? request.PidsLimit : null;
  if (request.RestartPolicy?.Name) next.RestartPolicy = request.RestartPolicy;
  container.hostConfig = next;
  if (container.state.running && !container.state.restarting)
    try {
      // What the request does not name stays as it is.
      await engine.tasks.update(container.id, await resourcesOf(engine.sys, request));
    } catch (error) {
      container.hostConfig = before;
      throw within(500, describeError(error).message);
    }
  await saveHostConfig(engine, container);
  engine.events.log('container', 'update', container.id, container.attributes());
  return warnings;
}

/** What of a request does not go with what is set already (moby container/container_unix.go, UpdateContainer()). */
function conflictOf(now: HostConfig, asked: UpdateContainerRequest): string | undefined {
  const set = (value: number | undefined) => (value ?? 0) > 0;
  const pairs: [boolean, string, string][] = [
    [set(asked.NanoCpus) && set(now.CpuPeriod), 'Nano CPUs', 'CPU Period'],
    [set(asked.NanoCpus) && set(now.CpuQuota), 'Nano CPUs', 'CPU Quota'],
    [set(asked.CpuPeriod) && set(now.NanoCpus), 'CPU Period', 'NanoCPUs'],
    [set(asked.CpuQuota) && set(now.NanoCpus), 'CPU Quota', 'NanoCPUs'],
  ];
  for (const [conflicts, one, other] of pairs)
    if (conflicts) return `Conflicting options: ${one} cannot be updated as ${other} has already been set`;
  if (asked.Memory && asked.Memory > (now.MemorySwap ?? 0) && !asked.MemorySwap)
    return 'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time';
  if (asked.RestartPolicy?.Name && asked.RestartPolicy.Name !== 'no' && now.AutoRemove)
    return 'Restart policy cannot be updated because AutoRemove is enabled for the container';
  return undefined;
}
