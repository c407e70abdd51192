import type { UpdateContainerRequest } from '../../api/containers.ts';
import type { Engine } from '../engine.ts';
import { conflict, EngineError, invalidParameter, notModelled } from '../error.ts';
import type { Container } from './container.ts';
import { NOT_MODELLED } from './host-config.ts';
import { resourcesOf } from './spec.ts';
import { validateResources, validateRestartPolicy } from './validate.ts';

/** Fields that `docker update` changes when they are set. */
const FIELDS = [
  'CpuShares',
  'Memory',
  'NanoCpus',
  'CpuPeriod',
  'CpuQuota',
  'CpusetCpus',
  'CpusetMems',
  'MemoryReservation',
  'MemorySwap',
  'PidsLimit',
  'BlkioWeight',
] as const;

/** POST /containers/{id}/update. Models moby daemon/update.go. */
export async function updateContainer(
  engine: Engine,
  container: Container,
  request: UpdateContainerRequest,
): Promise<void> {
  validateResources(request, engine.host.cpus);
  if (request.RestartPolicy?.Name) {
    validateRestartPolicy(request.RestartPolicy);
    if (container.hostConfig.AutoRemove && request.RestartPolicy.Name !== 'no')
      throw conflict('Restart policy cannot be updated because AutoRemove is enabled for the container');
  }
  const within = (message: string) =>
    new EngineError(409, `Cannot update container ${container.id}: ${message}`);
  if (container.state.removing || container.state.dead)
    throw within('container is marked for removal and cannot be "update".');
  const next = { ...container.hostConfig };
  for (const field of FIELDS) if (request[field]) Object.assign(next, { [field]: request[field] });
  if (request.PidsLimit !== undefined && request.PidsLimit !== null && request.PidsLimit < 0)
    next.PidsLimit = null;
  for (const [asked, what] of NOT_MODELLED) if (asked(next)) throw notModelled(what);
  if (
    request.Memory &&
    !request.MemorySwap &&
    (container.hostConfig.MemorySwap ?? 0) > 0 &&
    request.Memory > container.hostConfig.MemorySwap!
  )
    throw within(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  if ((next.NanoCpus ?? 0) > 0 && ((next.CpuPeriod ?? 0) > 0 || (next.CpuQuota ?? 0) > 0))
    throw invalidParameter('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (request.RestartPolicy?.Name) next.RestartPolicy = request.RestartPolicy;
  container.hostConfig = next;
  if (container.state.running && !container.state.restarting)
    await engine.tasks.update(container.id, resourcesOf(next));
  engine.events.log('container', 'update', container.id, container.attributes());
}
