import type { CreateVolumeRequest } from '../../api/volumes.ts';
import { parseBool } from '../../base/go-bool.ts';
import { EngineError, invalidParameter, NO_SWARM } from '../error.ts';
import { booleanFilter, checkFilters, matchesName, parseFilters } from '../filters.ts';
import { hasLabel, matchesLabels } from '../images/list.ts';
import { flag, json, noContent, type Route, readJson } from '../router.ts';

function allOf(value: string): boolean {
  const all = parseBool(value);
  if (all !== undefined) return all;
  throw invalidParameter(
    `invalid filter 'all': strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
  );
}

export const volumeRoutes: readonly Route[] = [
  [
    'GET',
    '/volumes',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      checkFilters(filters, ['dangling', 'driver', 'label', 'name']);
      const dangling = booleanFilter(filters, 'dangling');
      const any = (key: string, test: (value: string) => boolean) =>
        !filters.has(key) || filters.values(key).some(test);
      const volumes = engine.volumes
        .all()
        .filter(
          (volume) =>
            any('name', (name) => matchesName(volume.name, name)) &&
            any('driver', (driver) => driver === 'local') &&
            (dangling === undefined || dangling === (volume.users.size === 0)) &&
            filters.values('label').every((label) => hasLabel(volume.labels, label)),
        )
        .map((volume) => engine.volumes.describe(volume));
      return json({ Volumes: volumes, Warnings: null });
    },
  ],
  [
    'POST',
    '/volumes/create',
    async (call) => {
      const {
        Name = '',
        Driver,
        DriverOpts,
        Labels,
        ClusterVolumeSpec,
      } = await readJson<CreateVolumeRequest>(call);
      if (ClusterVolumeSpec) throw new EngineError(503, NO_SWARM);
      const volume = await call.engine.volumes.create(Name, {
        driver: Driver || 'local',
        driverOpts: DriverOpts ?? null,
        labels: Labels ?? null,
      });
      return json(call.engine.volumes.describe(volume), 201);
    },
  ],
  [
    'POST',
    '/volumes/prune',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      checkFilters(filters, ['all', 'label', 'label!']);
      const all = filters.values('all').some((value) => allOf(value));
      const deleted: string[] = [];
      let reclaimed = 0;
      for (const volume of engine.volumes.all()) {
        // Options of its own may lead anywhere: such a volume stays (moby volume/service Prune).
        if (volume.options !== null && Object.keys(volume.options).length > 0) continue;
        if (volume.users.size > 0 || !(all || volume.anonymous)) continue;
        if (!matchesLabels(filters, volume.labels)) continue;
        reclaimed += await engine.volumes.size(volume);
        await engine.volumes.remove(volume.name, true);
        deleted.push(volume.name);
      }
      engine.events.log('volume', 'prune', '', { reclaimed: String(reclaimed) });
      return json({ VolumesDeleted: deleted, SpaceReclaimed: reclaimed });
    },
  ],
  [
    'GET',
    '/volumes/:name{.+}',
    async ({ engine, params }) => json(engine.volumes.describe(engine.volumes.get(params['name']!))),
  ],
  [
    'PUT',
    '/volumes/:name{.+}',
    async () => {
      throw new EngineError(503, 'volume update only valid for cluster volumes, but swarm is unavailable');
    },
  ],
  [
    'DELETE',
    '/volumes/:name{.+}',
    async ({ engine, params, query }) => {
      await engine.volumes.remove(params['name']!, flag(query, 'force'));
      return noContent();
    },
  ],
]; // prettier-ignore
